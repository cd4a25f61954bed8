"""Shifts of hidden units as parameters, so that many of them (units, sizes, random controls) are one compiled program.

`shift` fixes its units when a program is compiled. Here the amount added to each unit belongs to the parameters and
can be vmapped over networks and draws; with the same amounts both do the same.

Example:
    many = shifts(agent, start=100)
    amounts = jnp.zeros((n_draws, 48)).at[:, 3].set(-0.3)
    simulate_many(key, many, Params(stacked_params, amounts), task, 200, subjects=n_draws, stacked=True)
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import Policy
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.types import Transition
from neurorl.core.wrapped import AroundAgent
from neurorl.perturb.units import State


class Params(eqx.Module):
    """The network's own parameters, and what is added to each unit at each step of the period."""

    inner: Any
    amounts: Float[Array, " n"]


@dataclass(frozen=True)
class Shifts(AroundAgent, RecurrentAgent):
    """A recurrent agent to whose units `params.amounts` are added at the steps start <= t < stop of a session."""

    agent: RecurrentAgent
    start: int
    stop: int | None
    part: str

    card: ClassVar[Card] = Card(title="A network with shifted units", summary="Some hidden units are shifted.")
    INSTEAD: ClassVar[str] = "Build the network for these spaces first, then shift its units."

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        """The agent's parameters and no shift."""
        key = jax.random.key(0) if key is None else key
        inner = self.agent.params(key)
        return Params(inner, jnp.zeros_like(getattr(self.agent.init(key, inner), self.part)))

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(self.agent.init(key, params.inner), jnp.zeros((), jnp.int32))

    def perceive(self, params: Params, state: State, obs: Any) -> State:
        inner = self.agent.perceive(params.inner, state.inner, obs)
        now = state.t >= self.start
        if self.stop is not None:
            now = now & (state.t < self.stop)
        activity = getattr(inner, self.part)
        shifted = jnp.where(now, activity + params.amounts, activity)
        return State(eqx.tree_at(lambda s: getattr(s, self.part), inner, shifted), state.t)

    def decide(self, params: Params, state: State) -> tuple[State, Policy]:
        inner, policy = self.agent.decide(params.inner, state.inner)
        return State(inner, state.t), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Any]:
        inner, latents = self.agent.update(params.inner, state.inner, transition)
        return State(inner, state.t + 1), latents


def shifts(agent: Agent, *, start: int = 0, stop: int | None = None, part: str = "h") -> Shifts:
    """The agent with a shift of each unit among its parameters; `start`, `stop` and `part` as in `shift`."""
    if not isinstance(agent, RecurrentAgent):
        raise DoesNotFit(
            f"{type(agent).__name__} has no hidden units to shift; give a recurrent network (lstm, gru, vanilla_rnn)."
        )
    if start < 0 or (stop is not None and stop <= start):
        raise BadValue(f"A shift from step {start} to {stop} does nothing; give 0 <= start < stop.")
    made = Shifts(agent, start, stop, part)
    try:
        jax.eval_shape(made.params)
    except AttributeError:
        raise DoesNotFit(f"{type(agent).__name__} has no units called '{part}'.") from None
    return made
