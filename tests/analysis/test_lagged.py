import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from neurorl.analysis.lagged import (
    indices_summary,
    lagged_design,
    lagged_indices,
    lagged_regression,
    lagged_summary,
)


def test_design_by_hand():
    trials = pd.DataFrame(
        {
            "subject": [0, 0, 0, 1],
            "session": 0,
            "trial": [0, 1, 3, 0],  # trial 2 was aborted: lags count complete trials
            "choice1": [1, 0, 1, 0],
            "common": [True, False, True, True],
            "reward": [1, 0, 0, 1],
        }
    )
    design = lagged_design(trials, n_lags=2)
    expected = np.zeros((4, 4, 2))
    expected[1, 0, 0] = 1  # one back: CR, right
    expected[2, 3, 0] = -1  # one back: UU, left
    expected[2, 0, 1] = 1  # two back: CR, right
    np.testing.assert_array_equal(design, expected)  # the other subject starts with an empty history


@pytest.mark.parametrize("kind, mine, other", [("mf", "mf", "mb"), ("mb", "mb", "mf")])
def test_pure_patterns_give_one_index_each(played, kind, mine, other):
    trials = played(kind)
    weights = lagged_regression(trials)
    assert len(weights) == 4 * 4 * 5
    indices = lagged_indices(weights)
    # repeat with 0.8 or 0.2: each of the four lag-1 weights is +-log 4
    assert indices[mine].mean() == pytest.approx(4 * np.log(4), abs=0.5)
    assert abs(indices[other].mean()) < 0.5
    # every weight of the pooled fit lies within four of its standard errors of its true value, +-log 4 or 0
    pooled = lagged_regression(trials, unit=(), prior_sd=None)
    stays = pooled["reward"] == 1 if kind == "mf" else (pooled["reward"] == 1) == pooled["common"]
    true = np.where(pooled["lag"] == 1, np.where(stays, 1, -1) * np.log(4), 0.0)
    assert (abs(pooled["weight"] - true) / pooled["se"]).max() < 4
    assert pooled["se"].max() < 0.1
    summary = lagged_summary(weights).set_index(["common", "reward", "lag"])
    own = weights[weights["common"] & (weights["reward"] == 1) & (weights["lag"] == 1)]["weight"]
    assert summary.loc[(True, 1, 1), "mean"] == pytest.approx(own.mean())
    across = indices_summary(indices).set_index("index")
    assert across.loc["mb", "mean"] == pytest.approx(indices["mb"].mean())
    assert across.loc["mb", "n_units"] == 4


def test_pooled_equals_statsmodels(played):
    trials = played("mb")
    weights = lagged_regression(trials, unit=(), prior_sd=None)
    x = sm.add_constant(lagged_design(trials).reshape(len(trials), -1))
    oracle = sm.Logit(trials["choice1"], x).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(weights["weight"], oracle.params.to_numpy()[1:], atol=1e-8)
    np.testing.assert_allclose(weights["se"], oracle.bse.to_numpy()[1:], atol=1e-8)
    sums = weights.groupby(["common", "reward"])["weight"].sum()
    index = lagged_indices(weights, unit=())
    assert index["mb"].item() == pytest.approx(sums[True, 1] - sums[True, 0] + sums[False, 0] - sums[False, 1])
    assert index["mf"].item() == pytest.approx(sums[True, 1] - sums[True, 0] - sums[False, 0] + sums[False, 1])
