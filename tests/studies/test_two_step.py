"""The two-step study at smoke scale: everything runs, nothing is judged that is too small to judge."""

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.core.study import Context
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.two_step.evidence import NAME
from neurorl.studies.wang2018.two_step.measures import people_ceiling
from neurorl.testing import check_study
from neurorl.zoo import zoo_names

STUDY = catalogue.load("study", "two_step")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two_step")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_people_are_judged_at_every_scale_and_hold(result):
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) == 8 and set(judged.values()) == {"held"}
    assert all(v.outcome == "not run" for v in result.verdicts if v.expect.scale != "smoke")


def test_every_part_is_a_file_that_others_can_open(result):
    written = json.loads((result.folder / "result.json").read_text())
    assert written["origin"]["seed"] == 0 and written["origin"]["scale"] == "smoke"
    for name in ("task", "stay", "lagged", "rpe", "reward", "comparison", "predicted", "learning"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000
        assert (result.folder / "figures" / f"{name}.png").exists()
    fits = pd.read_parquet(result.folder / "tables" / "fits.parquet")
    assert set(fits["population"]) == {"people", "network"}
    assert (result.folder / "recordings" / "network_units.nc").exists()
    page = (result.folder / "report.html").read_text()
    assert "not run" in page and "<script" not in page and "http-equiv" not in page


def test_learners_stand_beside_people_in_one_table(result):
    learners = set(result.tables["stay"]["learner"])
    assert {"people", "network", "model_free", "model_based", "hybrid", "latent_state", "reward_as_cue"} <= learners
    assert {"random_choice", "bayes_two_step"} <= learners


def test_random_choice_fits_at_chance_exactly(result):
    fits = result.tables["fits"].query("agent == 'random_choice'")
    np.testing.assert_allclose(fits["log_lik"], -fits["n_choices"] * math.log(2), rtol=1e-6)


def test_the_peoples_ceiling_is_above_what_they_earn():
    people = catalogue.load("dataset", "nspn_two_step").load()
    earned = people.table["reward"].sum() / (len(people) / 2)
    assert earned < people_ceiling(people) < 0.75  # the walks stay below about .8


@pytest.mark.skipif(NAME not in zoo_names(), reason="the zoo does not hold this network yet")
def test_the_networks_of_the_zoo_plan(tmp_path):
    """Every claim on the frozen network that needs no fits, and of the learners only the two it is measured against."""
    learners = ("bayes_two_step", "model_based")
    settings = dataclasses.replace(
        STUDY.scales["quick"], sessions=20, subjects=3, learners=learners, recorded=1, fits=False, sarsa_starts=0
    )
    evidence = STUDY.gather(Context(settings, "quick", 0, tmp_path, quiet=True, zoo=True))
    values = STUDY.measure(evidence).values
    judged = [expect.judge(values, "quick") for expect in STUDY.expects if expect.measure in values]
    assert len(judged) >= 22
    assert [v.expect.claim for v in judged if v.outcome != "held"] == []
