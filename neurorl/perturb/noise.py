"""Noise at choice, from an agent to an agent, and noise of dopamine, from a task to a task.

Noise that an agent drew by itself could not be scored: the same choices would have another probability each time. So
noise at choice is averaged over, and the agent states the average policy; noise of dopamine is drawn by the task as
stimulation and stands in the record. Both agents keep the laws, and can be replayed and fitted.
"""

import functools
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray
from scipy.special import ndtri
from scipy.stats import qmc

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.task import Task
from neurorl.core.types import Outcome, Transition
from neurorl.core.wrapped import AroundAgent, AroundTask

POINTS = 256  # of the noise, and as many mirrored: an average is right to two thousandths


class Params(eqx.Module):
    """The agent's own parameters, and the standard deviation of what is added to each of its log-odds."""

    inner: Any
    noise: Float[Array, ""]


@dataclass(frozen=True)
class NoisyChoice(AroundAgent, Agent):
    """An agent whose preferences are disturbed at every choice: p(a) = E[softmax(logits + noise z)_a], z normal."""

    agent: Agent

    card: ClassVar[Card] = Card(title="A noisy chooser", summary="Preferences are disturbed at every choice.")
    INSTEAD: ClassVar[str] = "Build the agent for these spaces first, then disturb its choices."

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return self.around(self.agent.params(key))

    def around(self, inner: Any, noise: float = 0.0) -> Params:
        """These parameters of the agent, with noise of this standard deviation (nats)."""
        return Params(inner, jnp.asarray(noise, float))

    def init(self, key: PRNGKeyArray, params: Params) -> Any:
        return self.agent.init(key, params.inner)

    def act(self, params: Params, state: Any, obs: Any) -> tuple[Any, Categorical]:
        state, policy = self.agent.act(params.inner, state, obs)
        if not isinstance(policy, Categorical):
            raise DoesNotFit(
                f"Noise is added to preferences among answers, but this policy is a {type(policy).__name__}."
            )
        z = jnp.asarray(_points(policy.logits.shape[0]), policy.logits.dtype)
        p = jnp.mean(jax.nn.softmax(policy.logits + params.noise * z, axis=-1), axis=0)
        legal = policy.logits > ILLEGAL / 2
        return state, Categorical(jnp.where(legal, jnp.log(jnp.maximum(p, jnp.finfo(p.dtype).tiny)), ILLEGAL))

    def update(self, params: Params, state: Any, transition: Transition) -> tuple[Any, Any]:
        return self.agent.update(params.inner, state, transition)

    def uninformed(self, params: Params, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        return self.agent.uninformed(params.inner, before, after, latents)


def noisy_choice(agent: Agent) -> NoisyChoice:
    """The agent with noise among its parameters; `around(params, noise=...)` sets it."""
    return NoisyChoice(agent)


@dataclass(frozen=True)
class NoisyDopamine(AroundTask):
    """A task in which dopamine is disturbed anew at every step."""

    noise: float

    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Any]:
        return self.task.reset(key, params)

    def step(self, key: PRNGKeyArray, params: Any, state: Any, action: Any) -> tuple[Any, Outcome]:
        state, outcome = self.task.step(key, params, state, action)
        drawn = jax.random.normal(jax.random.fold_in(key, 1), dtype=outcome.stim.dtype)
        return state, replace(outcome, stim=outcome.stim + self.noise * drawn)

    def over(self, params: Any, state: Any) -> Bool[Array, ""]:
        return self.task.over(params, state)


def noisy_dopamine(task: Task, noise: float) -> NoisyDopamine:
    """The task with random stimulation at every step, standard deviation `noise` (reward units)."""
    if noise < 0:
        raise BadValue(f"A standard deviation of {noise:g} is negative; 0 is no noise.")
    return NoisyDopamine(task, float(noise))


@functools.lru_cache
def _points(n: int) -> Float[np.ndarray, "points n"]:
    """Points that stand for n independent normal numbers: spread evenly, mirrored, and scaled to variance 1."""
    z = ndtri(qmc.Sobol(n, scramble=True, rng=np.random.default_rng(0)).random(POINTS))
    z = np.concatenate([z, -z])
    return z / z.std(axis=0)
