"""Three-armed reversal learning in short blocks (Zorowitz et al. 2023).

A trial is one choice among three arms. The best arm pays 1 with probability 0.8, the others with 0.2; after every
block of 15 trials another arm, drawn at random, becomes the best, without a cue. People played six blocks.

Departs from the paper: sessions go on for as long as the loop asks.
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

N_ARMS = 3


class Params(eqx.Module):
    p_best: Float[Array, ""] = eqx.field(default=0.8, converter=jnp.asarray)
    p_others: Float[Array, ""] = eqx.field(default=0.2, converter=jnp.asarray)
    block: Int[Array, ""] = eqx.field(default=15, converter=jnp.asarray)  # trials


class State(eqx.Module):
    best: Int[Array, ""]
    trials_left: Int[Array, ""]  # of this block


@dataclass(frozen=True)
class ReversalThree(Task):
    """Three arms, one good, another after every block."""

    card: ClassVar[Card] = Card(
        title="Three-armed reversal",
        summary="One of three arms has the higher reward probability, and it changes every 15 trials. Short enough "
        "for online studies, in which attention varies.",
        refs=("zorowitz2023",),
        tags=("bandit", "reversal", "online"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(N_ARMS)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        return State(jax.random.randint(key, (), 0, N_ARMS), params.block), jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u_reward, u_best = jax.random.uniform(key, (2,))
        p_reward = jnp.where(jnp.arange(N_ARMS) == state.best, params.p_best, params.p_others)
        outcome = pull(u_reward, p_reward, action)
        ends = state.trials_left <= 1
        further = 1 + (u_best * (N_ARMS - 1)).astype(jnp.int32)  # 1 or 2 arms on, so never the same
        best = jnp.where(ends, (state.best + further) % N_ARMS, state.best)
        return State(best, jnp.where(ends, params.block, state.trials_left - 1)), outcome


TASK = ReversalThree()
