"""Random dots: which way do they move? One decision a trial, of known difficulty.

A trial is one choice, left or right, after a look at dots a share of which, the coherence, moves together. What is seen
is the coherence itself, with a sign: above 0 to the left, below 0 to the right. A right answer pays 1, a wrong one 0;
at coherence 0 the coin that pays is fair. Coherences are 0, 6.4, 25.6 and 51.2 %, each side alike (Wong & Wang 2006).

Departs from the paper: the dots themselves, and the time the animal takes, are left out.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Box, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces


class Params(eqx.Module):
    coherences: Float[Array, " n"] = eqx.field(default=(0.0, 0.064, 0.256, 0.512), converter=jnp.asarray)


class State(eqx.Module):
    coherence: Float[Array, ""]  # with its sign
    goes_left: Float[Array, ""]  # 1 or 0: the side that pays


class Truth(eqx.Module):
    """Coherence without its sign, and the side that pays (0 left)."""

    coherence: Float[Array, ""]
    side: Int[Array, ""]


@dataclass(frozen=True)
class RandomDots(Task):
    """One decision about moving dots a trial."""

    card: ClassVar[Card] = Card(
        title="Random dots",
        summary="A decision between two directions at four difficulties. The standard task of attractor networks of "
        "decision making.",
        refs=("wong2006",),
        tags=("perception", "decision", "dynamics"),
    )

    @property
    def spaces(self) -> Spaces:
        return Spaces(Box((1,), -1.0, 1.0, labels=("coherence",)), arm_spaces(2).action, (0.0, 1.0))

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Float[Array, "1"]]:
        state = _drawn(key, params)
        return state, state.coherence[None]

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        after = _drawn(key, params)
        reward = ((action == 0) == (state.goes_left > 0)).astype(state.coherence.dtype)
        outcome = Outcome(
            obs=after.coherence[None],
            reward=reward,
            discount=jnp.zeros_like(reward),
            stim=jnp.zeros_like(reward),
            truth=Truth(jnp.abs(state.coherence), jnp.where(state.goes_left > 0, 0, 1)),
        )
        return after, outcome


def _drawn(key: PRNGKeyArray, params: Params) -> State:
    u = jax.random.uniform(key, (2,))
    n = params.coherences.shape[0]
    size = params.coherences[jnp.minimum((u[0] * n).astype(jnp.int32), n - 1)]
    left = (u[1] < 0.5).astype(size.dtype)
    return State(jnp.where(left > 0, size, -size), left)


TASK = RandomDots()
