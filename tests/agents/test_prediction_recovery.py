"""Learners of predictions can be fitted: what was simulated comes back."""

import pytest

from neurorl.tasks.pavlovian import Pavlovian
from neurorl.testing import check_recovery


def test_rates_of_a_learner_of_cues_come_back_from_its_responses():
    task = Pavlovian(cues=("A", "B", "C"), steps=1)
    check_recovery("cue_rescorla_wagner", task, subjects=40, steps=300).raise_if_broken()


def test_rates_trace_and_discount_come_back_from_anticipation_in_time():
    task = Pavlovian(cues=("A", "B", "C"), steps=10)
    check_recovery("td_lambda", task, subjects=40, steps=1000).raise_if_broken()


@pytest.mark.parametrize(
    ("agent", "task", "steps"), [("bush_mosteller", "bandit", 300), ("choice_trace_learner", "delayed_bandit", 600)]
)
def test_steps_and_traces_come_back_from_choices(agent, task, steps):
    check_recovery(agent, task, subjects=40, steps=steps).raise_if_broken()
