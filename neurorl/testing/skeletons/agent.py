"""My agent: win-stay, lose-shift with a slip of the hand.

    p(a) = 1 - epsilon            for the answer to give: the last one after a win, the next one after a loss
    p(a) = epsilon / (n - 1)      for each other answer

Write the equations here, each with its source (paper, equation number).

Departs from the paper: nowhere yet.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.params import Beta, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition


class Params(eqx.Module):
    """Free parameters: what is fitted."""

    epsilon: Float[Array, ""] = param(0.1, Interval(0, 0.5), symbol="ε", doc="lapse rate", prior=Beta(1.5, 3.0))


class State(eqx.Module):
    """What the next step needs."""

    answer: Int[Array, ""]


class Latents(eqx.Module):
    """What an analyst wants to see of each step."""

    answer: Int[Array, ""]  # the one it was about to give


@dataclass(frozen=True)
class MyAgent(Agent):
    """Win-stay, lose-shift with `n_actions` answers."""

    n_actions: int

    card: ClassVar[Card] = Card(
        title="My agent",
        summary="Repeats what was rewarded and leaves what was not, apart from occasional lapses.",
        refs=(),
        tags=("bandit",),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        if spaces.steps_per_trial > 1 or spaces.legal:
            raise DoesNotFit("This agent needs trials of one step in which every answer is accepted, as in a bandit.")
        return cls(spaces.discrete_action().n)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.asarray(0, jnp.int32))

    def act(self, params: Params, state: State, obs: Array) -> tuple[State, Categorical]:
        others = params.epsilon / (self.n_actions - 1)
        p = jnp.where(jnp.arange(self.n_actions) == state.answer, 1 - params.epsilon, others)
        return state, Categorical(jnp.log(p))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        won = transition.reward > 0
        answer = jnp.where(won, transition.action, (transition.action + 1) % self.n_actions)
        return State(answer.astype(jnp.int32)), Latents(state.answer)


AGENT = MyAgent
