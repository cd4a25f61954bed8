"""Sessions of Harlow's task as tables of trials, small for every kind of view."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pandas as pd
from jaxtyping import Array, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.loop import run

TRIALS = 6


def play_trials(
    key: PRNGKeyArray, agent: Agent, params: Any, task: Task, *, sessions: int, steps: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """Let every replica play `sessions` sessions of at most `steps` decisions.

    Args:
        key: source of all randomness; every replica meets the same sessions.
        agent, params: the network; leaves of params have a leading axis [replicas].
        task: what is played.

    Returns:
        one row for each of the six trials of each session (columns replica, session, trial, decided: whether a choice
        was made, correct: whether it was the right one, left: whether the rewarded object stood on the left,
        decisions: how many the trial took); and the reward of each session [replicas, sessions]. A trial that the
        network did not come to, or did not decide, is not correct: a network that gives up after a loss must not look
        like one that is always right.
    """
    keys = jax.random.split(key, sessions)
    played = jax.device_get(_player(agent, _form(task), steps)(keys, params, task.params()))
    reward, valid = np.asarray(played["reward"]), np.asarray(played["valid"])
    ends = (np.asarray(played["discount"]) == 0) & valid
    replica, session, step = np.nonzero(ends)
    before = np.concatenate([[-1], step[:-1]])
    same = np.concatenate([[False], (replica[1:] == replica[:-1]) & (session[1:] == session[:-1])])
    decided = pd.DataFrame(
        {
            "replica": replica,
            "session": session,
            "trial": np.asarray(played["trial"])[ends],
            "decided": True,
            "correct": reward[ends] > 0.5,
            "left": np.asarray(played["left"])[ends],
            "decisions": np.where(same, step - before[: len(step)], step + 1).astype(float),
        }
    )
    every = pd.MultiIndex.from_product(
        [range(reward.shape[0]), range(sessions), range(TRIALS)], names=["replica", "session", "trial"]
    )
    table = decided.set_index(["replica", "session", "trial"]).reindex(every).reset_index()
    for column in ("decided", "correct", "left"):
        table[column] = table[column].eq(True)
    return table, np.where(valid, reward, 0.0).sum(axis=2)


def probe_of(agent: Agent, task: Task, *, sessions: int, steps: int, seed: int) -> Callable[[Any], dict[str, Any]]:
    """What is measured of the replicas after each chunk of training, in sessions of `task`.

    Returns:
        a function from stacked parameters to: reward_session, the mean reward of a session; finished, the share of
        sessions whose last trial was decided; trial_1 .. trial_6, the accuracy on each trial.
    """
    key = jax.random.key(seed)

    def probe(params: Any) -> dict[str, Any]:
        table, reward = play_trials(key, agent, params, task, sessions=sessions, steps=steps)
        accuracy = table.groupby(["replica", "trial"])["correct"].mean().unstack()
        finished = table.loc[table["trial"] == TRIALS - 1].groupby("replica")["decided"].mean()
        return {
            "reward_session": reward.mean(axis=1),
            "finished": finished.to_numpy(float),
            **{f"trial_{k + 1}": accuracy[k].to_numpy(float) for k in range(TRIALS)},
        }

    return probe


def _form(task: Task) -> Task:
    """The task with its own set of objects: which objects there are stands in its params, and needs no new program."""
    fields = {f.name: f.default for f in dataclasses.fields(task) if f.name in ("objects", "part")}  # type: ignore[arg-type]
    return dataclasses.replace(task, **fields)  # type: ignore[type-var]


@functools.lru_cache(maxsize=32)
def _player(agent: Agent, task: Task, steps: int) -> Any:
    """Compiled play of all replicas, one after another, so that a large batch of images never exists at once."""

    def session(key: PRNGKeyArray, params: Any, task_params: Any) -> dict[str, Array]:
        played: Trajectory = run(key, agent, params, task, task_params, steps)
        truth = played.truth
        return {
            "reward": played.reward,
            "discount": played.discount,
            "valid": played.valid,
            "trial": truth.trial,
            "left": truth.left,
        }

    def everyone(keys: PRNGKeyArray, params: Any, task_params: Any) -> dict[str, Array]:
        one = jax.vmap(session, in_axes=(0, None, None))
        return jax.lax.map(lambda p: one(keys, p, task_params), params)

    return jax.jit(everyone)
