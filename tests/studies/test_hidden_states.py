"""The study of hidden states at smoke scale."""

import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.testing import check_study

STUDY = catalogue.load("study", "hidden_states")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hidden_states")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_figures_are_drawn(result):
    for name in ("waiting", "decisions", "reversals", "volatility"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_what_needs_few_trials_holds_at_once(result):
    v = result.values
    assert v["slope_task1_belief"] < 0 < 0.04 < v["slope_task2_belief"]
    assert v["right_51"] > 0.9 and v["weak_self_winner"] < 3 < 15 < v["no_cross_loser"]
    assert v["held_falls_with_gain"] > -0.5


def test_the_filter_and_the_delta_rule_predict_the_same_events(result):
    # At a coin's predictions both would score -320 ln 2; both must do better, and neither better than knowing p.
    worlds = result.tables["worlds"]
    assert (worlds[["log_lik_hgf", "log_lik_delta"]].to_numpy() > -320 * np.log(2)).all()
    assert (worlds[["log_lik_hgf", "log_lik_delta"]].to_numpy() < -320 * 0.3).all()
