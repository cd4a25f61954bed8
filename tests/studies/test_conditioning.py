"""The conditioning study: smoke run, effects by hand, and people's ratings against the persons they are means of."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.conditioning.measures import effects
from neurorl.studies.neftci2019.conditioning.programmes import (
    DESIGNS,
    MODELS,
    PEOPLE,
    TYPES,
    conditioning,
    people,
    trial,
)
from neurorl.studies.neftci2019.conditioning.published import GAP, RATINGS
from neurorl.testing import check_study

STUDY = catalogue.load("study", "conditioning")
PERSONS = Path(__file__).parents[1] / "data" / "reference" / "spicer2021_ratings.csv"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conditioning")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    for name in ("competition", "operators", "ratings"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_all_that_is_exact_holds_at_any_scale(result):
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) > 12 and set(judged.values()) == {"held"}, judged


def test_effects_are_read_at_the_trials_they_name():
    """A learner of which only some values are known: every effect by hand."""
    names = ["design", "trial", "cue"]
    index = pd.MultiIndex.from_product([list(DESIGNS), range(401), list("ABX")], names=names)
    v = pd.Series(0.0, index=index)
    v["blocking", 101, "X"], v["blocking", 120, "X"] = 0.1, 0.2
    v["compound only", 1, "X"], v["compound only", 20, "X"] = 0.4, 0.5
    v["acquisition", 1, "A"], v["acquisition", 10, "A"], v["acquisition", 20, "A"] = 0.2, 0.8, 1.0
    v["overexpectation", 200, "A"], v["overexpectation", 300, "A"] = 1.0, 0.7
    v["inhibition", 400, "X"] = -0.9
    v["pre-exposure", 51, "X"], v["pre-exposure", 60, "X"] = 0.05, 0.2
    models = ("rescorla_wagner", "pearce_hall", "mackintosh")
    table = effects(pd.concat({name: v for name in models}, names=["model"]).sort_index())
    assert list(table["learner"]) == [MODELS[name].title for name in models]
    row = table.iloc[1].drop(["model", "learner"]).astype(float)
    expected = {
        "blocking": 0.6,
        "first_trial": 0.25,
        "overshadowing": 0.5,
        "overexpectation": 0.3,
        "inhibition": 0.9,
        "first_after_exposure": 0.25,
        "latent_inhibition": 0.75,
    }
    assert row.to_dict() == pytest.approx(expected)


def test_designs_are_what_their_names_say():
    assert trial("AX+").cues == {"A": (0, 1), "X": (0, 1)} and trial("AX+").reward_at == 1
    assert trial("X-").reward_at is None
    assert all(set(name[:-1]) <= set("ABX") and name[-1] in "+-" for name in TYPES)
    assert len(PEOPLE) == 54 and PEOPLE.count("A+") == 12 and PEOPLE.count("BY+") == 6
    programme = people(conditioning(("A", "B", "C", "D", "X", "Y")))
    assert programme.odds.shape == (54, 6) and set(np.asarray(programme.odds.sum(1))) == {1.0}


def test_published_ratings_are_the_means_of_the_persons():
    persons = pd.read_csv(PERSONS, index_col="ppt")
    assert persons.shape == (41, 6)
    t = stats.t.ppf(0.975, 40) / np.sqrt(41)
    for row in RATINGS.to_dict("records"):
        of = persons[row["cue"]]
        assert row["rating"] == pytest.approx(of.mean(), abs=1e-4)
        assert row["high"] - row["rating"] == pytest.approx(t * of.std(ddof=1), abs=1e-4)
    gap = persons["Y"] - persons["X"]
    assert pytest.approx((gap.mean(), t * gap.std(ddof=1)), abs=1e-4) == GAP


def test_ratings_are_those_of_the_package_that_carries_the_trials():
    datasets = pytest.importorskip("cpm.datasets", reason="cpm-toolbox is not installed")
    trials = datasets.load_blocking_data()
    means = trials.pivot_table(index="ppt", columns="cue", values="rating")
    np.testing.assert_allclose(means, pd.read_csv(PERSONS, index_col="ppt"), atol=1e-4)
