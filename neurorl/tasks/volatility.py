"""Two arms of cued magnitude whose reward probability is stable in some periods and volatile in others.

A trial: the magnitudes of both arms are shown, 100 Beta(4, 4) points each; one choice, left or right. Exactly one
arm pays its magnitude, the left one with probability r, and the other pays nothing. Wang et al. 2018, simulation 2,
after Behrens et al. 2007. With the schedule "generative", on which networks are trained,

    volatility v is 0 or 0.2, at random at first; ln k ~ U(-4.5, -3.5) once a session;
    after each trial, with probability v the arms exchange roles, r -> 1 - r; with probability k, v -> 0.2 - v;
    r is 0.25 or 0.75 while v = 0, and 0 or 1 while v = 0.2.

Test sessions of 200 trials: "low_first" has r at 0.25 or 0.75 for 100 trials and then, alternating every 25 trials,
at 0.2 or 0.8; "high_first" is its mirror image in time (reversals before trials 25, 50, 75 and 100, then r at 0.25
or 0.75). Which arm is better at first is random.

A point is `reward_scale` units of reward: 1 for points, 0.01 for rewards between 0 and 1.

Departs from the paper: which arm is better when v changes is not stated there (here the same one), nor whether the
arms exchange roles at trial 100 of a test session (here they do), nor how magnitudes are shown (here points / 100).
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.magnitudes import LARGEST, magnitude_spaces
from neurorl.ops.volatility_belief import FLIP, LOG_K, P_STABLE, P_VOLATILE

Schedule = Literal["generative", "low_first", "high_first"]
TRIALS = 200  # in a session


class Params(eqx.Module):
    p_stable: Float[Array, ""] = eqx.field(default=P_STABLE, converter=jnp.asarray)  # of the better arm
    p_volatile: Float[Array, ""] = eqx.field(default=P_VOLATILE, converter=jnp.asarray)  # of the better arm
    flip: Float[Array, ""] = eqx.field(default=FLIP, converter=jnp.asarray)  # a trial, while volatile
    log_k_low: Float[Array, ""] = eqx.field(default=LOG_K[0], converter=jnp.asarray)  # natural log
    log_k_high: Float[Array, ""] = eqx.field(default=LOG_K[1], converter=jnp.asarray)
    half: Int[Array, ""] = eqx.field(default=100, converter=jnp.asarray)  # trials; of a test session
    block: Int[Array, ""] = eqx.field(default=25, converter=jnp.asarray)  # trials; of its volatile half
    low_first: Bool[Array, ""] = eqx.field(default=True, converter=jnp.asarray)  # which half of it is stable


class State(eqx.Module):
    trial: Int[Array, ""]
    volatile: Bool[Array, ""]
    left_is_better: Bool[Array, ""]
    k: Float[Array, ""]  # probability a trial that the volatility changes
    magnitudes: Float[Array, "2"]  # points / 100


class Truth(eqx.Module):
    """Probability that the left arm pays on this trial, and whether the period is volatile (1) or stable (0)."""

    p_left: Float[Array, ""]
    volatile: Float[Array, ""]


@dataclass(frozen=True)
class Volatility(Task):
    """Volatility task: `schedule` is what sessions are made of, `reward_scale` the reward of one point."""

    schedule: Schedule = "generative"
    reward_scale: float = 1.0

    card: ClassVar[Card] = Card(
        title="Volatility: stable and volatile reward probabilities",
        summary="One of two arms with known magnitudes is rewarded, and the rate at which they exchange roles "
        "changes as well. Tests whether learning is faster in volatile periods.",
        refs=("wang2018:simulation 2", "behrens2007"),
        tags=("bandit", "reversal", "volatility", "meta-rl"),
    )

    def __post_init__(self) -> None:
        if self.schedule not in get_args(Schedule):
            raise BadValue(f"schedule is '{self.schedule}', but must be one of {', '.join(get_args(Schedule))}.")
        if not self.reward_scale > 0:
            raise BadValue(f"reward_scale is {self.reward_scale:g}, but must be above 0.")

    @property
    def spaces(self) -> Spaces:
        return magnitude_spaces(self.reward_scale)

    def params(self) -> Params:
        return (
            Params()
            if self.schedule == "generative"
            else Params(p_volatile=0.8, low_first=self.schedule == "low_first")
        )

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Float[Array, "2"]]:
        u = jax.random.uniform(key, (19,))
        trial = jnp.asarray(0, jnp.int32)
        volatile = u[0] < 0.5 if self.schedule == "generative" else _scheduled(params, trial)[0]
        k = jnp.exp(params.log_k_low + u[1] * (params.log_k_high - params.log_k_low))
        state = State(trial, volatile, u[2] < 0.5, k, _magnitudes(u[3:]))
        return state, state.magnitudes

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (19,))
        p_better = jnp.where(state.volatile, params.p_volatile, params.p_stable)
        p_left = jnp.where(state.left_is_better, p_better, 1 - p_better)
        pays = (u[0] < p_left) == (action == 0)
        chosen = jnp.where(action == 0, state.magnitudes[0], state.magnitudes[1])
        reward = pays * chosen * LARGEST * self.reward_scale

        trial = state.trial + 1
        if self.schedule == "generative":
            reverses = state.volatile & (u[1] < params.flip)
            volatile = state.volatile ^ (u[2] < state.k)
        else:
            volatile, reverses = _scheduled(params, trial)
        after = State(trial, volatile, state.left_is_better ^ reverses, state.k, _magnitudes(u[3:]))
        outcome = Outcome(
            obs=after.magnitudes,
            reward=reward,
            discount=jnp.zeros_like(reward),
            stim=jnp.zeros_like(reward),
            truth=Truth(p_left, state.volatile.astype(p_left.dtype)),
        )
        return after, outcome


def _scheduled(params: Params, trial: Int[Array, ""]) -> tuple[Bool[Array, ""], Bool[Array, ""]]:
    """Whether this trial of a test session is volatile, and whether the arms exchange roles before it."""
    second, at_change = trial >= params.half, trial % params.block == 0
    within = jnp.where(params.low_first, second, (trial > 0) & (trial <= params.half))
    return second == params.low_first, at_change & within


def _magnitudes(u: Float[Array, "16"]) -> Float[Array, "2"]:
    """Two draws from Beta(4, 4): the share of the first four of eight exponential waiting times in their sum."""
    waits = -jnp.log1p(-u.reshape(2, 8))
    return waits[:, :4].sum(axis=1) / jnp.maximum(waits.sum(axis=1), jnp.finfo(u.dtype).tiny)


TASK = Volatility()
