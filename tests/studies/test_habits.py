"""The study of habits at smoke scale: led presses are exact, so most claims are judged already."""

import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.habits.measures import effects
from neurorl.testing import check_study

STUDY = catalogue.load("study", "habits")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("habits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) == 14 and set(judged.values()) == {"held"}, judged


def test_the_figure_is_drawn(result):
    assert (result.folder / "figures" / "habits.svg").stat().st_size > 1_000


def test_the_planner_loses_weight_only_once_it_knows_the_lever(result):
    weights = result.tables["weights"].set_index("training")["w_mb"]
    assert weights.idxmax() == 10 and weights.loc[20:300].is_monotonic_decreasing
    # In the end only noise is left: .001 / (1 - .98^2) of the cache beside .02 of the planner.
    cache = 0.001 / (1 - 0.98**2)
    assert weights[400] == pytest.approx(cache / (cache + 0.02), abs=1e-3)


def test_what_devaluation_takes_by_hand():
    table = pd.DataFrame(
        {"who": "rat", "training": 3, "worth": [0.0, 1.0], "lever": 1, "q": [0.2, 0.8], "p": [0.3, 0.6], "w_mb": [0, 1]}
    )
    row = effects(table, "who").iloc[0]
    assert row["effect"] == pytest.approx(0.75) and row["ratio"] == pytest.approx(0.5) and row["w_mb"] == 1
