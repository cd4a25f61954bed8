"""The planning study at smoke scale: everything runs; what needs no network is judged."""

import dataclasses

import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.core.study import Context
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.planning.evidence import networks
from neurorl.testing import check_study

STUDY = catalogue.load("study", "planning")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planning")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) == 2 and set(judged.values()) == {"held"}


def test_figures_are_drawn_and_recordings_kept(result):
    for name in ("planning", "ways", "divergence", "learning"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000
    assert (result.folder / "recordings" / "network_units.nc").exists()


def test_learners_stand_beside_each_other(result):
    returns = result.tables["returns"].set_index("learner")
    assert set(returns.index) == {"network", *STUDY.agents} - {"lstm"}
    assert returns["share"]["horizon_planner"] == pytest.approx(1.0)
    assert returns["mean"].max() == returns["mean"]["horizon_planner"]
    # A network that has hardly been trained neither plans nor holds its coming actions in mind.
    assert returns["mean"]["network"] < returns["mean"]["shortest_path"]


def test_codes_and_accuracy_cover_every_step(result):
    codes = result.tables["codes"].pivot(index="variable", columns="step", values="mean")
    assert list(codes.columns) == list(range(1, 11)) and len(codes) == 8
    assert codes.loc["goal state"].min() > 0.3  # what pays five stands out in what any network sees
    assert list(result.tables["accuracy"]["step"]) == list(range(1, 11))
    parted = result.tables["divergence_by_unit"]
    assert np.all(parted["p"] > 0) and set(parted["row"]) <= {9, 10}


def test_the_shipped_networks_plan(tmp_path):
    few = dataclasses.replace(STUDY.scales["smoke"], sessions=600)
    evidence = STUDY.gather(Context(few, "paper", 0, tmp_path, quiet=True, zoo=True))
    values = STUDY.measure(evidence).values
    verdicts = {e.measure: e.judge(values, "paper").outcome for e in STUDY.expects}
    for measure in (
        "share_network_worst",
        "network_minus_shortest_path",
        "network_minus_q_trace",
        "accuracy_gain_worst",
        "codes_at_their_peak",
        "code_smallest_peak",
        "code_while_pondering",
        "code_rise_while_pondering",
    ):
        assert verdicts[measure] == "held", (measure, values[measure])
    # What the report misses: nine tenths of the optimum, for which they were trained too briefly.
    assert 0.9 < values["share_network"] < 0.98


def test_networks_can_be_made(result):
    specs = networks(STUDY.scales["paper"])
    assert [spec.name for spec in specs] == ["wang2018/planning", "wang2018/planning_unpondered"]
    agent, task = specs[1].make()
    assert agent.hidden == 128 and task.spaces.steps_per_trial == specs[1].config.steps == 5
