"""Names for groups of hidden units, so that a network has parts as a circuit has them.

    agent = named_units(lstm, {"actor_like": range(0, 24), "critic_like": range(24, 48)})
    whole = agent.around(trained_params)                       # with jax.vmap for a stack of replicas
    lesioned = lesion_part(agent, whole, "actor_like", gain=0.4)

The gain of a part multiplies the activity of its units when it has been computed and before anything reads it, as
`shift` and `clamp` do; 0 is `lesion`. Within a session the weights of a recurrent network do not change, so `plastic`
matters to training alone: it multiplies the gradient that reaches the weights into these units; 0 freezes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.parts import Part, intact
from neurorl.core.policy import Policy
from neurorl.core.types import Transition
from neurorl.core.units import Touch, UnitAgent
from neurorl.core.wrapped import AroundAgent
from neurorl.perturb.units import require_units


class Params(eqx.Module):
    """The network's own parameters, and what was done to its parts."""

    inner: Any
    parts: dict[str, Part]


@dataclass(frozen=True)
class NamedUnits(AroundAgent, UnitAgent):
    """An agent some of whose units have names."""

    agent: UnitAgent
    names: tuple[tuple[str, tuple[int, ...]], ...]
    group: str = "h"

    card: ClassVar[Card] = Card(title="A network with named units", summary="Groups of hidden units are parts.")
    INSTEAD: ClassVar[str] = "Build the network for these spaces first, then name its units."

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return self.around(self.agent.params(key))

    def around(self, inner: Any) -> Params:
        """These parameters of the network (trained ones), with all parts intact."""
        return Params(inner, intact(*(name for name, _ in self.names)))

    def init(self, key: PRNGKeyArray, params: Params) -> Any:
        return self.agent.init(key, params.inner)

    def answer(self, params: Params, state: Any, obs: Any, touch: Touch) -> tuple[Any, Policy]:
        def named(name: str, activity: Array) -> Array:
            if name == self.group:
                gain, plastic = (self._per_unit(params, field, activity) for field in ("gain", "plastic"))
                learns = plastic * activity + (1.0 - plastic) * jax.lax.stop_gradient(activity)
                activity = (gain * learns).astype(activity.dtype)
            return touch(name, activity)

        return self.agent.answer(params.inner, state, obs, named)

    def groups(self) -> dict[str, int]:
        return self.agent.groups()

    def update(self, params: Params, state: Any, transition: Transition) -> tuple[Any, Any]:
        return self.agent.update(params.inner, state, transition)

    def uninformed(self, params: Params, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        return self.agent.uninformed(params.inner, before, after, latents)

    def _per_unit(self, params: Params, field: str, like: Float[Array, " n"]) -> Float[Array, " n"]:
        """A gain for each unit; a unit with several names has the product of theirs."""
        total = jnp.ones_like(like)
        for name, units in self.names:
            mine = jnp.asarray(np.isin(np.arange(like.shape[-1]), units))
            total = total * jnp.where(mine, getattr(params.parts[name], field), 1.0)
        return total


def named_units(agent: Agent, names: Mapping[str, Sequence[int]], *, group: str = "h") -> NamedUnits:
    """The network with names for groups of its units, so that `lesion_part` and `freeze_part` reach them.

    Args:
        agent: any recurrent agent, or a learner with hidden units.
        names: name -> units, counted from 0.
        group: the group that these units are of: "h" of a recurrent network, "hidden1" of `dqn` (`agent.groups()`).

    Raises:
        DoesNotFit: the agent has no hidden units, or no such group.
        BadValue: there are no names or no such units.
    """
    if not names:
        raise BadValue("Give at least one name with its units, such as {'left': range(0, 24)}.")
    groups = tuple((name, require_units(agent, units, group)) for name, units in names.items())
    assert isinstance(agent, UnitAgent)  # require_units has said so
    return NamedUnits(agent, groups, group)
