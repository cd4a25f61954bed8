"""One reversal a block, near its middle: the task in which knowing *when* helps.

A block is 80 trials with two new pictures. A trial is one choice between them ("left", "right" are their names; their
sides do not matter). The good one pays 1 with probability `p_good`, 0.8, 0.7 or 0.6, the other with 1 - p_good; which
is good at first is random. Once, before a trial drawn uniformly from 30 to 50 (counted from 0), they exchange roles
without a cue (Costa et al. 2015, 2016; Bartolo et al. 2020). A session is one block, or with `blocks` several; then the
first trial of each block is seen as "new_pictures", as an animal sees them, and all others as "same_pictures".

Departs from the papers: Costa et al. mix probabilities and kinds of block within a day; here a session has one.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces, pull
from neurorl.ops.reversal_blocks import TRIALS, block_spaces


class Params(eqx.Module):
    p_good: Float[Array, ""] = eqx.field(default=0.8, converter=jnp.asarray)  # the other pays 1 - p_good
    reversal_low: Int[Array, ""] = eqx.field(default=30, converter=jnp.asarray)  # first trial it may come before
    reversal_high: Int[Array, ""] = eqx.field(default=50, converter=jnp.asarray)  # last such trial


class State(eqx.Module):
    first_good: Int[Array, ""]  # the picture that is good at first: 0 left, 1 right
    reversal: Int[Array, ""]  # the trial of this block, from 0, from which on the other one is
    trial: Int[Array, ""]  # of this block, from 0
    block: Int[Array, ""]  # from 0


class Truth(eqx.Module):
    """The good arm (0 left), the trial of this block's reversal, and block and trial within it, from 0."""

    best: Int[Array, ""]
    reversal: Int[Array, ""]
    block: Int[Array, ""]
    place: Int[Array, ""]


@dataclass(frozen=True)
class ReversalTiming(Task):
    """Blocks of 80 trials with one reversal each; a session has `blocks` of them, announced where there are several."""

    blocks: int = 1

    card: ClassVar[Card] = Card(
        title="One reversal near the middle of each block",
        summary="Two pictures exchange roles once in 80 trials, between trials 30 and 50. An observer that knows the "
        "timing needs less evidence, especially if outcomes are noisy.",
        refs=("costa2015", "costa2016", "bartolo2020", "neftci2019"),
        tags=("bandit", "reversal", "monkey", "inference", "timing"),
    )

    def __post_init__(self) -> None:
        if self.blocks < 1:
            raise BadValue(f"blocks is {self.blocks}, but must be at least 1.")

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2) if self.blocks == 1 else block_spaces()

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        zero = jnp.asarray(0, jnp.int32)
        state = State(*_new_block(jax.random.uniform(key, (2,)), params), zero, zero)
        return state, self._seen(state)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (3,))
        best = jnp.where(state.trial >= state.reversal, 1 - state.first_good, state.first_good)
        p_reward = jnp.where(jnp.arange(2) == best, params.p_good, 1.0 - params.p_good)
        truth = Truth(best, state.reversal, state.block, state.trial)

        ends = state.trial + 1 >= TRIALS
        first_good, reversal = _new_block(u[1:], params)
        after = State(
            first_good=jnp.where(ends, first_good, state.first_good),
            reversal=jnp.where(ends, reversal, state.reversal),
            trial=jnp.where(ends, 0, state.trial + 1),
            block=state.block + ends,
        )
        outcome = pull(u[0], p_reward, action, self._seen(after))
        return after, eqx.tree_at(lambda o: o.truth, outcome, truth)

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.block >= self.blocks

    def _seen(self, state: State) -> Int[Array, ""]:
        return (state.trial > 0).astype(jnp.int32) if self.blocks > 1 else jnp.zeros_like(state.trial)


def _new_block(u: Float[Array, "2"], params: Params) -> tuple[Int[Array, ""], Int[Array, ""]]:
    """The picture that is good at first, and the trial of the reversal, uniform with its ends included."""
    width = params.reversal_high - params.reversal_low + 1
    later = jnp.floor(u[1] * width).astype(jnp.int32)
    return (u[0] < 0.5).astype(jnp.int32), params.reversal_low.astype(jnp.int32) + later


TASK = ReversalTiming()
