"""Planner on a known map: dynamic programming over the steps that are left.

    V_0 = 0;  V_k(s) = max_a [ r(s') + V_{k-1}(s') ];  a = argmax_a [ r(s') + V_{k-1}(s') ]

with s' where the answer leads, r(s') what entering it pays and k the steps left in the trial (Bellman 1957; Sutton &
Barto 2018, ch. 4). Ties are split equally. Map and numbers of steps stand on the labels of what it sees, the
payments in what it sees, so it earns the most that can be earned. `depth` limits how far it looks ahead.

Departs from the paper: Wang et al. 2018 (Supp. Fig. 7) name an optimal strategy without saying how it is computed.
While pondering, when answers move nothing, all answers are equally likely.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.dynamic_programming import action_values, finite_horizon
from neurorl.ops.revaluation import Revaluation
from neurorl.ops.rows import read_row
from neurorl.ops.two_stage_values import greedy_logits


class Params(eqx.Module):
    """None: it knows the task."""


class State(eqx.Module):
    acted: Int[Array, ""]  # steps of this trial
    q: Float[Array, " n_actions"]


class Latents(eqx.Module):
    """Value of the best path from here, and after each answer, reward units."""

    value: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class HorizonPlanner(Agent):
    """Looks ahead to the end of the trial, or at most `depth` steps."""

    layout: Revaluation
    depth: int | None = option(None, "steps planned ahead; None is to the end of the trial", low=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("acted",)
    card: ClassVar[Card] = Card(
        title="Planner (dynamic programming)",
        summary="Knows the map and the number of steps left and takes the path with the largest reward: the ceiling "
        "of revaluation tasks.",
        refs=("sutton2018", "wang2018:Supp. Fig. 7"),
        tags=("planning", "model-based", "optimal", "revaluation"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(Revaluation.of(spaces))

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.asarray(0, jnp.int32), jnp.zeros(self.layout.n_actions))

    def act(self, params: Params, state: State, obs: Float[Array, " n"]) -> tuple[State, Categorical]:
        layout = self.layout
        here, payments = layout.state(obs), layout.payments(obs)
        successors = jnp.asarray(layout.successors, jnp.int32)
        horizon = layout.acts if self.depth is None else min(self.depth, layout.acts)
        values = finite_horizon(successors, payments, horizon - 1)
        left = jnp.clip(layout.acts - state.acted, 1, horizon)
        q = read_row(action_values(successors, payments, read_row(values, left - 1)), here)
        logits = jnp.where(layout.acting(obs), greedy_logits(q), 0.0)
        return State(state.acted, q), Categorical(logits)

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        acted = state.acted + self.layout.acting(transition.obs)
        acted = jnp.where(transition.discount > 0, acted, 0).astype(jnp.int32)
        return State(acted, state.q), Latents(state.q.max(), state.q)


AGENT = HorizonPlanner
