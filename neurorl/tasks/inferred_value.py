"""Reversal of two cues, one of which is rewarded: values that were never experienced (Wang et al. 2018, simulation 3).

After Bromberg-Martin et al. 2010. A trial has four steps: *fixation* (the centre is held); a *cue*, left or right,
either with probability 0.5, which says which side will be due (the centre is still held); *respond* (that side is due;
the cue is gone); *outcome*, at which a network receives the reward. The right response pays 1 after the rewarded cue
and 0 after the other. Trials come in blocks of five. At the start of each block the two cues exchange roles with
probability 0.5 without a signal: once one cue's value is known to have changed, the other's can be inferred. A wrong
answer costs 1; time goes on, and a wrong response pays nothing.

To make counting trials useless, `blocks="varied"` draws block lengths uniformly from 3 to 7, and `blocks="hazard"` lets
roles change before any trial with probability 0.1, which is as often.

Departs from the paper, which does not state: the encoding of the steps, and which cue is shown. There an *episode* is
one block, but a network whose state ended with it would have nothing to reverse: here a session is many blocks.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.cued import Cued, cued_spaces

SPACES = cued_spaces()
CODES = Cued.of(SPACES)


class Params(eqx.Module):
    p_switch: Float[Array, ""] = eqx.field(default=0.5, converter=jnp.asarray)  # at the start of a block
    block_low: Int[Array, ""] = eqx.field(default=5, converter=jnp.asarray)  # trials, ends included
    block_high: Int[Array, ""] = eqx.field(default=5, converter=jnp.asarray)
    cost_invalid: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # reward units


class State(eqx.Module):
    obs: Int[Array, ""]
    cue: Int[Array, ""]  # of this trial: 0 left, 1 right
    rewarded: Int[Array, ""]  # the cue that pays: 0 left, 1 right
    block: Int[Array, ""]
    trial: Int[Array, ""]  # of this block, from 0
    length: Int[Array, ""]  # of this block, trials


class Truth(eqx.Module):
    """Which cue is shown on this trial and which pays (0 left, 1 right); block, and trial within it, from 0."""

    cue: Int[Array, ""]
    rewarded: Int[Array, ""]
    block: Int[Array, ""]
    place: Int[Array, ""]


@dataclass(frozen=True)
class InferredValue(Task):
    """Two cues whose values reverse together; `blocks` says when they may."""

    blocks: Literal["fixed", "varied", "hazard"] = "fixed"

    card: ClassVar[Card] = Card(
        title="Inferred value: two cues that reverse together",
        summary="One of two cues is rewarded, and at the start of some blocks they exchange roles. After one cue, a "
        "learner that uses this relation reverses its prediction for the other; a learner that caches values "
        "does not.",
        refs=("wang2018:simulation 3", "brombergmartin2010"),
        tags=("reversal", "inference", "dopamine", "meta-rl"),
    )

    @property
    def spaces(self) -> Spaces:
        return SPACES

    def params(self) -> Params:
        if self.blocks == "varied":
            return Params(block_low=3, block_high=7)  # type: ignore[arg-type]
        if self.blocks == "hazard":
            return Params(p_switch=0.1, block_low=1, block_high=1)  # type: ignore[arg-type]
        if self.blocks != "fixed":
            raise BadValue(f"blocks is '{self.blocks}', but must be fixed, varied or hazard.")
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        u_cue, u_role, u_length = jax.random.uniform(key, (3,))
        zero = jnp.asarray(0, jnp.int32)
        obs = jnp.asarray(CODES.fixation, jnp.int32)
        return State(obs, _coin(u_cue), _coin(u_role), zero, zero, _length(u_length, params)), obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u_cue, u_switch, u_length = jax.random.uniform(key, (3,))
        responding, ends = state.obs == CODES.respond, state.obs == CODES.outcome
        due = jnp.where(responding, jnp.where(state.cue == 0, CODES.left, CODES.right), CODES.centre)
        valid = action == due
        pays = responding & (state.cue == state.rewarded)
        reward = jnp.where(valid, pays.astype(params.p_switch.dtype), -params.cost_invalid)

        shown = jnp.where(state.cue == 0, CODES.cue_left, CODES.cue_right)
        later = jnp.where(CODES.is_cue(state.obs), CODES.respond, jnp.where(responding, CODES.outcome, CODES.fixation))
        obs = jnp.where(state.obs == CODES.fixation, shown, later).astype(jnp.int32)

        new_block = ends & (state.trial + 1 >= state.length)
        switches = new_block & (u_switch < params.p_switch)
        after = State(
            obs=obs,
            cue=jnp.where(ends, _coin(u_cue), state.cue),
            rewarded=state.rewarded ^ switches,
            block=state.block + new_block,
            trial=jnp.where(new_block, 0, state.trial + ends),
            length=jnp.where(new_block, _length(u_length, params), state.length),
        )
        outcome = Outcome(
            obs=obs,
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.cue, state.rewarded, state.block, state.trial),
        )
        return after, outcome


def _coin(u: Float[Array, ""]) -> Int[Array, ""]:
    return (u < 0.5).astype(jnp.int32)


def _length(u: Float[Array, ""], params: Params) -> Int[Array, ""]:
    """Uniform on block_low .. block_high."""
    width = params.block_high - params.block_low + 1
    return params.block_low.astype(jnp.int32) + jnp.floor(u * width).astype(jnp.int32)


TASK = InferredValue()
