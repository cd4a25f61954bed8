"""The matching study at smoke scale, its exact references, and its unit variables by hand."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from neurorl.core import catalogue
from neurorl.core.study import Context
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.matching.references import best_cycles, expected_rewards, reference_rewards
from neurorl.studies.wang2018.matching.units import variables
from neurorl.testing import check_study
from neurorl.zoo import zoo_names

STUDY = catalogue.load("study", "matching")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matching")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_animals_and_references_are_judged_at_every_scale_and_hold(result):
    judged = {v.expect.measure: v.outcome for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) == 6 and set(judged.values()) == {"held"}
    assert all(v.outcome == "not run" for v in result.verdicts if v.expect.scale != "smoke")


def test_network_and_animals_stand_in_the_same_tables(result):
    for name in ("points", "lines", "history", "run_counts"):
        assert set(result.tables[name]["learner"]) == {"network", "mice", "monkeys"}
    assert 0.55 < result.values["slope_mice_all"] < 0.7
    assert result.values["history_reward_lag1_mice"] > 1.5
    for name in ("matching", "history", "runs", "reward", "learning"):
        assert (result.folder / "figures" / f"{name}.png").exists()


@pytest.mark.skipif("wang2018/matching" not in zoo_names(), reason="the zoo does not hold this network yet")
def test_shipped_networks_meet_the_claims_about_behaviour(tmp_path):
    settings = replace(STUDY.scales["quick"], sessions=60, fixed=10, recorded=30)
    values = STUDY.measure(STUDY.gather(Context(settings, "quick", 5, tmp_path, quiet=True, zoo=True))).values
    verdicts = [expect.judge(values, "quick") for expect in STUDY.expects]
    missed = {v.expect.measure for v in verdicts if v.outcome != "held" and not v.expect.measure.startswith("coding")}
    # These two the full report misses as well (neurorl/studies/wang2018/matching/page.md).
    assert missed <= {"history_reward_first_minus_largest_other_network", "value_left_right_correlation"}


def test_policies_earn_what_arithmetic_says():
    p0 = np.array([[0.4, 0.1]])
    random, alternating, richer, greedy = (
        expected_rewards(policy, p0, 400)[0] for policy in ("random", "alternating", "richer_only", "greedy")
    )
    # in the long run: 2p/(1+p) an arm; 1 - (1-p)^2 on every other trial; p
    assert random[-1] == pytest.approx(0.4 / 1.4 + 0.1 / 1.1)
    assert alternating[-2:].mean() == pytest.approx((1 - 0.6**2 + 1 - 0.9**2) / 2)
    assert (richer == 0.4).all()
    # greedy leaves the richer arm once 1 - .9^(n+1) exceeds .4, after four trials: a cycle of five
    cycle = (1 - 0.6**2 + 3 * 0.4 + 1 - 0.9**5) / 5
    assert greedy[-200:].mean() == pytest.approx(cycle)


def test_reference_rewards_of_the_study():
    table = reference_rewards((np.arange(100) + 0.5) / 200).set_index("learner")["reward"]
    assert table["richer_only"] == pytest.approx(0.375)
    assert table["random"] < table["alternating"] < table["greedy"]
    expected = {"random": 0.372, "alternating": 0.414, "greedy": 0.449}  # simulated sessions
    assert {name: table[name] for name in expected} == pytest.approx(expected, abs=0.004)


def test_best_cycles_keep_the_richer_arm_longer_the_poorer_the_other():
    table = best_cycles(np.array([0.05, 0.1, 0.2, 0.25]))
    assert table["rich_run"].tolist() == [15, 6, 1, 1]
    greedy = expected_rewards("greedy", np.array([[0.45, 0.05]]), 2000)[0, -1000:].mean()
    assert table["reward"][0] >= greedy - 1e-3


def test_unit_variables_by_hand():
    """Left, right, then the centre, each after a fixation; rewards 1, 0, -1."""
    action = [[[0, 1], [0, 2], [0, 0], [0, 1]]]
    reward = [[[0, 1], [0, 0], [0, -1], [0, 1]]]
    dims = ("session", "trial", "step")
    chance = xr.DataArray(np.full((1, 4, 2, 2), 0.3), dims=(*dims, "p_reward_unit"))
    recorded = xr.Dataset(
        {
            "action": (dims, np.array(action, float)),
            "reward": (dims, np.array(reward, float)),
            "truth_p_reward": chance,
        },
        coords={"trial": np.arange(4), "step": np.arange(2)},
    )
    made = {name: x.to_numpy()[0] for name, x in variables(recorded).items()}
    nan = np.nan  # the first two of four trials are not in the last two thirds
    np.testing.assert_array_equal(made["last_action"], [nan, nan, -1, nan])
    np.testing.assert_array_equal(made["last_reward"], [nan, nan, -1, -1])
    np.testing.assert_array_equal(made["interaction"], [nan, nan, 1, nan])
    np.testing.assert_array_equal(made["next_action"], [nan, nan, nan, 1])
    np.testing.assert_array_equal(made["value"], [nan, nan, 0.3, 0.3])
