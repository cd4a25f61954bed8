"""What an agent that is being trained plays in one update: whole sessions, or the next stretch of each session."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.loop import Going, begin, choose, go_on, run


class Sessions(eqx.Module):
    """The sessions of one replica that go on from one update to the next, [parallel]."""

    going: Going
    age: Int[Array, " parallel"]  # steps


class Stretch(NamedTuple):
    """A stretch of each session.

    Attributes:
        began: where the sessions stood before it, [parallel].
        anew: whether a session started anew with it, [parallel].
        played: [unroll, parallel].
        ahead: one step more, [1, parallel], of which only the value counts.
        sessions: where the sessions stand after it.
    """

    began: Going
    anew: Bool[Array, " parallel"]
    played: Trajectory
    ahead: Trajectory
    sessions: Sessions


def first_sessions(
    key: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    task_params: Any,
    parallel: int,
    unroll: int,
    updates_per_session: int,
) -> Sessions:
    """Sessions of different ages, so that they do not all start anew in the same update."""
    keys = jax.random.split(key, (parallel, 2))
    going = jax.vmap(lambda k: begin(k, agent, params, task, task_params))(keys)
    age = (jnp.arange(parallel) % updates_per_session) * unroll
    return Sessions(going, age.astype(jnp.int32))


def whole_sessions(
    keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any, steps: int
) -> Trajectory:
    """One whole session a key, [steps, parallel]."""
    every_step = jnp.ones(steps, bool)  # a network is trained on protocol steps too

    def session(key: PRNGKeyArray) -> Trajectory:
        return run(key, agent, params, task, task_params, steps, scored=every_step)

    return jax.vmap(session, out_axes=1)(keys)


def stretches(
    keys: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    task_params: Any,
    sessions: Sessions,
    unroll: int,
    steps: int,
) -> Stretch:
    """The next `unroll` steps of each session; one that has ended, or had `steps` steps, starts anew."""
    every_step = jnp.ones(unroll, bool)

    def stretch(key: PRNGKeyArray, going: Going, age: Int[Array, ""]) -> Any:
        new = jax.random.split(key, 6)
        ended = age + unroll > steps
        if task.ends:
            ended = ended | task.over(task_params, going.task_state)
        fresh = begin(new[:2], agent, params, task, task_params)
        began = choose(ended, fresh, jax.lax.stop_gradient(going))
        going, played = go_on(new[2:4], agent, params, task, task_params, began, unroll, scored=every_step)
        ahead = go_on(new[4:], agent, params, task, task_params, going, 1)[1]
        return began, ended, played, ahead, going, jnp.where(ended, 0, age) + unroll

    axes = (0, 0, 1, 1, 0, 0)
    began, anew, played, ahead, going, age = jax.vmap(stretch, out_axes=axes)(keys, sessions.going, sessions.age)
    return Stretch(began, anew, played, ahead, Sessions(jax.lax.stop_gradient(going), age))


def value_ahead(task: Task, ahead: Trajectory) -> Float[Array, " parallel"]:
    """The value after a stretch, without a gradient; 0 where the session is over."""
    return jax.lax.stop_gradient(ahead.latents.value[0]) * (ahead.valid[0] if task.ends else 1.0)
