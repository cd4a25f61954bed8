"""Inference over models against an independent implementation on Gaussians, and on learners beside coins."""

from pathlib import Path

import jax
import numpy as np
import pytest
from fit_sessions import Coin, NearNoisyMean, NearNormalMean, record, rescorla_wagner_sessions
from scipy.special import digamma, gammaln, logsumexp
from scipy.stats import norm

from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.errors import BadValue
from neurorl.fit.checkpoint import Kept
from neurorl.fit.evidence.model_inference import HBIResult
from neurorl.fit.methods.hbi import fit_hbi
from neurorl.tasks.bandit import TASK

N, T, SCALE = 16, 10, 100.0
NOISE = np.where(np.arange(N) < 10, 1.0, 3.0)  # ten units follow the first model
Y = np.random.default_rng(0).normal(2.0, NOISE[:, None], (N, T))


def by_hand(y: np.ndarray, rounds: int = 200, free: bool = True) -> tuple[np.ndarray, np.ndarray, float]:
    """The equations of the paper for two models y ~ N(100 z, 1) and N(100 z, 9), whose integrals are Gaussian."""
    noise = np.array([1.0, 9.0])
    r, alpha = np.full((N, 2), 0.5), np.full(2, 1 + N / 2)
    theta = np.zeros((N, 2))
    a, beta, nu, sigma = np.zeros(2), np.ones(2), np.ones(2), 6.25 * np.ones(2)
    correction, first = np.zeros(2), True
    for _ in range(rounds):
        height, spread = np.zeros((N, 2)), np.zeros(2)
        for k in (0, 1):
            variance = sigma[k] / nu[k]
            precision = T * SCALE**2 / noise[k] + 1 / variance
            theta[:, k] = (SCALE * y.sum(axis=1) / noise[k] + a[k] / variance) / precision
            spread[k] = 1 / precision
            lik = norm.logpdf(y, SCALE * theta[:, k : k + 1], np.sqrt(noise[k])).sum(axis=1)
            prior = norm.logpdf(theta[:, k], a[k], np.sqrt(variance))
            height[:, k] = lik + prior + 0.5 * np.log(2 * np.pi) - 0.5 * np.log(precision)
        if not first:
            correction = 0.5 * (digamma(nu) - np.log(nu) - 1 / beta)
            score = height + correction + (digamma(alpha) - digamma(alpha.sum()) if free else -np.log(2))
            r = np.exp(score - logsumexp(score, axis=1, keepdims=True))
            tau = nu / sigma
            kl = 0.5 * (np.log(beta) + 1 / beta - 1 + tau * a**2)
            kl += (nu - 0.5) * digamma(nu) - gammaln(nu) + gammaln(0.5)
            kl += 0.5 * np.log(sigma / 0.01) + nu * (0.01 - sigma) / sigma
            bound = logsumexp(score, axis=1).sum() - kl.sum()
            kl_m = (
                gammaln(alpha.sum())
                - gammaln(alpha).sum()
                + ((alpha - 1) * (digamma(alpha) - digamma(sum(alpha)))).sum()
            )
            bound -= kl_m if free else 0.0
        first = False
        total = r.sum(axis=0)
        mean = (r * theta).sum(axis=0) / total
        variance = (r * (theta**2 + spread)).sum(axis=0) / total - mean**2
        a, beta, nu = total * mean / (total + 1), 1 + total, 0.5 + total / 2
        sigma = 0.01 + 0.5 * (total * variance + total / (1 + total) * mean**2)
        alpha = 1 + total
    return r, a, float(bound)


def test_it_is_what_the_equations_say_where_they_can_be_done_by_hand() -> None:
    found = fit_hbi({"quiet": NearNormalMean(), "noisy": NearNoisyMean()}, record(Y, dtype=float), starts=1, quiet=True)
    r, a, bound = by_hand(Y)
    np.testing.assert_allclose(found.responsibilities, r, atol=0.01)
    np.testing.assert_allclose(found.frequency, (1 + r.sum(axis=0)) / (2 + N), atol=0.003)
    np.testing.assert_allclose(found.mean_responsibility, r.mean(axis=0), atol=0.003)
    np.testing.assert_allclose(found.table()["mean_responsibility"], found.responsibilities.mean(axis=0), atol=1e-3)
    for k, name in enumerate(found.names):
        assert found.results[name].group["mean"][0] == pytest.approx(a[k], rel=5e-3)
    assert found.log_bound == pytest.approx(bound, abs=0.1)
    null = by_hand(Y, free=False)[2]
    assert found.null_probability == pytest.approx(1 / (1 + np.exp(bound - null)), abs=0.02)
    expected = (1 - found.null_probability) * found.exceedance + found.null_probability / 2
    np.testing.assert_allclose(found.protected_exceedance, expected)
    draws = np.random.default_rng(0).dirichlet(1 + r.sum(axis=0), 200_000)
    assert found.exceedance[0] == pytest.approx((draws.argmax(axis=1) == 0).mean(), abs=0.01)
    assert found.table()["n_units"].tolist() == np.bincount(r.argmax(axis=1), minlength=2).tolist()


def test_both_numbers_that_are_called_frequency_are_given() -> None:
    n_k = np.array([13.06, 6.94, 0.0])  # of 20 units; Piray et al. 2019 print N_k / N
    none = np.zeros(3)
    found = HBIResult(("a", "b", "c"), 1 + n_k, none, none, np.tile(n_k / 20, (20, 1)), 0.0, 0.0, {}, np.arange(20))
    np.testing.assert_allclose(found.frequency, [0.611, 0.345, 0.043], atol=5e-4)
    np.testing.assert_allclose(found.mean_responsibility, [0.653, 0.347, 0.0], atol=5e-4)
    table = found.table().set_index("model")
    assert found.selection().table["n_most_likely"].tolist() == [20, 0, 0]
    assert table.loc["a", "mean_responsibility"] == pytest.approx(0.653) and table.loc["c", "frequency"] == 1 / 23


def test_learners_are_told_from_coins() -> None:
    actions, rewards = rescorla_wagner_sessions(n=10, steps=80, seed=1)
    rng = np.random.default_rng(2)
    coins, paid = rng.uniform(size=(5, 80)) < 0.75, rng.uniform(size=(5, 80)) < 0.5
    records = record(np.concatenate([actions, coins]), np.concatenate([rewards, paid]))
    found = fit_hbi(
        {"learner": RescorlaWagner(TASK.spaces, initial=0.0), "coin": Coin()}, records, starts=4, quiet=True
    )
    likely = found.responsibilities.argmax(axis=1)
    assert (likely == np.repeat([0, 1], [10, 5])).sum() >= 14
    assert found.exceedance[0] > found.protected_exceedance[0] > 0.5
    coin = found.results["coin"]
    assert coin.group is not None and coin.group["mean_on_scale"][0] == pytest.approx(coins.mean(), abs=0.06)
    assert coin.fitted.origin["starts"] == 4 and coin.fitted.origin["fixed"] == {}
    assert coin.method == "hbi" and not coin.failed.any()
    assert {leaf.dtype for leaf in jax.tree.leaves(coin.fitted.params)} == {np.dtype(np.float32)}
    with pytest.raises(BadValue, match="no free parameter"):
        fit_hbi({"coin": Coin()}, records, fixed={"coin": {"p": 0.5}}, quiet=True)


def test_a_stopped_inference_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agents, records = {"quiet": NearNormalMean(), "noisy": NearNoisyMean()}, record(Y, dtype=float)
    whole = fit_hbi(agents, records, starts=1, quiet=True)
    file, write, left = (
        tmp_path / "hbi.npz",
        Kept.write,
        iter(range(len(whole.results["quiet"].fitted.curve["log_bound"]) + 2)),
    )

    def stopped(self: Kept, arrays: dict[str, np.ndarray]) -> None:
        write(self, arrays)
        if next(left, None) is None:  # a few rounds into the run that holds the frequencies equal
            raise KeyboardInterrupt

    monkeypatch.setattr(Kept, "write", stopped)
    with pytest.raises(KeyboardInterrupt):
        fit_hbi(agents, records, starts=1, checkpoint=file, quiet=True)
    monkeypatch.setattr(Kept, "write", write)
    again = fit_hbi(agents, records, starts=1, checkpoint=file, quiet=True)
    assert again.log_bound == whole.log_bound and again.null_probability == whole.null_probability
    np.testing.assert_array_equal(again.responsibilities, whole.responsibilities)
