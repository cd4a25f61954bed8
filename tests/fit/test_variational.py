"""The nearest Gaussian beside the posterior that quadrature finds, and what is said where it is not near."""

import numpy as np
import pytest
from coins import COINS, DESIGN, TOSSES, VALID, by_quadrature
from fit_sessions import Coin

from neurorl.core.errors import BadValue
from neurorl.fit import FitResult, FitWarning
from neurorl.fit.methods import fit as fit_by
from neurorl.fit.methods.vi import doubts_about, fit_vi


@pytest.fixture(scope="module")
def fit() -> FitResult:
    with pytest.warns(FitWarning, match="a preview"):
        return fit_by(Coin(), COINS, "vi", design=DESIGN, quiet=True)


def test_means_and_spreads_are_near_those_of_quadrature(fit: FitResult) -> None:
    draws = fit.draws["posterior"]
    b = draws["coefficients_p"].values.reshape(-1, 2)
    found = np.column_stack([b, draws["sd"].values.reshape(-1)])
    mean, sd = by_quadrature()
    assert (np.abs(found.mean(axis=0) - mean) < 0.25 * sd).all()
    ratio = found.std(axis=0) / sd
    assert (ratio > 0.75).all() and (ratio < 1.1).all()  # narrow, and not by much
    p, n = draws["p"].values, VALID.sum(axis=1)
    heads = (TOSSES & VALID).sum(axis=1)
    expected = heads * np.log(p) + (n - heads) * np.log1p(-p)
    np.testing.assert_allclose(fit.draws["log_likelihood"]["choices"].values, expected, rtol=1e-4, atol=1e-3)


def test_it_is_a_preview_and_says_so(fit: FitResult) -> None:
    assert fit.method == "vi" and not fit.failed.any()
    assert any("may be too narrow" in sentence for sentence in fit.problems())
    bound = fit.fitted.curve["bound"]
    assert bound[-1] > bound[0] and len(bound) < 100


def test_a_climb_that_is_given_up_is_a_failure_of_all(fit: FitResult) -> None:
    with pytest.warns(FitWarning, match="did not converge in 2 rounds"):
        short = fit_vi(Coin(), COINS, design=DESIGN, rounds=2, quiet=True)
    assert short.failed.all() and len(short.problems()) == 1
    np.testing.assert_array_equal(short.fitted.curve["bound"], fit.fitted.curve["bound"][:2])  # the same seed


def test_weights_with_a_long_tail_are_not_trusted() -> None:
    rng = np.random.default_rng(0)
    near, far = rng.normal(size=(2, 1, 2000)) * np.array([0.1, 3.0])[:, None, None]
    assert len(doubts_about(near, [-3.0, -2.0], True)) == 1
    (_, said) = doubts_about(far, [-3.0, -2.0], True)
    assert "is not near the posterior" in said
    with pytest.raises(BadValue, match="two rounds"):
        fit_vi(Coin(), COINS, rounds=1)
