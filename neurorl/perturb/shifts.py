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
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.policy import Policy
from neurorl.core.types import Transition
from neurorl.core.units import Touch, UnitAgent
from neurorl.core.wrapped import AroundAgent
from neurorl.perturb.units import State, require_units


class Params(eqx.Module):
    """The network's own parameters, and what is added to each unit at each step of the period."""

    inner: Any
    amounts: Float[Array, " n"]


@dataclass(frozen=True)
class Shifts(AroundAgent, UnitAgent):
    """An agent to whose units `params.amounts` are added at the steps start <= t < stop of a session."""

    agent: UnitAgent
    start: int
    stop: int | None
    part: str

    card: ClassVar[Card] = Card(title="A network with shifted units", summary="Some hidden units are shifted.")
    INSTEAD: ClassVar[str] = "Build the network for these spaces first, then shift its units."

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        """The agent's parameters and no shift."""
        return Params(self.agent.params(key), jnp.zeros(self.agent.groups()[self.part]))

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(self.agent.init(key, params.inner), jnp.zeros((), jnp.int32))

    def answer(self, params: Params, state: State, obs: Any, touch: Touch) -> tuple[State, Policy]:
        now = state.t >= self.start
        if self.stop is not None:
            now = now & (state.t < self.stop)

        def shifted(name: str, activity: Array) -> Array:
            if name == self.part:
                activity = jnp.where(now, activity + params.amounts, activity)
            return touch(name, activity)

        inner, policy = self.agent.answer(params.inner, state.inner, obs, shifted)
        return State(inner, state.t), policy

    def groups(self) -> dict[str, int]:
        return self.agent.groups()

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Any]:
        inner, latents = self.agent.update(params.inner, state.inner, transition)
        return State(inner, state.t + 1), latents

    def uninformed(self, params: Any, before: State, after: State, latents: Any) -> tuple[State, Any]:
        inner, latents = self.agent.uninformed(params.inner, before.inner, after.inner, latents)
        return State(inner, after.t), latents


def shifts(agent: Agent, *, start: int = 0, stop: int | None = None, part: str = "h") -> Shifts:
    """The agent with a shift of each unit among its parameters; `start`, `stop` and `part` as in `shift`."""
    require_units(agent, 0, part)
    assert isinstance(agent, UnitAgent)  # require_units has said so
    if start < 0 or (stop is not None and stop <= start):
        raise BadValue(f"A shift from step {start} to {stop} does nothing; give 0 <= start < stop.")
    return Shifts(agent, start, stop, part)
