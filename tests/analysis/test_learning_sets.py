"""Accuracy by trial and stages of training, on numbers made by hand."""

import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.learning_sets import (
    STAGES,
    accuracy_by_trial,
    accuracy_summary,
    by_unit,
    change_points,
    performance,
    running_mean,
    stages_of_training,
)
from neurorl.core.errors import BadData, BadValue

TRIALS = ("trial_1", "trial_2")


def ramp(n=61):
    """At chance for 20 measurements, then rising by 2.5 a measurement, then at the optimum."""
    performance = np.clip(50 + 2.5 * (np.arange(n) - 20), 50, 100)
    return pd.DataFrame(
        {
            "sessions": np.arange(n) * 10.0,
            "performance": performance,
            "trial_1": 0.5,
            "trial_2": performance / 100,
        }
    )


def test_accuracy_by_trial_counts_from_one():
    trials = pd.DataFrame(
        {"replica": [0, 0, 0, 0, 1], "trial": [0, 1, 0, 1, 0], "correct": [True, True, False, True, False]}
    )
    out = accuracy_by_trial(trials)
    assert out[["replica", "trial", "accuracy", "n_sessions"]].to_numpy().tolist() == [
        [0, 1, 0.5, 2],
        [0, 2, 1.0, 2],
        [1, 1, 0.0, 1],
    ]
    summary = accuracy_summary(out)
    assert summary["mean"].tolist() == [0.25, 1.0] and summary["low"].iloc[0] == 0.0


def test_performance_is_50_at_chance_and_100_at_the_optimum():
    np.testing.assert_allclose(performance(np.array([1.2, 6.2, 0.2]), chance=1.2, optimum=6.2), [50, 100, 40])
    with pytest.raises(BadValue, match="must be above chance"):
        performance(np.zeros(1), chance=1, optimum=1)


def test_change_points_of_a_ramp():
    left, reached = change_points(ramp(), window=1)
    assert (left, reached) == (230.0, 380.0)  # the first measurements above 55 and at 95


def test_a_dip_after_leaving_chance_does_not_count_as_having_left():
    curve = ramp()
    curve.loc[25, "performance"] = 50.0
    assert change_points(curve, window=1)[0] == 260.0


def test_a_curve_that_never_rises_has_no_change_points():
    flat = ramp().assign(performance=50.0)
    assert change_points(flat) == (None, None)
    assert stages_of_training(flat, TRIALS).empty


def test_stages_lie_evenly_between_the_change_points():
    out = stages_of_training(ramp(), TRIALS, window=1)
    assert tuple(out["stage"].unique()) == STAGES
    second = out[out["trial"] == 2].set_index("stage")["accuracy"]
    at = 230 + (np.arange(6) + 0.5) / 6 * 150
    np.testing.assert_allclose(second[list(STAGES[:6])], (50 + 0.25 * (at - 200)) / 100)
    assert second["final"] == 1.0 and (out[out["trial"] == 1]["accuracy"] == 0.5).all()


def test_units_without_two_change_points_are_left_out():
    both = pd.concat([ramp().assign(replica=0), ramp().assign(replica=1, performance=50.0)])
    assert set(by_unit(both, TRIALS)["replica"]) == {0}


def test_running_mean_leaves_missing_values_out():
    np.testing.assert_allclose(running_mean(np.array([1.0, np.nan, 3.0]), 3), [1.0, 2.0, 3.0])


def test_missing_columns_are_named():
    with pytest.raises(BadData, match="correct"):
        accuracy_by_trial(pd.DataFrame({"replica": [0], "trial": [0]}))
