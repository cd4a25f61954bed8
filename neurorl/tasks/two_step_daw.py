"""Two-step task with drifting rewards and two choices a trial: the form of Daw et al. 2011.

A trial: *first* stage (left or right), one of two *second* stages, where left or right is a choice of its own,
reward (0 or 1), next trial. Left leads to second stage A and right to B on a common transition (0.7). Each of
the four second-stage options pays with a probability that takes a Gaussian random walk, standard deviation
0.025 per trial, between reflecting bounds 0.25 and 0.75 (Daw et al. 2011, Experimental Procedures).

Departs from the paper: the walks start uniformly within the bounds and are drawn anew for each session; there
is no time limit on a response, so no trial is missed.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.two_stage import two_stage_spaces

FIRST, SECOND_A, SECOND_B = 0, 1, 2  # observation codes; actions are 0 left, 1 right


class Params(eqx.Module):
    p_common: Float[Array, ""] = eqx.field(default=0.7, converter=jnp.asarray)  # left -> A, right -> B
    sd: Float[Array, ""] = eqx.field(default=0.025, converter=jnp.asarray)  # of the walk, per trial
    low: Float[Array, ""] = eqx.field(default=0.25, converter=jnp.asarray)  # lowest reward probability
    high: Float[Array, ""] = eqx.field(default=0.75, converter=jnp.asarray)  # highest reward probability


class State(eqx.Module):
    obs: Int[Array, ""]
    p_reward: Float[Array, "4"]


class Truth(eqx.Module):
    """Reward probability on this trial of A left, A right, B left, B right."""

    p_reward: Float[Array, "4"]


@dataclass(frozen=True)
class TwoStepDaw(Task):
    """Two-step task with a choice at both stages."""

    card: ClassVar[Card] = Card(
        title="Two-step task, drifting rewards",
        summary="The first choice leads to one of two second stages, commonly or rarely; a second choice is rewarded "
        "with a slowly drifting probability. The classic test of planning in people.",
        refs=("daw2011", "glascher2010"),
        tags=("two-step", "planning", "human"),
    )

    @property
    def spaces(self) -> Spaces:
        return two_stage_spaces(fixation=False, second_choice=True)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        p_reward = params.low + (params.high - params.low) * jax.random.uniform(key, (4,))
        obs = jnp.asarray(FIRST, jnp.int32)
        return State(obs, p_reward), obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        key_event, key_walk = jax.random.split(key)
        u = jax.random.uniform(key_event)
        at_first = state.obs == FIRST

        to_a = (u < params.p_common) == (action == 0)
        obs = jnp.where(at_first, jnp.where(to_a, SECOND_A, SECOND_B), FIRST).astype(jnp.int32)

        option = jnp.where(state.obs == SECOND_B, 2, 0) + action
        pays = ~at_first & (u < state.p_reward[option])

        walked = state.p_reward + params.sd * jax.random.normal(key_walk, (4,))
        p_next = jnp.where(at_first, state.p_reward, _reflect(walked, params.low, params.high))
        reward = pays.astype(p_next.dtype)
        outcome = Outcome(obs, reward, at_first.astype(p_next.dtype), jnp.zeros_like(reward), Truth(state.p_reward))
        return State(obs, p_next), outcome


def _reflect(x: Float[Array, "4"], low: Float[Array, ""], high: Float[Array, ""]) -> Float[Array, "4"]:
    """Fold x back into [low, high], however far out it is: a triangle wave of period 2 (high - low)."""
    width = high - low
    return high - jnp.abs(jnp.mod(x - low, 2 * width) - width)


TASK = TwoStepDaw()
