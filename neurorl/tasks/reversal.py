"""Probabilistic reversal learning with two arms.

A trial is one choice, left or right. The good arm pays 1 with probability 0.8, the other with 0.2, and
the arms exchange roles without a cue between trials. Which is good at first is drawn at random.
Reversals come in one of two ways:
- at a constant hazard, by default 0.04 a trial (Neftci & Averbeck 2019, latent-state inference);
- with `blocks=True` after a number of trials drawn uniformly from block_low .. block_high, by default
  30 to 50 (after Costa et al. 2016).

Departs from the paper: in Costa's design each 80-trial block brings new pictures and one reversal; here
the same two arms go on reversing for the whole session, so 80-trial sessions hold one or two.
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
    p_good: Float[Array, ""] = eqx.field(default=0.8, converter=jnp.asarray)  # the other arm pays 1 - p_good
    p_reversal: Float[Array, ""] = eqx.field(default=0.04, converter=jnp.asarray)  # a trial, unless blocks=True
    block_low: Int[Array, ""] = eqx.field(default=30, converter=jnp.asarray)  # trials, ends included
    block_high: Int[Array, ""] = eqx.field(default=50, converter=jnp.asarray)


class State(eqx.Module):
    left_is_good: Bool[Array, ""]
    trials_left: Int[Array, ""]  # of this block


@dataclass(frozen=True)
class Reversal(Task):
    """Reversal learning; `blocks=True` draws block lengths where the default has a constant hazard."""

    blocks: bool = False

    card: ClassVar[Card] = Card(
        title="Probabilistic reversal learning",
        summary="One of two arms has the higher reward probability; at times they exchange roles without a cue. "
        "Distinguishes slow value learning from inference of a hidden state.",
        refs=("neftci2019", "costa2016"),
        tags=("bandit", "reversal", "inference"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_side, key_block = jax.random.split(key)
        state = State(jax.random.bernoulli(key_side), _block_length(key_block, params))
        return state, jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        key_draws, key_block = jax.random.split(key)
        u_reward, u_reversal = jax.random.uniform(key_draws, (2,))
        p_left = jnp.where(state.left_is_good, params.p_good, 1.0 - params.p_good)
        outcome = pull(u_reward, jnp.stack([p_left, 1.0 - p_left]), action)
        if self.blocks:
            reverses = state.trials_left <= 1
            trials_left = jnp.where(reverses, _block_length(key_block, params), state.trials_left - 1)
        else:
            reverses, trials_left = u_reversal < params.p_reversal, state.trials_left
        return State(state.left_is_good ^ reverses, trials_left), outcome


def _block_length(key: PRNGKeyArray, params: Params) -> Int[Array, ""]:
    return jax.random.randint(key, (), params.block_low, params.block_high + 1)


TASK = Reversal()
