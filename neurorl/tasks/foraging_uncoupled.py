"""Dynamic foraging with uncoupled sides, as at the Allen Institute for Neural Dynamics.

A trial is one choice, left or right, which pays 1 or 0. Each side has blocks of its own: its chance is drawn from 0.1,
0.5 and 0.9 and changes, without a cue and independently of the other side, after 20 to 35 trials. With `baited=True`
rewards wait: an empty side is baited with its chance on every trial, and a bait waits until it is taken.
`baited_blocks` is the coupled form, in which both sides exchange roles at once.

Departs from the rig's program: it also staggers the two sides' first blocks, keeps both sides from being poor at once
for long, and prolongs blocks of a mouse that stays on one side; the chances are those of its default setting (the
shipped sessions hold others, too).
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
from neurorl.ops.arms import arm_spaces, pull


class Params(eqx.Module):
    chances: Float[Array, " k"] = eqx.field(default=(0.1, 0.5, 0.9), converter=jnp.asarray)  # ascending
    block_low: Int[Array, ""] = eqx.field(default=20, converter=jnp.asarray)  # trials, ends included
    block_high: Int[Array, ""] = eqx.field(default=35, converter=jnp.asarray)


class State(eqx.Module):
    level: Int[Array, "2"]  # which of the chances each side has
    trials_left: Int[Array, "2"]  # of each side's block
    p_empty: Float[Array, "2"]  # that no bait waits from earlier trials, given the choices


@dataclass(frozen=True)
class ForagingUncoupled(Task):
    """Two sides whose chances change independently; `baited=True` lets rewards wait."""

    baited: bool = False

    card: ClassVar[Card] = Card(
        title="Dynamic foraging, uncoupled sides",
        summary="Both sides' reward probabilities change independently and without a cue, so that outcomes of one "
        "side do not inform about the other. A mouse task of value learning.",
        refs=("aind_foraging", "bari2019"),
        tags=("bandit", "foraging", "mouse"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_level, key_length = jax.random.split(key)
        level = jax.random.randint(key_level, (2,), 0, params.chances.shape[0])
        state = State(level, _lengths(key_length, params), jnp.ones(2, params.chances.dtype))
        return state, jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        key_draws, key_length = jax.random.split(key)
        draws = jax.random.uniform(key_draws, (3,))
        p_empty = (state.p_empty if self.baited else 1.0) * (1.0 - params.chances[state.level])
        outcome = pull(draws[0], 1.0 - p_empty, action)
        ends = state.trials_left <= 1
        n = params.chances.shape[0]
        # A new block has another chance than the last.
        level = jnp.where(ends, (state.level + 1 + (draws[1:] * (n - 1)).astype(jnp.int32)) % n, state.level)
        left = jnp.where(ends, _lengths(key_length, params), state.trials_left - 1)
        return State(level, left, jnp.where(jnp.arange(2) == action, 1.0, p_empty)), outcome


def _lengths(key: PRNGKeyArray, params: Params) -> Int[Array, "2"]:
    return jax.random.randint(key, (2,), params.block_low, params.block_high + 1)


TASK = ForagingUncoupled()
