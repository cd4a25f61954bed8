"""The volatility study at smoke scale: everything runs, nothing is judged that is too small to judge."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.core.study import Context
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.volatility.measures import BLOCKS, ORDER, block_rates
from neurorl.testing import check_study

STUDY = catalogue.load("study", "volatility")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("volatility")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_figures_and_recording_are_files_that_others_can_open(result):
    for name in ("session", "rates", "courses", "decoding", "units", "inhibition", "recovery", "learning"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000
    assert (result.folder / "recordings" / "network_units.nc").exists()


def test_nothing_differs_before_units_are_inhibited(result):
    assert result.values["inhibition_change_before_onset"] == 0
    by_replica = result.tables["inhibition_by_replica"].query("period == 'volatile'")
    assert by_replica.groupby("condition")["alpha"].mean().nunique() == 3


def test_blocks_of_both_readings_differ_in_the_volatile_ones_only():
    windows = pd.DataFrame(
        [
            (0, schedule, first, first + 9, alpha, 5.0)
            for schedule, alphas in (("low_first", (0.1, 0.5)), ("high_first", (0.4, 0.2)))
            for first, alpha in ((30, alphas[0]), (130, alphas[1]))
        ],
        columns=["replica", "schedule", "first", "last", "alpha", "beta"],
    )
    rates = {labels: block_rates(windows, "replica", labels).set_index("block")["alpha"] for labels in BLOCKS}
    np.testing.assert_allclose(rates["half"][list(ORDER)], [0.1, 0.4, 0.5, 0.2])
    np.testing.assert_allclose(rates["group"][list(ORDER)], [0.1, 0.5, 0.4, 0.2])


def test_the_shipped_networks_learn_faster_where_the_world_changes_faster(tmp_path):
    few = dataclasses.replace(STUDY.scales["smoke"], sessions=40, read=4, inhibited=40)
    evidence = STUDY.gather(Context(few, "quick", 0, tmp_path, quiet=True, zoo=True))
    values = STUDY.measure(evidence).values
    verdicts = {e.measure: e.judge(values, "quick").outcome for e in STUDY.expects}
    for measure in (
        "alpha_stable_1",
        "alpha_volatile_1",
        "alpha_volatile_2",
        "alpha_stable_2",
        "alpha_after_first_reversal",
        "decoding_r",
        "units_share_with_covariates",
        "inhibition_change",
    ):
        assert verdicts[measure] == "held", (measure, values[measure])
    # forty sessions leave the rate of a single network uncertain by about .05
    assert values["replicas_volatile_above_stable"] >= 7 / 8
