"""Many sessions at once: the loop, vmapped and compiled once per agent, task and length."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.loop.recorded import replay
from neurorl.loop.run import run


def simulate_many(
    key: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    n_steps: int,
    *,
    subjects: int,
    sessions: int = 1,
    task_params: Any = None,
    stacked: bool = False,
    matched: bool = False,
) -> Trajectory:
    """Let `subjects` play `sessions` sessions each.

    Args:
        key: source of all randomness.
        agent, params: who plays; with `stacked` the leaves of params have a leading axis [subjects].
        task, task_params: what is played (published settings by default).
        n_steps: steps in a session.
        subjects, sessions: how many.
        stacked: whether every subject has parameters of its own.
        matched: whether all subjects play their sessions from the same seeds, so that they differ by their parameters
            alone.

    Returns:
        a batch [subjects * sessions, n_steps], subject by subject.
    """
    task_params = task.params() if task_params is None else task_params
    keys = jax.random.split(key, (1 if matched else subjects, sessions))
    keys = jnp.broadcast_to(keys, (subjects, sessions))
    played = _simulator(agent, task, n_steps, stacked)(keys, params, task_params)
    return jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), played)


def replay_many(agent: Agent, params: Any, records: Record, *, stacked: bool = False) -> Trajectory:
    """Lead an agent through a batch of recorded sessions [S, T]; with `stacked`, params [S] are one a session."""
    keys = jax.random.split(jax.random.key(0), jnp.shape(records.reward)[0])
    return _replayer(agent, stacked)(keys, params, records)


@functools.lru_cache(maxsize=64)
def _simulator(agent: Agent, task: Task, n_steps: int, stacked: bool) -> Any:
    def session(key: PRNGKeyArray, params: Any, task_params: Any) -> Trajectory:
        return run(key, agent, params, task, task_params, n_steps)

    one_subject = jax.vmap(session, in_axes=(0, None, None))
    return jax.jit(jax.vmap(one_subject, in_axes=(0, 0 if stacked else None, None)))


@functools.lru_cache(maxsize=64)
def _replayer(agent: Agent, stacked: bool) -> Any:
    def session(key: PRNGKeyArray, params: Any, record: Record) -> Trajectory:
        return replay(key, agent, params, record)

    return jax.jit(jax.vmap(session, in_axes=(0, 0 if stacked else None, 0)))
