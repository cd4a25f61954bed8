"""Choices and units left out, beside what quadrature finds without them."""

import dataclasses

import numpy as np
import pytest
from coins import COINS, DESIGN, TOSSES, VALID, N, log_posterior
from fit_sessions import Coin
from scipy.special import logsumexp

from neurorl.core.errors import BadValue
from neurorl.fit import FitResult
from neurorl.fit.left_out import loo_over_choices, loo_over_units
from neurorl.fit.loo import Loo, loo
from neurorl.fit.nuts import fit_nuts

HEADS, TRIALS = (TOSSES & VALID).sum(axis=1), VALID.sum(axis=1)


@pytest.fixture(scope="module")
def fit() -> FitResult:
    return fit_nuts(Coin(), COINS, design=DESIGN, draws=1000, most=None, quiet=True)


@pytest.fixture(scope="module")
def units(fit: FitResult) -> Loo:
    return loo_over_units(fit, Coin(), COINS, design=DESIGN, quiet=True)


def test_units_that_are_left_out_are_predicted_as_quadrature_does(units: Loo) -> None:
    whole = logsumexp(log_posterior(HEADS, TRIALS))
    without = [logsumexp(log_posterior(HEADS * (np.arange(N) != s), TRIALS * (np.arange(N) != s))) for s in range(N)]
    exact = whole - np.array(without)
    assert units.n_untrusted == 0 and len(units.pointwise) == N
    usual = units.pareto_k < 0.3
    assert usual.sum() > 18
    np.testing.assert_allclose(units.pointwise[usual], exact[usual], atol=0.03)
    np.testing.assert_allclose(units.pointwise, exact, atol=0.15)  # few of 1,000 draws speak for an unusual unit
    assert units.elpd == pytest.approx(exact.sum(), abs=0.3)


def test_choices_that_are_left_out_are_predicted_as_quadrature_does(fit: FitResult) -> None:
    got = loo_over_choices(fit, Coin(), COINS, quiet=True)
    assert len(got.pointwise) == VALID.sum() and got.n_untrusted == 0
    whole = logsumexp(log_posterior(HEADS, TRIALS))
    whose, toss = np.nonzero(VALID)[0], TOSSES[VALID]
    for s in (0, 1):
        for face in (False, True):
            one = (np.arange(N) == s).astype(int)
            exact = whole - logsumexp(log_posterior(HEADS - one * face, TRIALS - one))
            np.testing.assert_allclose(got.pointwise[(whose == s) & (toss == face)], exact, atol=0.02)


def test_units_that_are_reweighed_at_their_own_parameters_are_not_trusted(fit: FitResult) -> None:
    own = loo(fit.draws["log_likelihood"]["choices"].values)
    assert own.n_untrusted > 3


def test_chunks_make_no_difference(fit: FitResult, monkeypatch: pytest.MonkeyPatch) -> None:
    few = loo_over_choices(fit, Coin(), COINS, draws=40, quiet=True)
    monkeypatch.setattr("neurorl.fit.left_out.AT_ONCE", 40 * VALID.shape[1] * 7)  # 7 sessions at a time, of 24
    np.testing.assert_allclose(loo_over_choices(fit, Coin(), COINS, draws=40, quiet=True).pointwise, few.pointwise)


def test_fits_without_draws_and_other_units_are_refused(fit: FitResult) -> None:
    with pytest.raises(BadValue, match="makes none"):
        loo_over_choices(dataclasses.replace(fit, draws=None, method="em"), Coin(), COINS)
    with pytest.raises(BadValue, match="other units"):
        loo_over_units(fit, Coin(), COINS, groups=np.arange(N) // 2)
