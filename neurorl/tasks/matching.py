"""Concurrent variable-interval schedules, the task of the matching law (Wang et al. 2018, simulation 1, Fig. 2).

A trial: *fixation* (only the centre is accepted), then a *choice*, left or right, which pays 1 or 0. The chance
that an arm pays grows while it is left alone,

    p_t(a) = 1 - (1 - p0(a))^(n(a) + 1),

with n(a) the trials since it was last chosen (0 right after, and 0 for both at the start). Base chances are fixed in a
session, p0(left) ~ U[0, 0.5] and p0(right) = 0.5 - p0(left); a session has 50 to 100 trials, uniformly. With
`held_out=True` sessions never have a base chance within (0.1, 0.2) or (0.3, 0.4): so networks are trained, that
are then tested on all. A response that a step does not accept costs 1; time goes on and no arm changes.

Departs from the paper: what follows an invalid response is not stated there; the rule above is ours.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.baiting import baited, wait


class Params(eqx.Module):
    """p0(left) is uniform on the union of the intervals low_i .. high_i; a single value has low = high."""

    low: Float[Array, " k"] = eqx.field(converter=jnp.asarray)
    high: Float[Array, " k"] = eqx.field(converter=jnp.asarray)
    total: Float[Array, ""] = eqx.field(default=0.5, converter=jnp.asarray)  # p0(left) + p0(right)
    trials_low: Int[Array, ""] = eqx.field(default=50, converter=jnp.asarray)  # ends included
    trials_high: Int[Array, ""] = eqx.field(default=100, converter=jnp.asarray)
    cost_invalid: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # reward units


class State(eqx.Module):
    obs: Int[Array, ""]
    p0: Float[Array, "2"]
    waited: Int[Array, "2"]  # trials since left and right were last chosen
    trials_left: Int[Array, ""]


class Truth(eqx.Module):
    """Chance that left and right pay on this trial, and their base chances."""

    p_reward: Float[Array, "2"]
    p0: Float[Array, "2"]


@dataclass(frozen=True)
class Matching(Task):
    """Two baited arms; `held_out=True` leaves out the base chances kept for the test."""

    held_out: bool = False

    card: ClassVar[Card] = Card(
        title="Matching: two arms on variable intervals",
        summary="The reward probability of each arm increases while it is not chosen, so that the optimal policy "
        "sometimes returns to the poorer arm. Tests whether choices match rewards.",
        refs=("wang2018:simulation 1", "tsutsui2016", "lau2005", "herrnstein1961", "houston1981"),
        tags=("bandit", "foraging", "matching", "meta-rl"),
    )

    @property
    def spaces(self) -> Spaces:
        return Spaces(
            obs=Discrete(("fixation", "choice")),
            action=Discrete(("centre", "left", "right")),
            reward=(-1.0, 1.0),
            legal=((True, False, False), (False, True, True)),
            free=(False, True),
            steps_per_trial=2,
        )

    def params(self) -> Params:
        if self.held_out:
            return Params(jnp.asarray([0.0, 0.2, 0.4]), jnp.asarray([0.1, 0.3, 0.5]))
        return Params(jnp.asarray([0.0]), jnp.asarray([0.5]))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_p0, key_trials = jax.random.split(key)
        p_left = _uniform(jax.random.uniform(key_p0), params.low, params.high)
        trials = jax.random.randint(key_trials, (), params.trials_low, params.trials_high + 1)
        obs = jnp.asarray(0, jnp.int32)
        p0 = jnp.stack([p_left, params.total - p_left])
        return State(obs, p0, jnp.zeros(2, jnp.int32), trials), obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        choosing = state.obs == 1
        valid = (action > 0) == choosing
        p_reward = baited(state.p0, state.waited)
        chosen = action - 1  # 0 left, 1 right, -1 centre
        pays = choosing & (jax.random.uniform(key) < jnp.where(chosen == 0, p_reward[0], p_reward[1]))
        reward = jnp.where(valid, pays.astype(p_reward.dtype), -params.cost_invalid)
        outcome = Outcome(
            obs=(1 - state.obs).astype(jnp.int32),
            reward=reward,
            discount=1.0 - choosing.astype(p_reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(p_reward, state.p0),
        )
        waited = jnp.where(choosing & valid, wait(state.waited, chosen), state.waited)
        return State(outcome.obs, state.p0, waited, state.trials_left - choosing), outcome

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.trials_left <= 0


def _uniform(u: Float[Array, ""], low: Float[Array, " k"], high: Float[Array, " k"]) -> Float[Array, ""]:
    """u, uniform on [0, 1), spread evenly over the union of intervals; one of no width at all is a single value."""
    if low.shape[0] == 1:
        return low[0] + u * (high[0] - low[0])
    start = jnp.concatenate([jnp.zeros(1, low.dtype), jnp.cumsum(high - low)])
    at = u * start[-1]
    i = jnp.sum(at >= start[1:-1])
    return jnp.where(jnp.arange(low.shape[0]) == i, low + at - start[:-1], 0.0).sum()


TASK = Matching()
