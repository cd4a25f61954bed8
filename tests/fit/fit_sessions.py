"""Sessions and agents that the tests of fitting share, made without the code under test."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Beta, Gaussian, Interval, param, unit
from neurorl.core.policy import Categorical, Normal
from neurorl.core.spaces import Spaces
from neurorl.core.types import Record, Transition


class Params(eqx.Module):
    p: Any = param(0.4, unit, symbol="p", doc="probability of heads", prior=Beta(3.0, 2.0))


@dataclass(frozen=True)
class Coin(Agent):
    """Answers 1 with probability p, always."""

    card: ClassVar[Card] = Card(title="Biased coin", summary="For tests.")

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls()

    def params(self, key: Any = None) -> Params:
        return Params()

    def init(self, key: Any, params: Params) -> Any:
        return jnp.zeros(())

    def act(self, params: Params, state: Any, obs: Any) -> tuple[Any, Categorical]:
        return state, Categorical(jnp.stack([jnp.log1p(-params.p), jnp.log(params.p)]))

    def update(self, params: Params, state: Any, transition: Transition) -> tuple[Any, Any]:
        return state, None


@dataclass(frozen=True)
class FixedPrecisionCoin(Coin):
    """A coin whose state leaves single precision as soon as a reward in double precision arrives."""

    def init(self, key: Any, params: Params) -> Any:
        return jnp.zeros((), jnp.float32)

    def update(self, params: Params, state: Any, transition: Transition) -> tuple[Any, Any]:
        return state + transition.reward, None


@dataclass(frozen=True)
class BrokenCoin(Coin):
    """A coin that cannot say anything about p above one half."""

    def act(self, params: Params, state: Any, obs: Any) -> tuple[Any, Categorical]:
        return state, Categorical(jnp.stack([jnp.log1p(-params.p), jnp.log(params.p)]) + jnp.sqrt(0.5 - params.p) * 0)


@dataclass(frozen=True)
class KinkedCoin(Coin):
    """A coin that is fair at one half and loses log-odds at twice the pace on either side of it."""

    def act(self, params: Params, state: Any, obs: Any) -> tuple[Any, Categorical]:
        away = 4.0 * jnp.abs(params.p - 0.5)
        return state, Categorical(jnp.stack([jnp.zeros_like(away), away * jnp.where(obs == 0, -1.0, 1.0)]))


class MeanParams(eqx.Module):
    mu: Any = param(0.5, Interval(-1e4, 1e4), symbol="mu", doc="mean", prior=Gaussian(1.0, 2.0))


@dataclass(frozen=True)
class NormalMean(Coin):
    """Answers with numbers around mu, with standard deviation 1. The width of mu's range makes z a linear scale."""

    def params(self, key: Any = None) -> MeanParams:
        return MeanParams()

    def act(self, params: MeanParams, state: Any, obs: Any) -> tuple[Any, Normal]:
        return state, Normal(params.mu, jnp.ones_like(params.mu))


class NearMeanParams(eqx.Module):
    mu: Any = param(0.5, Interval(-200, 200), symbol="mu", doc="mean")


@dataclass(frozen=True)
class NearNormalMean(NormalMean):
    """The same in a smaller range: dz = dmu / 100, to one part in a thousand of numbers of a few units."""

    def params(self, key: Any = None) -> NearMeanParams:
        return NearMeanParams()


@dataclass(frozen=True)
class NearNoisyMean(NearNormalMean):
    """The same with standard deviation 3."""

    def act(self, params: MeanParams, state: Any, obs: Any) -> tuple[Any, Normal]:
        return state, Normal(params.mu, jnp.full_like(params.mu, 3.0))


def record(
    action: np.ndarray, reward: np.ndarray | None = None, valid: np.ndarray | None = None, dtype: Any = np.int32
) -> Record:
    """A batch [S, T] of one-step trials."""
    action = np.asarray(action, dtype)
    zeros = np.zeros(action.shape, np.float32)
    reward = zeros if reward is None else np.asarray(reward, np.float32)
    valid = np.ones(action.shape, bool) if valid is None else valid
    code = np.zeros(action.shape, np.int32)
    return Record(code, action, reward, zeros, zeros, code, valid, valid)


def rescorla_wagner_sessions(n: int, steps: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Actions and rewards [n, steps] of delta-rule learners on a two-armed bandit (0.25, 0.75)."""
    rng = np.random.default_rng(seed)
    alpha, beta = rng.uniform(0.1, 0.8, n), rng.uniform(1.0, 6.0, n)
    q, at = np.zeros((n, 2)), np.arange(n)
    actions, rewards = np.zeros((n, steps), int), np.zeros((n, steps))
    for t in range(steps):
        a = (rng.uniform(size=n) < 1 / (1 + np.exp(-beta * (q[:, 1] - q[:, 0])))).astype(int)
        r = (rng.uniform(size=n) < np.array([0.25, 0.75])[a]).astype(float)
        q[at, a] += alpha * (r - q[at, a])
        actions[:, t], rewards[:, t] = a, r
    return actions, rewards
