"""Hidden units shifted, held or silenced: from an agent to an agent.

The change is made when the activity of a group of units has been computed and before anything reads it, so that it
reaches the layers above, the answer given at that step and, through recurrence, all later ones. It is not made to
weights; a `Learner` goes on learning with the units as they are. Wang et al. 2018 (Supp. Fig. 5c) subtract 0.3 from the
activity of two units from the onset of a volatile period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.learner import AroundLearner, Learner
from neurorl.core.policy import Policy
from neurorl.core.types import Transition
from neurorl.core.units import Touch, UnitAgent
from neurorl.core.wrapped import AroundAgent


@dataclass(frozen=True)
class Change:
    """What is done to some units at the steps start <= t < stop of a session (stop None: to its end)."""

    kind: Literal["shift", "clamp"]
    units: tuple[int, ...]
    amount: float
    start: int
    stop: int | None
    part: str

    def made(self, activity: Float[Array, " n"], t: Int[Array, ""]) -> Float[Array, " n"]:
        """The activity of all units at step t with the change made."""
        here = np.isin(np.arange(activity.shape[-1]), self.units)
        now = (t >= self.start) if self.stop is None else (t >= self.start) & (t < self.stop)
        changed = activity + self.amount if self.kind == "shift" else jnp.full_like(activity, self.amount)
        return jnp.where(jnp.asarray(here) & now, changed, activity)


class State(eqx.Module):
    """The agent's own state, and how far the session has come."""

    inner: Any
    t: Int[Array, ""]  # steps since the start of the session


@dataclass(frozen=True)
class Perturbed(AroundAgent, UnitAgent):
    """An agent to whose units changes are made; its parameters are those of the agent itself."""

    agent: UnitAgent
    changes: tuple[Change, ...]

    card: ClassVar[Card] = Card(title="A perturbed network", summary="Some hidden units are shifted or held.")
    INSTEAD: ClassVar[str] = "Build the network for these spaces first, then perturb it."

    def init(self, key: PRNGKeyArray, params: Any) -> State:
        return State(self.agent.init(key, params), jnp.zeros((), jnp.int32))

    def answer(self, params: Any, state: State, obs: Any, touch: Touch) -> tuple[State, Policy]:
        inner, policy = self.agent.answer(params, state.inner, obs, _touching(self.changes, state.t, touch))
        return State(inner, state.t), policy

    def update(self, params: Any, state: State, transition: Transition) -> tuple[State, Any]:
        inner, latents = self.agent.update(params, state.inner, transition)
        return State(inner, state.t + 1), latents

    def uninformed(self, params: Any, before: State, after: State, latents: Any) -> tuple[State, Any]:
        inner, latents = self.agent.uninformed(params, before.inner, after.inner, latents)
        return State(inner, after.t), latents

    def groups(self) -> dict[str, int]:
        return self.agent.groups()


@dataclass(frozen=True)
class PerturbedLearner(AroundLearner):
    """A learner to whose units changes are made, in each of its bodies."""

    changes: tuple[Change, ...]

    def begin(self, key: PRNGKeyArray, params: Any) -> tuple[Any, State]:
        learner, actor = self.agent.begin(key, params)
        return learner, State(actor, jnp.zeros((), jnp.int32))

    def perceive(self, params: Any, weights: Any, actor: State, obs: Any, touch: Touch) -> tuple[State, Policy]:
        touching = _touching(self.changes, actor.t, touch)
        inner, policy = self.agent.perceive(params, weights, actor.inner, obs, touching)
        return State(inner, actor.t), policy

    def observe(self, params: Any, weights: Any, actor: State, transition: Transition) -> tuple[State, Any, Any]:
        inner, experience, latents = self.agent.observe(params, weights, actor.inner, transition)
        return State(inner, actor.t + 1), experience, latents


def _touching(changes: tuple[Change, ...], t: Int[Array, ""], outer: Touch) -> Touch:
    """These changes at step t, then whatever `outer` does."""

    def touch(name: str, activity: Array) -> Array:
        for change in changes:
            if change.part == name:
                activity = change.made(activity, t)
        return outer(name, activity)

    return touch


def shift(
    agent: Agent, units: Sequence[int] | int, amount: float, *, start: int = 0, stop: int | None = None, part: str = "h"
) -> Perturbed | PerturbedLearner:
    """The agent with `amount` added to some of its units: stimulation (> 0) or inhibition (< 0).

    Args:
        agent: any recurrent agent or learner with hidden units, perturbed ones included.
        units: which units, counted from 0.
        amount: what is added at each step, in units of activity.
        start, stop: first step of the session at which it is done, and the first at which it is not.
        part: name of the group of units: "h" for those that the heads of a recurrent network read, "c" for the cell
            state of an LSTM, "hidden1" for the first layer of `dqn`; `agent.groups()` lists them.

    Raises:
        DoesNotFit: the agent has no hidden units, or no group of this name.
        BadValue: there is no such unit, or `stop` lies before `start`.
    """
    return _changed(agent, "shift", units, amount, start, stop, part)


def clamp(
    agent: Agent, units: Sequence[int] | int, value: float, *, start: int = 0, stop: int | None = None, part: str = "h"
) -> Perturbed | PerturbedLearner:
    """The agent with some of its units held at `value`; arguments as in `shift`."""
    return _changed(agent, "clamp", units, value, start, stop, part)


def lesion(
    agent: Agent, units: Sequence[int] | int, *, start: int = 0, stop: int | None = None, part: str = "h"
) -> Perturbed | PerturbedLearner:
    """The agent with some of its units silent (held at 0); arguments as in `shift`."""
    return _changed(agent, "clamp", units, 0.0, start, stop, part)


def _changed(
    agent: Agent,
    kind: Literal["shift", "clamp"],
    units: Sequence[int] | int,
    amount: float,
    start: int,
    stop: int | None,
    part: str,
) -> Perturbed | PerturbedLearner:
    perturbed = isinstance(agent, Perturbed | PerturbedLearner)
    inner, before = (agent.agent, agent.changes) if perturbed else (agent, ())
    which = require_units(inner, units, part)
    if start < 0 or (stop is not None and stop <= start):
        raise BadValue(f"A perturbation from step {start} to {stop} does nothing; give 0 <= start < stop.")
    changes = (*before, Change(kind, which, float(amount), start, stop, part))
    if isinstance(inner, Learner):
        return PerturbedLearner(inner, changes)
    assert isinstance(inner, UnitAgent)  # require_units has said so
    return Perturbed(inner, changes)


def require_units(agent: Agent, units: Sequence[int] | int, part: str) -> tuple[int, ...]:
    """These units of a group, or a sentence that says why there are none."""
    which = (units,) if isinstance(units, int | np.integer) else tuple(units)
    if not isinstance(agent, UnitAgent):
        raise DoesNotFit(
            f"{type(agent).__name__} has no hidden units to perturb; give a recurrent network (lstm, gru, vanilla_rnn) "
            "or a learner with hidden units (dqn)."
        )
    groups = agent.groups()
    if part not in groups:
        there = ", ".join(groups) or "none"
        raise DoesNotFit(f"{type(agent).__name__} has no units called '{part}'; it has {there}.")
    n = groups[part]
    outside = [int(u) for u in which if not 0 <= u < n]
    if outside or not which:
        named = f"no unit {', '.join(map(str, outside))}" if outside else "to be told which units"
        raise BadValue(f"{type(agent).__name__} has {named}; its {n} units are counted from 0 to {n - 1}.")
    return tuple(int(u) for u in which)
