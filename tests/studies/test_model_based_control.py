"""The study of model-based control at smoke scale: everything runs, and what is exact is judged."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.model_based_control.exact import curiosity
from neurorl.studies.neftci2019.model_based_control.mazes import Walks, trial_lengths
from neurorl.studies.neftci2019.model_based_control.measures import STAY
from neurorl.testing import check_study

STUDY = catalogue.load("study", "model_based_control")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model_based_control")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) == 13 and set(judged.values()) == {"held"}, judged


def test_figures_are_drawn(result):
    for name in ("maps", "deadlines", "stay", "transitions", "mazes", "relocation"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_tables_hold_every_learner(result):
    assert set(result.tables["first"]["learner"]) == {"model_free", "dyna_5", "dyna_50", "sweeping_5", "planner"}
    assert set(result.tables["moved"]["learner"]) == {"model_free", "successor", "dyna_plus", "planner"}
    assert set(result.tables["stay"]["learner"]) == set(STAY)
    known = result.tables["known"]
    assert known.groupby("learner")["here"].sum().tolist() == [1, 1]
    # After one trial without rehearsal one cell has a value; with rehearsal more have.
    cells = known[known["value"] > 0].groupby("learner").size()
    assert cells["model_free"] == 1 < cells["dyna_50"]


def test_the_last_trial_of_a_bandit_is_no_time_to_explore():
    table = curiosity().set_index("left")
    assert table["worse_arm"][1] == 0 and table["bonus"][1] == pytest.approx(0, abs=1e-3)
    # With two trials left an unknown arm is worth p^2 + ... : G = .5 + 1/18 (exact for Beta(1, 1)).
    assert table["bonus"][2] == pytest.approx(1 / 18, abs=1e-3)


def test_lengths_of_trials_by_hand():
    discount = np.array([[1, 0, 1, 1, 0, 1], [0, 0, 1, 1, 1, 1]], float)
    trial = np.array([[0, 0, 1, 1, 1, 2], [0, 1, 2, 2, 2, 2]])
    in_trial = np.array([[0, 1, 0, 1, 2, 0], [0, 0, 0, 1, 2, 3]])
    table = trial_lengths(Walks(trial, trial, in_trial, discount, discount, None))
    expected = pd.DataFrame({"run": [0, 0, 1, 1], "trial": [0, 1, 0, 1], "steps": [2, 3, 1, 1]})
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
