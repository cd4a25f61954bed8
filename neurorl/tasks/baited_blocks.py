"""Dynamic foraging with baiting, in blocks: the task of Bari et al. 2019, whose mice are in `trepka_mice`.

A trial is one choice, left or right, which pays 1 or 0. On every trial an empty arm is baited with the chance of its
block and a bait waits until it is taken. In a block one arm has the high chance, 0.4, and the other one of two
low ones, 0.1 or 0.05, drawn anew; at the end of a block, after 40 to 80 trials, the arms exchange roles without a cue.

Departs from the paper: its rules against runs of one side and for ending blocks early are left out; the range of
block lengths is about that of the records.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces, pull


class Params(eqx.Module):
    p_high: Float[Array, ""] = eqx.field(default=0.4, converter=jnp.asarray)  # chance of a bait, a trial
    p_low: Float[Array, "2"] = eqx.field(default=(0.1, 0.05), converter=jnp.asarray)  # one of these, a block
    block_low: Int[Array, ""] = eqx.field(default=40, converter=jnp.asarray)  # trials, ends included
    block_high: Int[Array, ""] = eqx.field(default=80, converter=jnp.asarray)


class State(eqx.Module):
    left_is_high: Bool[Array, ""]
    p_low: Float[Array, ""]
    trials_left: Int[Array, ""]  # of this block
    p_empty: Float[Array, "2"]  # that no bait waits from earlier trials, given the choices


@dataclass(frozen=True)
class BaitedBlocks(Task):
    """Two baited arms whose chances exchange roles between blocks."""

    card: ClassVar[Card] = Card(
        title="Dynamic foraging with baiting, in blocks",
        summary="Baits stay on both arms until they are collected; which arm is baited more often changes without a "
        "cue. The mouse version of the matching task.",
        refs=("bari2019", "trepka2021", "lau2005"),
        tags=("bandit", "foraging", "matching", "reversal"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_side, key_block = jax.random.split(key)
        p_low, length = _block(key_block, params)
        state = State(jax.random.bernoulli(key_side), p_low, length, jnp.ones_like(params.p_low))
        return state, jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        key_reward, key_block = jax.random.split(key)
        p_bait = jnp.where(
            state.left_is_high,
            jnp.stack([params.p_high, state.p_low]),
            jnp.stack([state.p_low, params.p_high]),
        )
        # Only the chance that a bait waits matters to the outcome, so no bait need be drawn before it is looked for.
        p_empty = state.p_empty * (1.0 - p_bait)
        outcome = pull(jax.random.uniform(key_reward), 1.0 - p_empty, action)
        p_empty = jnp.where(jnp.arange(2) == action, 1.0, p_empty)
        ends = state.trials_left <= 1
        p_low, length = _block(key_block, params)
        after = State(
            state.left_is_high ^ ends,
            jnp.where(ends, p_low, state.p_low),
            jnp.where(ends, length, state.trials_left - 1),
            p_empty,
        )
        return after, outcome


def _block(key: PRNGKeyArray, params: Params) -> tuple[Float[Array, ""], Int[Array, ""]]:
    """Low chance and length of a new block."""
    key_low, key_length = jax.random.split(key)
    p_low = jnp.where(jax.random.bernoulli(key_low), params.p_low[0], params.p_low[1])
    return p_low, jax.random.randint(key_length, (), params.block_low, params.block_high + 1)


TASK = BaitedBlocks()
