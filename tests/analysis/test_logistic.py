import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from neurorl.analysis.logistic import logistic, stay_regression, stay_regression_by_unit, weights_summary
from neurorl.analysis.stay import stay_pairs
from neurorl.core.errors import BadData


def drawn(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    p = 1 / (1 + np.exp(-(0.4 + x @ [1.0, -2.0, 0.0])))
    return x, (rng.random(n) < p).astype(float)


def test_equals_statsmodels():
    x, y = drawn()
    oracle = sm.Logit(y, sm.add_constant(x)).fit(disp=0, tol=1e-12)
    fit = logistic(x, y)
    np.testing.assert_allclose(fit.weights, oracle.params, atol=1e-9)
    np.testing.assert_allclose(fit.se, oracle.bse, atol=1e-9)
    assert fit.log_lik == pytest.approx(oracle.llf, abs=1e-9)
    np.testing.assert_allclose(fit.table()[["low", "high"]], oracle.conf_int(), atol=1e-9)
    assert fit.note == ""


def test_two_by_two_table_in_closed_form():
    # 30 of 40 and 10 of 50: intercept log(10/40), weight the log odds ratio, Woolf's standard error
    x = np.repeat([1.0, 0.0], [40, 50])[:, None]
    y = np.concatenate([np.repeat([1, 0], [30, 10]), np.repeat([1, 0], [10, 40])])
    fit = logistic(x, y)
    np.testing.assert_allclose(fit.weights, [np.log(10 / 40), np.log(30 / 10 * 40 / 10)], atol=1e-10)
    np.testing.assert_allclose(fit.se[1], np.sqrt(1 / 30 + 1 / 10 + 1 / 10 + 1 / 40), atol=1e-10)


def test_prior_is_the_stationary_point_of_the_penalised_likelihood():
    x, y = drawn(60)
    fit = logistic(x, y, prior_sd=0.5)
    p = 1 / (1 + np.exp(-(fit.weights[0] + x @ fit.weights[1:])))
    np.testing.assert_allclose(x.T @ (y - p), fit.weights[1:] / 0.5**2, atol=1e-7)
    np.testing.assert_allclose((y - p).sum(), fit.weights[0] / (4 * 0.5) ** 2, atol=1e-7)


@pytest.mark.parametrize(
    "x, y, infinite",
    [
        (np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1]), [True, True]),  # complete separation
        (np.array([[-1.0], [0.0], [0.0], [1.0]]), np.array([0, 0, 1, 1]), [False, True]),  # quasi-complete
        (np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [0.0, 0.0]]), np.array([0, 1, 0, 1]), [False] * 3),  # collinear
        (np.array([[-1.0], [1.0], [0.5]]), np.array([1, 1, 1]), [True, True]),  # one answer only
        # The second regressor separates; the first and the intercept are determined by the rows in which it is 0.
        (
            np.array([[1.0, 1], [2, 1], [1, -1], [2, -1], [1, 0], [1, 0], [2, 0], [2, 0]]),
            np.array([1, 1, 0, 0, 1, 0, 1, 0]),
            [False, False, True],
        ),
    ],
)
def test_no_maximum_gives_a_finite_fit_that_says_so(x, y, infinite):
    for prior_sd in (None, 2.5):
        fit = logistic(x, y, prior_sd=prior_sd)
        assert fit.infinite.tolist() == infinite and fit.separated == any(infinite)
        assert ("separate" in fit.note) == any(infinite)
        assert np.isfinite(fit.weights).all() and np.isfinite(fit.se).all() and np.isfinite(fit.log_lik)
    assert "no maximum" in logistic(x, y).note


def test_where_the_maximum_exists_nothing_is_infinite():
    x, y = drawn()
    for prior_sd in (None, 0.5):
        fit = logistic(x, y, prior_sd=prior_sd)
        assert not fit.infinite.any() and fit.note == "" and not fit.table()["infinite"].any()


def test_a_summary_counts_units_whose_weight_is_the_priors():
    rng = np.random.default_rng(1)
    trials = pd.DataFrame({"subject": np.repeat([0, 1], 200), "session": 0, "trial": np.tile(np.arange(200), 2)})
    trials["choice1"], trials["reward"] = rng.integers(0, 2, 400), rng.integers(0, 2, 400)
    trials["common"] = rng.random(400) < 0.7
    win_stay = trials["subject"] == 1  # stays exactly where it was rewarded
    for i in range(1, 400):
        if win_stay[i]:
            trials.loc[i, "choice1"] = abs(int(trials["choice1"][i - 1]) - int(trials["reward"][i - 1] == 0))
    by_unit = stay_regression_by_unit(trials)
    assert by_unit.groupby("subject")["infinite"].sum().to_dict() == {0: 0, 1: 4}  # complete separation
    summary = weights_summary(by_unit).set_index("name")
    assert set(summary["n_infinite"]) == {1} and set(summary["n_units"]) == {2}


def test_strong_but_unseparated_data_keep_their_maximum():
    x = np.repeat([-1.0, 1.0], 5000)[:, None]
    y = np.concatenate([np.repeat([1, 0], [1, 4999]), np.repeat([1, 0], [4999, 1])])
    fit = logistic(x, y)
    assert fit.note == "" and fit.weights[1] == pytest.approx(np.log(4999), abs=1e-9)


def test_unusable_rows_are_refused():
    with pytest.raises(BadData, match="1 regressors that are not finite and 1 other answers"):
        logistic(np.array([[np.nan], [1.0]]), np.array([0.5, 1.0]))
    with pytest.raises(BadData, match="at least one row"):
        logistic(np.zeros((0, 1)), np.zeros(0))


def test_stay_regression_is_the_saturated_model(played):
    trials = played("mb")
    pairs = stay_pairs(trials)
    p = pairs.groupby(["reward", "common"])["stay"].mean()
    logit = np.log(p / (1 - p))
    cr, ur, cu, uu = logit[1, True], logit[1, False], logit[0, True], logit[0, False]
    fit = stay_regression(trials)
    assert fit.names == ("intercept", "reward", "transition", "interaction")
    expected = [(cr + ur + cu + uu) / 4, (cr + ur - cu - uu) / 2, (cr + cu - ur - uu) / 2, (cr - ur - cu + uu) / 2]
    np.testing.assert_allclose(fit.weights, expected, atol=1e-8)


def test_by_unit_and_summary(played):
    by_unit = stay_regression_by_unit(played("mf"))
    assert len(by_unit) == 16
    summary = weights_summary(by_unit).set_index("name")
    # log-odds of 0.8 against 0.2: 4 log 2
    assert summary.loc["reward", "low"] < 4 * np.log(2) < summary.loc["reward", "high"]
    assert summary.loc["interaction", "n_units"] == 4
    assert isinstance(summary, pd.DataFrame)
