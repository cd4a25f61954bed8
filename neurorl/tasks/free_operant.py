"""Free-operant bandit: two keys to press at will, rewards rare (Dezfouli et al. 2019).

A trial is one press, left or right. One key pays with probability 0.25, 0.125 or 0.08, drawn for the block, the other
always with 0.05; which is the richer is drawn too and nothing tells. A session is one block, in which people made 109
presses on average (40 s).

Departs from the paper: there each of the three chances came in four of 12 blocks, and time, not the number of presses,
ended a block; time is not modelled.
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
    p_rich: Float[Array, " k"] = eqx.field(default=(0.25, 0.125, 0.08), converter=jnp.asarray)  # one of these, a block
    p_poor: Float[Array, ""] = eqx.field(default=0.05, converter=jnp.asarray)


class State(eqx.Module):
    p_reward: Float[Array, "2"]


@dataclass(frozen=True)
class FreeOperant(Task):
    """Two keys, rare rewards; a session is a block."""

    card: ClassVar[Card] = Card(
        title="Free-operant bandit",
        summary="Two keys can be pressed at any rate; one is rewarded on 8 to 25 % of presses, the other on 5 %. "
        "Shows habits and oscillations that are not visible in tasks with discrete trials.",
        refs=("dezfouli2019",),
        tags=("bandit", "habit", "free-operant"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_rich, key_side = jax.random.split(key)
        rich = params.p_rich[jax.random.randint(key_rich, (), 0, params.p_rich.shape[0])]
        both = jnp.stack([rich, params.p_poor])
        return State(jnp.where(jax.random.bernoulli(key_side), both, both[::-1])), jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        return state, pull(jax.random.uniform(key), state.p_reward, action)


TASK = FreeOperant()
