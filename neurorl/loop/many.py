"""Many sessions at once: the loop, vmapped and compiled once per agent, task and length."""

import dataclasses
import functools
import warnings
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.exports import require_task
from neurorl.core.suits import require_suited
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.loop.particles import one_course
from neurorl.loop.recorded import replay
from neurorl.loop.run import run
from neurorl.loop.trials import session_of, unfinished


def simulate_many(
    key: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    n_steps: int | None = None,
    *,
    subjects: int,
    sessions: int = 1,
    n_trials: int | None = None,
    task_params: Any = None,
    stacked: bool = False,
    matched: bool = False,
) -> Trajectory:
    """Let `subjects` play `sessions` sessions each.

    Args:
        key: source of all randomness.
        agent, params: who plays; with `stacked` the leaves of params have a leading axis [subjects].
        task, task_params: what is played (published settings by default).
        n_steps: steps in a session; with `n_trials` the most that a session may take.
        subjects, sessions: how many.
        n_trials: trials in a session, which ends with the last of them; later steps have `valid` False. Where a trial
            lasts as long as the subject takes, `n_steps` is needed as well.
        stacked: whether every subject has parameters of its own.
        matched: whether all subjects play their sessions from the same seeds, so that they differ by their parameters
            alone.

    Returns:
        a batch [subjects * sessions, n_steps], subject by subject; its fields `subject` and `session` say whose each
        session is, which `neurorl.from_trajectory` keeps.

    Raises:
        BadValue: the params have a leading axis of their own (replicas), and `stacked` does not say so, or their number
            is not that of the subjects; or the length of a session is not known.

    Warns:
        UserWarning: some sessions took all their steps before they had all their trials.
    """
    require_task(task, "task")
    task, n_steps = session_of(task, n_steps, n_trials)
    require_one_each(agent, params, subjects, stacked)
    task_params = task.params() if task_params is None else task_params
    keys = jax.random.split(key, (1 if matched else subjects, sessions))
    keys = jnp.broadcast_to(keys, (subjects, sessions))
    played = _simulator(agent, task, n_steps, stacked)(keys, params, task_params)
    flat = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), played)
    if n_trials is not None and not isinstance(flat.valid, Tracer) and (sentence := unfinished(flat, n_trials)):
        warnings.warn(sentence, stacklevel=2)
    who, which = jnp.divmod(jnp.arange(subjects * sessions, dtype=jnp.int32), sessions)
    numbers = [jnp.broadcast_to(number[:, None], (subjects * sessions, n_steps)) for number in (who, which)]
    return dataclasses.replace(flat, subject=numbers[0], session=numbers[1])


def replay_many(agent: Agent, params: Any, records: Record, *, stacked: bool = False) -> Trajectory:
    """Lead an agent through a batch of recorded sessions [S, T]; with `stacked`, params [S] are one a session.

    An agent that draws in private is led along one course of its random numbers, and a warning says so.

    Raises:
        BadValue: the params have a leading axis (replicas), and `stacked` does not say so, or it is not S long.
    """
    require_suited(agent, records)
    if said := one_course(agent):
        warnings.warn(said, stacklevel=2)
    require_one_each(agent, params, jnp.shape(records.reward)[0], stacked, of="sessions")
    keys = jax.random.split(jax.random.key(0), jnp.shape(records.reward)[0])
    return _replayer(agent, stacked)(keys, params, records)


def require_one_each(agent: Agent, params: Any, n: int, stacked: bool, of: str = "subjects") -> None:
    """`BadValue` where params have a leading axis that was not announced, or one of another length than n.

    Networks of the zoo and of a training run come with an axis of replicas.
    """
    usual = {jax.tree_util.keystr(path): jnp.ndim(leaf) for path, leaf in _leaves(_one(agent))}
    shapes = {jax.tree_util.keystr(path): jnp.shape(leaf) for path, leaf in _leaves(params)}
    if usual.keys() != shapes.keys():  # params of another kind than the agent's own: what is wrong shows elsewhere
        return
    deeper = {shape[0] for name, shape in shapes.items() if len(shape) == usual[name] + 1}
    is_stack = len(deeper) == 1 and all(len(shape) == usual[name] + 1 for name, shape in shapes.items())
    if is_stack and not stacked:
        replicas = deeper.pop()
        raise BadValue(
            f"The parameters have a leading axis of {replicas} (replicas or subjects). Let each play as a subject "
            f"of its own with stacked=True and {of}={replicas}, or choose one: jax.tree.map(lambda leaf: leaf[0], "
            "params), or load_zoo(name, replica=0)."
        )
    if is_stack and stacked and deeper != {n}:
        raise BadValue(
            f"The parameters have a leading axis of {deeper.pop()}, but there are {n} {of}; with stacked=True there is "
            f"one set of parameters for each of the {of}."
        )


def _leaves(tree: Any) -> Any:
    return jax.tree_util.tree_flatten_with_path(tree)[0]


@functools.lru_cache(maxsize=64)
def _one(agent: Agent) -> Any:
    """The shapes of one set of parameters."""
    return jax.eval_shape(lambda: agent.params(jax.random.key(0)))


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
