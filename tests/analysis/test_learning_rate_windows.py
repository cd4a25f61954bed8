"""Learning rates by windows: against a general optimiser, and recovered from learners whose rate is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from neurorl.analysis.learning_rate_windows import half_means, learning_rate_windows, window_fits
from neurorl.core.errors import BadData, BadValue


def sessions(alpha, beta, n=200, seed=0, n_trials=200):
    """Sessions of a learner with fixed parameters: stable for half, then reversing every 25 trials."""
    rng = np.random.default_rng(seed)
    p = np.where(np.arange(n_trials) < 100, 0.75, np.where(np.arange(n_trials) // 25 % 2 == 0, 0.2, 0.8))
    m = rng.beta(4, 4, (n, n_trials, 2))
    paid = rng.random((n, n_trials)) < p
    left = np.empty((n, n_trials), bool)
    q = np.full(n, 0.5)
    for t in range(n_trials):
        x = beta * (q * m[:, t, 0] - (1 - q) * m[:, t, 1])
        left[:, t] = rng.random(n) < 1 / (1 + np.exp(-x))
        q = q + alpha * (paid[:, t] - q)
    return m, left, paid


def minus_log_likelihood(theta, m, left, paid, first, window):
    alpha, beta = 1 / (1 + np.exp(-theta[0])), np.exp(theta[1])
    q, total = np.full(len(left), 0.5), 0.0
    for t in range(first + window):
        if t >= first:
            x = beta * (q * m[:, t, 0] - (1 - q) * m[:, t, 1])
            total += np.logaddexp(0, np.where(left[:, t], -x, x)).sum()
        q = q + alpha * (paid[:, t] - q)
    return total


@pytest.mark.parametrize("first", [3, 40, 118])
def test_each_window_is_at_the_maximum_of_its_likelihood(first):
    data = sessions(0.3, 8.0, n=60)
    fit = window_fits(*data, firsts=[first]).iloc[0]
    best = minimize(minus_log_likelihood, [0.0, 2.0], args=(*data, first, 10), method="Nelder-Mead", tol=1e-9)
    assert fit["log_lik"] == pytest.approx(-best.fun, abs=2e-2)  # between grid points the parabola is all but exact
    assert fit["alpha"] == pytest.approx(1 / (1 + np.exp(-best.x[0])), abs=5e-3)
    assert np.log(fit["beta"]) == pytest.approx(best.x[1], abs=0.05)
    assert (fit["last"], fit["n"]) == (first + 9, 600)


@pytest.mark.parametrize("alpha", [0.1, 0.3, 0.6])
def test_a_fixed_learning_rate_is_recovered_without_bias_in_both_halves(alpha):
    windows = window_fits(*sessions(alpha, 10.0, seed=1))
    means = half_means(windows)
    np.testing.assert_allclose(means["alpha"], alpha, atol=0.03)
    np.testing.assert_allclose(np.log(means["beta"]), np.log(10.0), atol=0.1)


def test_a_learner_that_learns_faster_in_the_second_half_shows_it_there():
    m, _, paid = sessions(0.1, 10.0, seed=2)
    rng = np.random.default_rng(5)
    left, q = np.empty(paid.shape, bool), np.full(len(paid), 0.5)
    for t in range(paid.shape[1]):
        left[:, t] = rng.random(len(q)) < 1 / (1 + np.exp(-10 * (q * m[:, t, 0] - (1 - q) * m[:, t, 1])))
        q = q + (0.1 if t < 100 else 0.5) * (paid[:, t] - q)
    first, second = half_means(window_fits(m, left, paid))["alpha"]
    assert first == pytest.approx(0.1, abs=0.03) and second == pytest.approx(0.5, abs=0.06)


def table(n=6, n_trials=30):
    m, left, paid = sessions(0.3, 5.0, n=n, n_trials=n_trials)
    rows = pd.DataFrame({"session": np.repeat(np.arange(n), n_trials), "choice": (~left).ravel().astype(int)})
    shown = {"obs_0": m[..., 0].ravel(), "obs_1": m[..., 1].ravel()}
    chosen = np.where(left, m[..., 0], m[..., 1])
    return rows.assign(reward=(chosen * (paid == left)).ravel(), **shown), (m, left, paid)


def test_a_table_gives_what_its_arrays_give():
    rows, arrays = table()
    both = pd.concat([rows.assign(replica=0), rows.assign(replica=1)])
    found = learning_rate_windows(both, "replica", firsts=[0, 7, 20])
    expected = window_fits(*arrays, firsts=[0, 7, 20])
    for replica in (0, 1):
        mine = found[found["replica"] == replica]
        np.testing.assert_allclose(mine["alpha"], expected["alpha"])
    assert list(found.columns) == ["replica", "first", "last", "alpha", "beta", "log_lik", "n"]


def test_wrong_input_gets_a_sentence():
    rows, arrays = table()
    with pytest.raises(BadData, match="needs the column obs_0"):
        learning_rate_windows(rows.drop(columns="obs_0"))
    with pytest.raises(BadData, match="equally long; here they have 29 to 30"):
        learning_rate_windows(rows.iloc[:-1])
    with pytest.raises(BadValue, match="between 0 and 20"):
        window_fits(*arrays, firsts=[21])
    with pytest.raises(BadValue, match="does not fit"):
        window_fits(*arrays, window=31)
    with pytest.raises(BadData, match="no window between"):
        half_means(window_fits(*arrays), halves=((0, 25),), skip=20)
