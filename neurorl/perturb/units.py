"""Hidden units shifted, held or silenced: from an agent to an agent.

The change is made after the cell has perceived and before the heads are read, so that it reaches the answer given at
that step and, through the recurrence, all later ones. Weights stay as they are. Wang et al. 2018 (Supp. Fig. 5c)
subtract 0.3 from the activity of two units from the onset of a volatile period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import Policy
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.types import Transition
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
class Perturbed(AroundAgent, RecurrentAgent):
    """A recurrent agent to whose units changes are made; its parameters are those of the agent itself."""

    agent: RecurrentAgent
    changes: tuple[Change, ...]

    card: ClassVar[Card] = Card(title="A perturbed network", summary="Some hidden units are shifted or held.")
    INSTEAD: ClassVar[str] = "Build the network for these spaces first, then perturb it."

    def init(self, key: PRNGKeyArray, params: Any) -> State:
        return State(self.agent.init(key, params), jnp.zeros((), jnp.int32))

    def perceive(self, params: Any, state: State, obs: Any) -> State:
        inner = self.agent.perceive(params, state.inner, obs)
        for change in self.changes:
            activity = change.made(getattr(inner, change.part), state.t)
            inner = eqx.tree_at(lambda s, part=change.part: getattr(s, part), inner, activity)
        return State(inner, state.t)

    def decide(self, params: Any, state: State) -> tuple[State, Policy]:
        inner, policy = self.agent.decide(params, state.inner)
        return State(inner, state.t), policy

    def update(self, params: Any, state: State, transition: Transition) -> tuple[State, Any]:
        inner, latents = self.agent.update(params, state.inner, transition)
        return State(inner, state.t + 1), latents


def shift(
    agent: Agent, units: Sequence[int] | int, amount: float, *, start: int = 0, stop: int | None = None, part: str = "h"
) -> Perturbed:
    """The agent with `amount` added to some of its units: stimulation (> 0) or inhibition (< 0).

    Args:
        agent: any recurrent agent, perturbed ones included.
        units: which units, counted from 0.
        amount: what is added at each step, in units of activity.
        start, stop: first step of the session at which it is done, and the first at which it is not.
        part: "h" for the units that the heads read, or another part of the agent's state ("c" of an LSTM).

    Raises:
        DoesNotFit: the agent is no recurrent network, or has no such part.
        BadValue: there is no such unit, or `stop` lies before `start`.
    """
    return _changed(agent, "shift", units, amount, start, stop, part)


def clamp(
    agent: Agent, units: Sequence[int] | int, value: float, *, start: int = 0, stop: int | None = None, part: str = "h"
) -> Perturbed:
    """The agent with some of its units held at `value`; arguments as in `shift`."""
    return _changed(agent, "clamp", units, value, start, stop, part)


def lesion(
    agent: Agent, units: Sequence[int] | int, *, start: int = 0, stop: int | None = None, part: str = "h"
) -> Perturbed:
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
) -> Perturbed:
    inner, before = (agent.agent, agent.changes) if isinstance(agent, Perturbed) else (agent, ())
    which = require_units(inner, units, part)
    assert isinstance(inner, RecurrentAgent)  # require_units has said so
    if start < 0 or (stop is not None and stop <= start):
        raise BadValue(f"A perturbation from step {start} to {stop} does nothing; give 0 <= start < stop.")
    change = Change(kind, which, float(amount), start, stop, part)
    return Perturbed(inner, (*before, change))


def require_units(agent: Agent, units: Sequence[int] | int, part: str) -> tuple[int, ...]:
    """These units of a part of the agent's state, or a sentence that says why there are none."""
    which = (units,) if isinstance(units, int | np.integer) else tuple(units)
    if not isinstance(agent, RecurrentAgent):
        raise DoesNotFit(
            f"{type(agent).__name__} has no hidden units to perturb; give a recurrent network (lstm, gru, vanilla_rnn)."
        )
    n = _n_units(agent, part)
    outside = [int(u) for u in which if not 0 <= u < n]
    if outside or not which:
        named = f"no unit {', '.join(map(str, outside))}" if outside else "to be told which units"
        raise BadValue(f"{type(agent).__name__} has {named}; its {n} units are counted from 0 to {n - 1}.")
    return tuple(int(u) for u in which)


def _n_units(agent: RecurrentAgent, part: str) -> int:
    """Units of a part of the agent's state, found without computing anything."""
    key = jax.random.key(0)
    state = jax.eval_shape(lambda: agent.init(key, agent.params(key)))
    units = getattr(state, part, None)
    if units is None or len(units.shape) != 1:
        parts = [name for name, leaf in vars(state).items() if len(getattr(leaf, "shape", ())) == 1]
        raise DoesNotFit(f"{type(agent).__name__} has no units called '{part}'; it has {', '.join(parts) or 'none'}.")
    return units.shape[0]
