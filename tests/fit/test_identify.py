"""Profile likelihoods whose intervals can be written down."""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from fit_sessions import Coin, record
from scipy.optimize import brentq
from scipy.stats import chi2

from neurorl.core.errors import BadValue
from neurorl.core.params import Interval, param, unit
from neurorl.core.policy import Categorical, Normal
from neurorl.fit.design.identifiability import profile, profiles

LINE = chi2.ppf(0.95, 1) / 2
HEADS, N = np.array([3, 10, 17, 0]), 20
TOSSES = record(np.arange(N)[None] < HEADS[:, None])


def binomial(p: float, heads: Any, n: Any) -> float:
    """Log-likelihood of independent tosses."""
    return float(heads * np.log(p) + (n - heads) * np.log1p(-p)) if heads else float(n * np.log1p(-p))


def crossings(heads: int, n: int) -> tuple[float, float]:
    """Where the log-likelihood of a coin lies LINE below its maximum."""
    top = binomial(heads / n, heads, n)
    ends = ((1e-9, heads / n), (heads / n, 1 - 1e-9))
    low, high = (brentq(lambda p: binomial(p, heads, n) - top + LINE, *end) for end in ends)
    return float(low), float(high)


def test_the_interval_of_a_coin_is_where_its_likelihood_has_fallen_far_enough() -> None:
    found = profile(Coin(), TOSSES, "p", starts=2, quiet=True)
    for s, heads in enumerate(HEADS[:3]):
        low, high = crossings(heads, N)
        assert found.each.low[s] == pytest.approx(low, abs=1e-4)
        assert found.each.high[s] == pytest.approx(high, abs=1e-4)
    np.testing.assert_allclose(found.each.estimate[:3], HEADS[:3] / N, atol=1e-5)
    assert found.each.bounded[:3].all()
    expected = [[binomial(p, heads, N) for p in found.grid] for heads in HEADS]
    np.testing.assert_allclose(found.log_lik, expected, atol=1e-9)


def test_a_coin_that_never_showed_heads_is_not_bounded_below() -> None:
    found = profile(Coin(), TOSSES, "p", starts=2, quiet=True)
    assert not found.each.bounded_below[3] and found.each.low[3] == 0.0
    # (1 - p)^20 = exp(-1.92)
    assert found.each.bounded_above[3] and found.each.high[3] == pytest.approx(1 - np.exp(-LINE / N), abs=1e-5)
    assert "not bounded below" in found.each.sentences()[3]
    assert found.table()["bounded_below"].tolist() == [True, True, True, False]


def test_a_value_that_all_units_share_has_the_interval_of_all_tosses_together() -> None:
    found = profile(Coin(), TOSSES, "p", starts=2, quiet=True).shared
    low, high = crossings(HEADS.sum(), 4 * N)
    assert found.estimate[0] == pytest.approx(HEADS.sum() / (4 * N), abs=1e-4)
    assert found.low[0] == pytest.approx(low, abs=1e-4) and found.high[0] == pytest.approx(high, abs=1e-4)


class MeanAndSpread(eqx.Module):
    mu: Any = param(0.5, Interval(-20, 20), symbol="mu", doc="mean")
    sd: Any = param(1.0, Interval(0, 20), symbol="sd", doc="standard deviation")


@dataclass(frozen=True)
class Gaussian(Coin):
    """Answers with numbers around mu with standard deviation sd."""

    def params(self, key: Any = None) -> MeanAndSpread:
        return MeanAndSpread()

    def act(self, params: MeanAndSpread, state: Any, obs: Any) -> tuple[Any, Normal]:
        return state, Normal(params.mu, params.sd)


def test_the_mean_of_a_gaussian_whose_spread_is_profiled_out() -> None:
    # l(mu) = -n/2 log(s^2 + (m - mu)^2) + const: the interval is m +- s sqrt(exp(3.84 / n) - 1), s^2 the variance.
    y = np.random.default_rng(0).normal(2.0, 1.5, (3, 15))
    found = profile(Gaussian(), record(y, dtype=float), "mu", starts=2, quiet=True)
    half = y.std(axis=1) * np.sqrt(np.exp(2 * LINE / 15) - 1)
    np.testing.assert_allclose(found.each.low, y.mean(axis=1) - half, atol=1e-3)
    np.testing.assert_allclose(found.each.high, y.mean(axis=1) + half, atol=1e-3)
    # A mean that all share: each unit keeps its own spread.
    mu = np.linspace(0, 4, 400_001)
    total = sum(-7.5 * np.log(part.var() + (part.mean() - mu) ** 2) for part in y)
    inside = mu[total >= total.max() - LINE]
    assert found.shared.estimate[0] == pytest.approx(mu[total.argmax()], abs=1e-3)
    assert found.shared.low[0] == pytest.approx(inside[0], abs=1e-3)
    assert found.shared.high[0] == pytest.approx(inside[-1], abs=1e-3)


class Factors(eqx.Module):
    a: Any = param(0.6, unit, symbol="a", doc="one factor")
    b: Any = param(0.6, unit, symbol="b", doc="another factor")


@dataclass(frozen=True)
class ProductCoin(Coin):
    """Answers 1 with probability a b: neither factor can be told from the other."""

    def params(self, key: Any = None) -> Factors:
        return Factors()

    def act(self, params: Factors, state: Any, obs: Any) -> tuple[Any, Categorical]:
        p = params.a * params.b
        return state, Categorical(jnp.stack([jnp.log1p(-p), jnp.log(p)]))


def test_a_factor_of_a_product_is_bounded_below_only() -> None:
    # b = p / a makes up for any a above p; below, b stays at 1 and the likelihood is that of a coin with p = a.
    found = profiles(ProductCoin(), record(np.arange(N)[None] < HEADS[:2, None]), starts=3, quiet=True)
    for name in ("a", "b"):
        each = found[name].each
        assert each.bounded_below.all() and not each.bounded_above.any() and not each.bounded.any()
        assert (each.high == 1.0).all()
        np.testing.assert_allclose(each.low, [crossings(heads, N)[0] for heads in HEADS[:2]], atol=2e-3)


def test_a_parameter_that_is_not_fitted_has_no_profile() -> None:
    with pytest.raises(BadValue, match="q is not fitted here; the free parameters are: p"):
        profile(Coin(), TOSSES, "q")
