"""The law of recovery."""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import pytest
from honest import Arms, Learner

from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.testing import check_recovery


class Params(eqx.Module):
    alpha: Any = param(0.4, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Any = param(5.0, Interval(0, 20), symbol="β", doc="inverse temperature", prior=Gamma(3.0, 2.0))
    idle: Any = param(0.5, unit, symbol="i", doc="does nothing")


@dataclass(frozen=True)
class Idler(Learner):
    def params(self, key=None):
        return Params()


def test_recovery_tells_what_comes_back_from_what_cannot():
    report = check_recovery(Idler, Arms(), subjects=30, steps=150, seed=1)
    verdicts = {result.law: result.held for result in report.results}
    assert verdicts == {"recovery of alpha": True, "recovery of beta": True, "recovery of idle": False}
    assert "cannot tell its values apart" in report.broken[0].detail


def test_an_agent_without_parameters_is_skipped():
    report = check_recovery("random_choice", "bandit")
    assert [result.skipped for result in report.results] == [True]


@pytest.mark.parametrize(("agent", "task"), [("rescorla_wagner", "reversal"), ("model_based", "two_step")])
def test_recovery_of_the_catalogue(agent, task):
    check_recovery(agent, task, subjects=30, steps=300).raise_if_broken()
