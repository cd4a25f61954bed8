"""Choices set by the design: forced answers and random ones, between free ones.

A learner that follows its own values determines what it experiences. Forced answers give every agent the same
experience before a test, and random ones are not correlated with the values, so that a later free choice shows what the
agent has learned.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import ILLEGAL, Categorical, Policy
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition

FREE, RANDOM = -1, -2  # in a schedule; any other number is the code of the answer that is given


class State(eqx.Module):
    """State of the led agent, and the number of the step."""

    inner: Any
    step: Int[Array, ""]


@dataclass(frozen=True)
class Led(Agent):
    """An agent whose answers follow a schedule; it perceives and learns as usual. Every answer must be legal.

    Attributes:
        agent: the agent that is led.
        schedule: for each step FREE, RANDOM or the code of an answer; the steps after its end are free.
    """

    agent: Agent
    schedule: tuple[int, ...]

    card: ClassVar[Card] = Card(title="A led agent", summary="Answers by a schedule.", refs=(), tags=())

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        raise BadValue("A led agent is made from another agent: Led(agent, schedule).")

    def params(self, key: PRNGKeyArray | None = None) -> Any:
        return self.agent.params(key)

    def init(self, key: PRNGKeyArray, params: Any) -> State:
        return State(self.agent.init(key, params), jnp.asarray(0, jnp.int32))

    def act(self, params: Any, state: State, obs: Any) -> tuple[State, Policy]:
        inner, policy = self.agent.act(params, state.inner, obs)
        if not isinstance(policy, Categorical):
            raise DoesNotFit("Answers can be forced only on agents with discrete answers.")
        now = jnp.asarray((*self.schedule, FREE), jnp.int32)[jnp.minimum(state.step, len(self.schedule))]
        answers = jnp.arange(policy.logits.shape[-1])
        given = jnp.where((now == RANDOM) | (answers == now), 0.0, ILLEGAL)
        logits = jnp.where(now == FREE, policy.logits, given.astype(policy.logits.dtype))
        return State(inner, state.step + 1), Categorical(logits)

    def update(self, params: Any, state: State, transition: Transition) -> tuple[State, Any]:
        inner, latents = self.agent.update(params, state.inner, transition)
        return State(inner, state.step), latents
