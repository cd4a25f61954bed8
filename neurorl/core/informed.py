"""Steps that show no outcome: what an agent keeps of them is decided here, once for all agents.

A test phase asks for choices and shows nothing. Such a step is scored, but it must not teach: a reward of 0 that was
never shown would lower the values of whatever was chosen. The loop, and everything else that lets an agent learn,
calls `updated` instead of `agent.update`. On a step with `informed` False it hides reward, stimulation and feedback,
and keeps of the new state only what `agent.uninformed` returns. Where `informed` is None it is `agent.update` itself.
"""

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from neurorl.core.ring import went_on
from neurorl.core.types import Transition

if TYPE_CHECKING:
    from neurorl.core.agent import Agent


def updated(agent: "Agent", params: Any, state: Any, transition: Transition) -> tuple[Any, Any]:
    """The state and the latents after a step, whether or not its outcome was shown.

    A transition with several values of `informed` is of several copies, whose learner asks this of each in turn.
    """
    if transition.informed is None or transition.informed.ndim > 0:
        return agent.update(params, state, transition)
    shown = transition.informed
    after, latents = agent.update(params, state, dataclasses.replace(hidden(transition), informed=None))
    kept, said = agent.uninformed(params, state, after, latents)
    return went_on(shown, after, kept), went_on(shown, latents, said)


def hidden(transition: Transition) -> Transition:
    """The transition with reward, stimulation and feedback set to 0 where `informed` is False."""
    shown = transition.informed
    if shown is None:
        return transition
    reward, stim, feedback = jax.tree.map(
        lambda leaf: jnp.where(shown, leaf, jnp.zeros_like(leaf)),
        (transition.reward, transition.stim, transition.feedback),
    )
    return dataclasses.replace(transition, reward=reward, stim=stim, feedback=feedback)


def carried_on(names: Sequence[str], before: Any, after: Any) -> Any:
    """The state before a step, with the named fields as they are after it."""
    return dataclasses.replace(before, **{name: getattr(after, name) for name in names}) if names else before


def without_error(latents: Any) -> Any:
    """The latents with prediction errors (fields `rpe`, `rpe_...`) set to 0."""
    if not dataclasses.is_dataclass(latents) or isinstance(latents, type):
        return latents
    names = [f.name for f in dataclasses.fields(latents) if f.name == "rpe" or f.name.startswith("rpe_")]
    return dataclasses.replace(latents, **{n: jax.tree.map(jnp.zeros_like, getattr(latents, n)) for n in names})
