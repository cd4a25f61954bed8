"""Choices and units left out, beside what quadrature finds without them."""

import dataclasses

import numpy as np
import pytest
from coins import COINS, DESIGN, TOSSES, VALID, N, log_posterior
from fit_sessions import Coin
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from scipy.stats.qmc import MultivariateNormalQMC

from neurorl.core.errors import BadValue
from neurorl.fit import FitResult
from neurorl.fit.evidence.left_out import NODES, loo_over_choices, loo_over_units, quadrature_nodes
from neurorl.fit.evidence.loo import Loo, loo
from neurorl.fit.methods.nuts import fit_nuts

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


def test_nodes_integrate_a_correlated_gaussian_in_two_dimensions() -> None:
    rng = np.random.default_rng(0)
    d, seen = 200, np.array([[1.0, -2.0], [0.0, 3.0]])  # of two units, with correlated errors
    error = np.array([[0.5, -0.4], [-0.4, 0.6]])
    m, sd = 0.3 * rng.normal(size=(d, 1, 2)) + np.zeros((d, 2, 2)), np.exp(0.4 * rng.normal(size=(d, 2)))
    own = np.linalg.inv(np.linalg.inv(error) + (1 / sd**2)[:, None] * np.eye(2))  # z given what was seen
    centre = np.einsum("dij,dsj->dsi", own, seen @ np.linalg.inv(error) + m / sd[:, None] ** 2)
    z = centre + np.einsum("dij,dsj->dsi", np.linalg.cholesky(own), rng.normal(size=(d, 2, 2)))
    e = MultivariateNormalQMC(np.zeros(2), rng=rng).random(NODES)
    at, log_weight = quadrature_nodes(z, m, sd, np.arange(d), e)
    log_lik = multivariate_normal(cov=error).logpdf(at - seen)
    found = logsumexp(log_lik + log_weight, axis=1) - np.log(NODES)
    exact = [
        [multivariate_normal(m[k, s], error + np.diag(sd[k] ** 2)).logpdf(seen[s]) for s in range(2)] for k in range(d)
    ]
    off = found - np.array(exact)
    np.testing.assert_allclose(off, 0, atol=0.15)
    assert abs(off.mean()) < 0.01


def test_chunks_make_no_difference(fit: FitResult, monkeypatch: pytest.MonkeyPatch) -> None:
    few = loo_over_choices(fit, Coin(), COINS, draws=40, quiet=True)
    monkeypatch.setattr("neurorl.fit.evidence.left_out.AT_ONCE", 40 * VALID.shape[1] * 7)  # 7 sessions at a time, of 24
    np.testing.assert_allclose(loo_over_choices(fit, Coin(), COINS, draws=40, quiet=True).pointwise, few.pointwise)


def test_fits_without_draws_and_other_units_are_refused(fit: FitResult) -> None:
    with pytest.raises(BadValue, match="makes none"):
        loo_over_choices(dataclasses.replace(fit, draws=None, method="em"), Coin(), COINS)
    with pytest.raises(BadValue, match="other units"):
        loo_over_units(fit, Coin(), COINS, groups=np.arange(N) // 2)
