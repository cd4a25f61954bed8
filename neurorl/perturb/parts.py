"""Lesions, drugs and freezing of named parts: from parameters to parameters, by the same calls on every agent.

An agent with parts has a field `parts` among its parameters (`neurorl.core.parts`): circuits have named structures,
and `named_units` names groups of units of any network. A change is a number there, so the agent stays as it is, one
compiled program serves all doses, and doses can be vmapped (`doses`).

Example:
    whole = agent.params()
    lesioned = lesion_part(agent, whole, "ventral_striatum", gain=0.4)
    curve = doses(lambda gain: lesion_part(agent, whole, "amygdala", gain=gain), (1.0, 0.5, 0.0))
    simulate_many(key, agent, curve, task, 80, subjects=3, sessions=500, stacked=True, matched=True)
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.params import free_params, replace
from neurorl.core.parts import DOPAMINE, parts_of

P = TypeVar("P")
Dose = float | Float[Array, "..."]
AT_CHOICE = "rho"  # the free parameter that is dopamine at the moment of choice, where an agent has it


def lesion_part(agent: Agent, params: P, part: str, *, gain: Dose = 0.0) -> P:
    """Parameters with a part that sends only `gain` of what it sent; 0 is a total lesion.

    Args:
        agent: who is lesioned; it stays as it is.
        params: its parameters, or a stack of them.
        part: the part's name, one of `params.parts`.
        gain: 0 to 1; above 1 the part is driven. One number, or one for each of a stack.

    Raises:
        DoesNotFit: the agent has no parts.
        BadValue: it has no part of this name, or the gain is negative.
    """
    return _changed(agent, params, part, "gain", gain)


def freeze_part(agent: Agent, params: P, part: str, *, plastic: Dose = 0.0) -> P:
    """Parameters with a part that learns only `plastic` times as much and sends what it sent; 0 is frozen."""
    return _changed(agent, params, part, "plastic", plastic)


def dopamine_at_learning(agent: Agent, params: P, gain: Dose) -> P:
    """Parameters with the dopamine signal that trains the parts multiplied by `gain`: 0 blocks it, 2 doubles it.

    The level at which choices are made stays as it is. Agents that learn from a prediction error without naming the
    part are given one by `neurorl.perturb.dopaminergic`.
    """
    return _changed(agent, params, DOPAMINE, "gain", gain)


def dopamine_at_choice(agent: Agent, params: P, level: Dose) -> P:
    """Parameters with dopamine at `level` (-1 to 1, 0 normal) while choices are made; learning stays as it is.

    Raises:
        DoesNotFit: dopamine at choice means nothing to this agent (it has no free parameter `rho`).
    """
    if AT_CHOICE not in {info.name for info in free_params(params)}:
        raise DoesNotFit(
            f"Dopamine at the moment of choice means nothing to {type(agent).__name__}: it has no pathways that "
            "dopamine weighs against each other. Choose opal, or change dopamine at learning."
        )
    if not isinstance(level, int | float):
        return eqx.tree_at(lambda p: getattr(p, AT_CHOICE), params, jnp.asarray(level, float))
    shape = jnp.shape(getattr(params, AT_CHOICE))
    return eqx.tree_at(
        lambda p: getattr(p, AT_CHOICE), replace(params, **{AT_CHOICE: level}), jnp.full(shape, level, float)
    )


def doses(change: Callable[[Any], P], values: Sequence[float]) -> P:
    """Parameters stacked over doses: leading axis [doses], ready for `simulate_many(..., stacked=True)`.

    With `matched=True` there, every dose plays from the same seeds, so that a dose of no effect (gain 1) is the
    matched control of all others.

    Args:
        change: dose -> parameters.
        values: the doses.
    """
    if len(values) == 0:
        raise BadValue("A dose curve needs at least one dose.")
    return jax.vmap(change)(jnp.asarray(values, float))


def _changed(agent: Agent, params: P, part: str, field: str, value: Dose) -> P:
    parts = parts_of(params)
    if not parts:
        raise DoesNotFit(
            f"{type(agent).__name__} has no named parts. Name units of a network with `named_units`, give a learner "
            "its dopamine with `dopaminergic`, or choose an agent made of parts, such as object_action."
        )
    if part not in parts:
        raise BadValue(f"{type(agent).__name__} has no part '{part}'; its parts are {', '.join(parts)}.")
    if isinstance(value, int | float | np.ndarray) and np.any(np.asarray(value) < 0):
        raise BadValue(f"A {field} of {value} is negative; 0 takes all of it away and 1 leaves it as it was.")
    old = getattr(parts[part], field)
    new = jnp.broadcast_to(jnp.asarray(value, old.dtype), jnp.broadcast_shapes(jnp.shape(value), jnp.shape(old)))
    return eqx.tree_at(lambda p: getattr(p.parts[part], field), params, new)
