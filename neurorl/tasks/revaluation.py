"""Revaluation with time to think: a fixed map, payments that are new in every trial, pondering before acting.

32 states with two ways out of each; the map never changes. A trial begins with new payments, a random permutation of +5
(one state), +1 (ten) and -1 (all others), and a random start; both are shown. In the first `ponder` steps answers move
nothing and pay nothing; then `acts` steps follow, each to the state the answer leads to, which pays on entry. There are
C(32, 1) C(31, 10) = 1.4e9 payments, so those of a test are almost always new: high reward requires planning.

Departs from the paper (Wang et al. 2018, Supp. Figs. 7 and 8): the map is drawn in a figure there and not listed, ours
is a random one with the same numbers of states and ways; that a state pays on entry is ours.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.revaluation import Revaluation as Layout
from neurorl.ops.revaluation import derangement_graph


class Params(eqx.Module):
    best: Float[Array, ""] = eqx.field(default=5.0, converter=jnp.asarray)  # pays one state, reward units
    good: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # pay `n_good` states
    bad: Float[Array, ""] = eqx.field(default=-1.0, converter=jnp.asarray)  # pay all others


class State(eqx.Module):
    state: Int[Array, ""]
    payments: Float[Array, " n_states"]
    step: Int[Array, ""]  # of the trial


class Truth(eqx.Module):
    """The state in which the answer was given, the state that pays best, and the step of the trial."""

    state: Int[Array, ""]
    goal: Int[Array, ""]
    step: Int[Array, ""]


@dataclass(frozen=True)
class Revaluation(Task):
    """Revaluation on map number `graph`; `ponder` = 0 leaves no time to think."""

    ponder: int = 5
    acts: int = 5
    n_states: int = 32
    n_good: int = 10
    graph: int = 0

    card: ClassVar[Card] = Card(
        title="Revaluation with pondering",
        summary="A known map whose state rewards are new in every trial and shown in advance; a few steps to ponder, "
        "then a few actions. Planning is needed for high reward.",
        refs=("wang2018:Supp. Fig. 7",),
        tags=("planning", "revaluation", "meta-rl"),
    )

    def __post_init__(self) -> None:
        if self.ponder < 0 or self.acts < 1:
            raise BadValue(f"ponder is {self.ponder} and acts is {self.acts}, but they must be at least 0 and 1.")
        if not 0 <= self.n_good < self.n_states:
            raise BadValue(f"{self.n_good} good states beside the best one are too many for {self.n_states} states.")

    @property
    def layout(self) -> Layout:
        """The map and where things are in what is seen."""
        return Layout(derangement_graph(self.n_states, 2, self.graph), self.ponder, self.acts)

    @property
    def spaces(self) -> Spaces:
        return self.layout.spaces()

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Float[Array, " n"]]:
        state = self._trial(key, params)
        return state, self._see(state)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        acting = state.step >= self.ponder
        entered = jnp.where(acting, self.layout.after(state.state, action), state.state)
        here = jnp.arange(self.n_states) == entered
        reward = jnp.where(acting, jnp.sum(jnp.where(here, state.payments, 0.0)), 0.0)
        ends = state.step == self.ponder + self.acts - 1
        new = self._trial(key, params)
        after = State(
            jnp.where(ends, new.state, entered),
            jnp.where(ends, new.payments, state.payments),
            jnp.where(ends, 0, state.step + 1).astype(jnp.int32),
        )
        goal = jnp.argmax(state.payments).astype(jnp.int32)
        outcome = Outcome(
            obs=self._see(after),
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.state, goal, state.step),
        )
        return after, outcome

    def _trial(self, key: PRNGKeyArray, params: Params) -> State:
        u = jax.random.uniform(key, (self.n_states + 1,))
        mixed, place = u[:-1], jnp.arange(self.n_states)
        tied = (mixed == mixed[:, None]) & (place < place[:, None])
        rank = jnp.sum((mixed < mixed[:, None]) | tied, axis=1)  # faster here than a sort
        payments = jnp.where(rank == 0, params.best, jnp.where(rank <= self.n_good, params.good, params.bad))
        start = jnp.floor(u[-1] * self.n_states).astype(jnp.int32)
        return State(start, payments, jnp.asarray(0, jnp.int32))

    def _see(self, state: State) -> Float[Array, " n"]:
        return self.layout.see(state.state, state.payments, state.step >= self.ponder)


TASK = Revaluation()
