"""Greedy walker on a known map: the shortest path to the state with the largest reward, ignoring rewards on the way.

    a = argmin_a d(s', goal),   goal = argmax_s r(s)

with d the number of steps on the shortest way. Ties are split equally. From the goal it sets out for the goal again.

Departs from the paper: Wang et al. 2018 (Supp. Fig. 7) name a greedy strategy; what it does after the goal is ours.
While pondering, when answers move nothing, all answers are equally likely.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.revaluation import Revaluation, distances
from neurorl.ops.two_stage_values import greedy_logits


class Params(eqx.Module):
    """None: it knows the map."""


class State(eqx.Module):
    """Nothing: all it needs is seen."""


class Latents(eqx.Module):
    """Steps to the state with the largest reward after each answer."""

    steps: Float[Array, " n_actions"]


@dataclass(frozen=True)
class ShortestPath(Agent):
    """Walks to the state with the largest reward."""

    layout: Revaluation

    card: ClassVar[Card] = Card(
        title="Shortest path to the best state (greedy)",
        summary="Knows the map and takes the shortest path to the state with the largest reward, ignoring the "
        "rewards on the way.",
        refs=("wang2018:Supp. Fig. 7",),
        tags=("planning", "baseline", "revaluation"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(Revaluation.of(spaces))

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State()

    def act(self, params: Params, state: State, obs: Float[Array, " n"]) -> tuple[State, Categorical]:
        return state, Categorical(jnp.where(self.layout.acting(obs), greedy_logits(-self._steps(obs)), 0.0))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        return state, Latents(self._steps(transition.obs))

    def _steps(self, obs: Any) -> Float[Array, " n_actions"]:
        layout = self.layout
        goal = jnp.argmax(layout.payments(obs))
        to_goal = jnp.asarray(distances(layout.successors), obs.dtype)[:, goal]
        return to_goal[jnp.asarray(layout.successors, jnp.int32)[layout.state(obs)]]


AGENT = ShortestPath
