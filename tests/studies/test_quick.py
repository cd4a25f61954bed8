"""The studies of Neftci & Averbeck 2019 at quick scale: they miss the claims that are known to be missed, and no other.

These are minutes of computing, so they belong to the slow tier (`make slow`): the smoke tests say that a study runs,
and only this that what it found still comes out. A claim that is newly missed is a regression; one that is newly held
is news, and its line below and the study's page in docs/ have to go. Each study is a test, so that workers share them.
"""

import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study

PAPER = catalogue.load("paper", "neftci2019")

MISSED = {
    "on_behaviour": {
        # The threshold forgot what exploring for ever costs, which no rehearsal saves.
        "maze_regret_ratio_replay_5",
        # Until values have spread from the goal, an answer knows little that a later update would tell.
        "maze_regret_batches_least_rise",
        # On the bandit rehearsal is a higher learning rate: it gains early and loses late.
        "bandit_regret_replay_saved",
    },
    "conditioning": set(),
    "dopamine": {
        # A mistaken target: values that follow the rate of reward teach own choices something without a trace.
        "own_3_traceless",
    },
    "striatal_pathways": set(),
    "what_and_where": {
        # Lesioned subjects are fitted with a larger alpha- less alpha+, but by .02 in place of .05.
        "negative_feedback_change",
    },
    "fast_and_slow": set(),
    "learning_to_reverse": {
        # Who expects reversals has less to learn, so that slopes of groups differ in this model.
        "groups_p_slope_trials",
    },
    "hidden_states": set(),
    "animals": {
        # Monkeys' choices need forgetting: no hidden state and no second rate adds to one rate. They vary too much for
        # a prior that forbids an early reversal, and one fitted to a session follows that session's own reversal.
        "monkeys_hidden_over_single",
        "monkeys_dual_over_single",
        "task_timing_over_flat_mean",
        "timing_follows_reversal",
    },
    "model_based_control": set(),
    "habits": set(),
}


def test_every_study_of_the_paper_has_its_list():
    assert set(MISSED) == set(PAPER.studies)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAPER.studies)
def test_only_what_is_known_to_be_missed_is_missed(name, tmp_path, monkeypatch):
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))
    study = catalogue.load("study", name)
    result = run_study(study, scale="quick", seed=0, out=tmp_path, quiet=True)
    missed = {v.expect.measure: v.value for v in result.verdicts if v.outcome == "missed"}
    assert set(missed) == MISSED[name], f"missed at quick: {missed}"
