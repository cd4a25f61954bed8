"""The inferred-value study at smoke scale, and its headline on the networks of the zoo."""

import dataclasses
import json

import pytest

from neurorl.core import catalogue
from neurorl.core.study import Context
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.inferred_value.evidence import NAME
from neurorl.testing import check_study
from neurorl.zoo import zoo_names

STUDY = catalogue.load("study", "inferred_value")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inferred_value")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    assert all(v.outcome == "not run" for v in result.verdicts)


def test_every_figure_is_a_file(result):
    for name in ("errors", "states", "course", "learning"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000
    assert json.loads((result.folder / "result.json").read_text())["origin"]["scale"] == "smoke"


def test_learners_with_known_answers(result):
    """The caching learner turns at the cue it met only; the observer's errors are +-g^2 (1/2 - h)."""
    v = result.values
    assert v["flipped_cue_td_experienced"] == 1.0 and v["flipped_cue_td_inferred"] == 0.0
    assert v["flipped_cue_observer_inferred"] == 1.0
    for moment, sign in (("before", 1), ("experienced", -1), ("inferred", -1)):
        assert v[f"rpe_cue_observer_{moment}_prior_cue"] == pytest.approx(sign * 0.324, abs=1e-4)
        assert v[f"rpe_cue_observer_{moment}_after_cue"] == pytest.approx(-sign * 0.324, abs=1e-4)
    assert v["rpe_cue_observer_counting_before_prior_cue"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.skipif(NAME not in zoo_names(), reason="the zoo does not hold this network yet")
def test_the_networks_of_the_zoo_infer_values(tmp_path):
    settings = dataclasses.replace(STUDY.scales["quick"], sessions=30, recorded=30)
    evidence = STUDY.gather(Context(settings, "quick", 0, tmp_path, quiet=True, zoo=True))
    values = STUDY.measure(evidence).values
    verdicts = [expect.judge(values, "quick") for expect in STUDY.expects]
    assert [v.expect.claim for v in verdicts if v.outcome != "held"] == []
