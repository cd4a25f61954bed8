"""Dopamine stimulation as part of a task: from a task to a task with a protocol on its `stim` channel.

Whoever learns from a prediction error adds `transition.stim` to it; the reward itself stays as it is. Wang et al. 2018
(simulation 6) override the dopamine signal in this way, as Stopper et al. 2014 did with electrodes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.core.wrapped import AroundTask

Rule = Callable[[Any, Any, Outcome], Float[Array, ""]]


class State(eqx.Module):
    """The task's own state, and what it shows now."""

    inner: Any
    obs: Any


@dataclass(frozen=True)
class Stimulated(AroundTask):
    """A task during which dopamine is stimulated or blocked."""

    rule: Rule

    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[State, Any]:
        inner, obs = self.task.reset(key, params)
        return State(inner, obs), obs

    def step(self, key: PRNGKeyArray, params: Any, state: State, action: Any) -> tuple[State, Outcome]:
        inner, outcome = self.task.step(key, params, state.inner, action)
        stim = outcome.stim + jnp.asarray(self.rule(state.obs, action, outcome), outcome.stim.dtype)
        return State(inner, outcome.obs), replace(outcome, stim=stim)

    def over(self, params: Any, state: State) -> Bool[Array, ""]:
        return self.task.over(params, state.inner)


def stimulated(task: Task, rule: Rule) -> Stimulated:
    """The task with a stimulation protocol.

    Args:
        task: any task; its own stimulation, if there is one, is added to.
        rule: `rule(obs, action, outcome)` gives the stimulation of a step, reward units: what was seen, what was
            answered, and what came of it (`outcome.truth` included, since the experimenter knows it). Written in
            `jax.numpy`, for a single step. Keep one function object: a new one is compiled anew.
    """
    return Stimulated(task, rule)
