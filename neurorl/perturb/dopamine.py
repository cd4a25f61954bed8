"""Dopamine as a named part of agents that learn from a prediction error without naming it.

    agent = dopaminergic(rescorla_wagner)
    blocked = dopamine_at_learning(agent, agent.params(), 0.0)

Who learns from an error to which `stim` is added can be taught by any other error: rpe + (gain - 1) rpe = gain rpe.
So the signal is multiplied by stimulating the agent with what is missing, and no agent needs to know. A network that is
told of prediction errors (`dual_lstm`) hears the multiplied ones; its weights stay as they are.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.parts import DOPAMINE, Part, intact
from neurorl.core.policy import Policy
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.spaces import Discrete
from neurorl.core.types import Transition
from neurorl.core.wrapped import AroundAgent


class Params(eqx.Module):
    """The agent's own parameters, and the gain of its dopamine."""

    inner: Any
    parts: dict[str, Part]


@dataclass(frozen=True)
class Dopaminergic(AroundAgent, Agent):
    """An agent whose prediction error is multiplied by the gain of the part `dopamine` before it teaches."""

    agent: Agent

    card: ClassVar[Card] = Card(title="A learner with named dopamine", summary="Its prediction error has a gain.")
    INSTEAD: ClassVar[str] = "Build the agent for these spaces first, then name its dopamine."

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return self.around(self.agent.params(key))

    def around(self, inner: Any) -> Params:
        """These parameters of the agent (fitted or trained ones), with dopamine as it was."""
        return Params(inner, intact(DOPAMINE))

    def init(self, key: PRNGKeyArray, params: Params) -> Any:
        return self.agent.init(key, params.inner)

    def act(self, params: Params, state: Any, obs: Any) -> tuple[Any, Policy]:
        if not isinstance(self.agent, RecurrentAgent):
            return self.agent.act(params.inner, state, obs)
        told = self.agent.perceive(params.inner, state, obs).told  # in a second pass it is told what it should be
        missing = (params.parts[DOPAMINE].gain - 1.0) * told
        return self.agent.act(params.inner, eqx.tree_at(lambda s: s.stim, state, state.stim + missing), obs)

    def update(self, params: Params, state: Any, transition: Transition) -> tuple[Any, Any]:
        if isinstance(self.agent, RecurrentAgent):
            return self.agent.update(params.inner, state, transition)
        _, latents = self.agent.update(params.inner, state, transition)
        missing = (params.parts[DOPAMINE].gain - 1.0) * latents.rpe
        return self.agent.update(params.inner, state, replace(transition, stim=transition.stim + missing))

    def uninformed(self, params: Params, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        return self.agent.uninformed(params.inner, before, after, latents)


def dopaminergic(agent: Agent) -> Dopaminergic:
    """The agent with a part `dopamine`, so that `dopamine_at_learning` reaches it.

    Its latents then report the error that taught, gain included.

    Raises:
        DoesNotFit: the agent does not learn from a prediction error that stimulation adds to.
    """
    if not _hears_stimulation(agent):
        raise DoesNotFit(
            f"{type(agent).__name__} does not learn from a prediction error that dopamine stimulation adds to; "
            "choose a delta-rule learner such as rescorla_wagner, a circuit, or dual_lstm."
        )
    return Dopaminergic(agent)


def _hears_stimulation(agent: Agent) -> bool:
    """Whether one unit of stimulation is one unit of error, and changes what is learned."""
    params, key = agent.params(), jax.random.key(0)
    if isinstance(agent, RecurrentAgent):
        state = jax.eval_shape(lambda: agent.init(key, params))
        return getattr(agent, "feedback", "rpe") == "rpe" and hasattr(state, "told") and hasattr(state, "stim")
    space = getattr(getattr(agent, "spaces", None), "obs", None)
    if space is None:
        return False
    obs = jnp.asarray(0, jnp.int32) if isinstance(space, Discrete) else jnp.zeros(space.shape)
    state, _ = agent.act(params, agent.init(key, params), obs)
    zero = jnp.zeros(())
    silent = Transition(obs, jnp.asarray(0, jnp.int32), zero, zero, zero, obs)
    plain, without = agent.update(params, state, silent)
    taught, driven = agent.update(params, state, replace(silent, stim=zero + 1.0))
    if not hasattr(driven, "rpe") or jnp.shape(driven.rpe) != ():
        return False
    changed = jax.tree.map(lambda a, b: bool(jnp.any(a != b)), plain, taught)
    return any(jax.tree.leaves(changed)) and bool(jnp.isclose(driven.rpe - without.rpe, 1.0))
