"""Experience replay: an agent that also learns from transitions it remembers, written as an agent for the one loop."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import Policy
from neurorl.core.types import Transition
from neurorl.core.wrapped import AroundAgent
from neurorl.loop.shared import answer, in_turn

_DRAWS = 1  # what is folded into the session's key for the draws from memory, so that the agent has its own as before


class State(eqx.Module):
    """The agent's state and a ring of its last transitions.

    Attributes:
        agent: the agent's own state.
        key: of the draws still to come.
        ring: transitions [capacity]; the oldest is overwritten.
        met: transitions met so far.
    """

    agent: Any
    key: PRNGKeyArray
    ring: Transition
    met: Int[Array, ""]


@dataclass(frozen=True)
class Remembering(AroundAgent, Agent):
    """An agent that learns from each step, and then from `n` of the last `capacity` steps, drawn with replacement.

    Attributes:
        agent: who learns.
        n: remembered transitions a step.
        capacity: length of the ring.
        form: a transition of the task, as shapes and dtypes.
    """

    agent: Agent
    n: int
    capacity: int
    form: Any
    card: ClassVar[Card] = Card(title="A learner with experience replay", summary="Learns again from what it met.")
    INSTEAD: ClassVar[str] = "A learner with replay is made from another agent: `ExperienceReplay(n, capacity)`."

    @property
    def draws_in_private(self) -> bool:
        """What is remembered at each step is drawn, and no record shows it."""
        return self.n > 0 or self.agent.draws_in_private

    def init(self, key: PRNGKeyArray, params: Any) -> State:
        ring = jax.tree.map(lambda leaf: jnp.zeros((self.capacity, *leaf.shape), leaf.dtype), self.form)
        return State(self.agent.init(key, params), jax.random.fold_in(key, _DRAWS), ring, jnp.asarray(0, jnp.int32))

    def act(self, params: Any, state: State, obs: Any) -> tuple[State, Policy]:
        return state, answer(self.agent, params, state.agent, obs)

    def update(self, params: Any, state: State, transition: Transition) -> tuple[State, Any]:
        learned, latents = self.agent.update(params, state.agent, transition)
        ring = jax.tree.map(lambda ring, new: ring.at[state.met % self.capacity].set(new), state.ring, transition)
        met, key = state.met + 1, state.key
        if self.n:
            key, now = jax.random.split(key)
            drawn = jax.random.randint(now, (self.n,), 0, jnp.minimum(met, self.capacity))
            learned, _ = in_turn(self.agent, params, learned, jax.tree.map(lambda leaf: leaf[drawn], ring))
        return State(learned, key, ring, met), latents

    def uninformed(self, params: Any, before: State, after: State, latents: Any) -> tuple[State, Any]:
        """Nothing is remembered and nothing is learned again; what goes on by itself goes on."""
        inner, latents = self.agent.uninformed(params, before.agent, after.agent, latents)
        return eqx.tree_at(lambda s: s.agent, before, inner), latents
