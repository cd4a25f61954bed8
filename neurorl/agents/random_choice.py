"""Random choice: every legal answer is equally likely, whatever happened.

    P(a) = 1 / (number of legal answers in this state)

The floor that every learner is measured against. It has no parameters, no memory and no latents.

Departs from the paper: it has no source.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition


class Params(eqx.Module):
    pass


class State(eqx.Module):
    pass


class Latents(eqx.Module):
    """Nothing: this agent predicts nothing."""


@dataclass(frozen=True)
class RandomChoice(Agent):
    """Uniform choice among the legal answers; fits any task with discrete actions."""

    spaces: Spaces

    card: ClassVar[Card] = Card(
        title="Random choice",
        summary="Chooses uniformly among the legal answers and does not learn: the lower bound for every comparison.",
        refs=(),
        tags=("baseline", "bandit", "two-step"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        spaces.discrete_action()
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State()

    def act(self, params: Params, state: State, obs: Any) -> tuple[State, Categorical]:
        if not self.spaces.legal:
            return state, Categorical(jnp.zeros(self.spaces.discrete_action().n))
        legal: Array = self.spaces.legal_table()[obs]
        return state, Categorical(jnp.where(legal, 0.0, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        return state, Latents()


AGENT = RandomChoice
