"""Sessions as long as a number of trials."""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from neurorl.core.errors import BadValue
from neurorl.core.task import Task
from neurorl.core.types import Outcome, Trajectory
from neurorl.core.wrapped import AroundTask


class State(eqx.Module):
    """The task's own state, and how many trials have ended."""

    inner: Any
    trials: Int[Array, ""]


@dataclass(frozen=True)
class Trials(AroundTask):
    """A task whose session is over after `n` trials: after the step whose discount is 0 for the n-th time."""

    n: int

    @property
    def ends(self) -> bool:
        return True

    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[State, Any]:
        inner, obs = self.task.reset(key, params)
        return State(inner, jnp.asarray(0, jnp.int32)), obs

    def step(self, key: PRNGKeyArray, params: Any, state: State, action: Any) -> tuple[State, Outcome]:
        inner, outcome = self.task.step(key, params, state.inner, action)
        return State(inner, state.trials + (outcome.discount == 0).astype(jnp.int32)), outcome

    def over(self, params: Any, state: State) -> Bool[Array, ""]:
        return self.task.over(params, state.inner) | (state.trials >= self.n)


def session_of(task: Task, n_steps: int | None, n_trials: int | None) -> tuple[Task, int]:
    """The task and the number of steps of a session that is as long as steps, trials or both say.

    Where trials are given, the session ends after that many, and steps are the most that a session may take. They can
    be left out where a trial of the task has a fixed number of steps.

    Raises:
        BadValue: neither is given, one is below 1, or steps are needed and missing.
    """
    for name, value in (("n_steps", n_steps), ("n_trials", n_trials)):
        if value is not None and value < 1:
            raise BadValue(f"{name} is {value}, but must be 1 or more.")
    if n_trials is None:
        if n_steps is None:
            raise BadValue("Say how long a session is: in steps (n_steps) or in trials (n_trials).")
        return task, n_steps
    if n_steps is None:
        if task.spaces.self_paced:
            raise BadValue(
                "A trial of this task lasts as long as the subject takes. Give the most steps that a session may take "
                f"beside the number of trials: n_trials={n_trials}, n_steps={100 * n_trials} (--steps at the command "
                "line)."
            )
        n_steps = n_trials * task.spaces.steps_per_trial
    return Trials(task, n_trials), n_steps


def unfinished(trajectory: Trajectory, n_trials: int) -> str:
    """A sentence where sessions of a batch [S, T] were cut before their last trial; empty where none was.

    A session that the task itself ended earlier counts as cut only where it fills all steps.
    """
    valid = np.asarray(trajectory.valid)
    done = (valid & (np.asarray(trajectory.discount) == 0)).sum(axis=-1)
    cut = (done < n_trials) & valid[..., -1]
    if not cut.any():
        return ""
    fewest = int(done[cut].min())
    return (
        f"{int(cut.sum())} of {cut.size} sessions reached their last step, {valid.shape[-1]}, before trial {n_trials} "
        f"had ended (the shortest after {fewest} trials); allow more steps."
    )
