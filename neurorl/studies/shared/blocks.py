"""What/Where blocks played by a stack of parameters, one set a condition, and their results as tables."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.agent import Agent
from neurorl.core.types import Record, Trajectory
from neurorl.loop import simulate_many

TASK = "what_where_reversal"
TRIALS = 80  # in a block
BEFORE, AFTER = 20, 30  # trials around a reversal that every block has


def made(name: str) -> Agent:
    """An agent of the catalogue for the task."""
    return catalogue.load("agent", name).for_spaces(catalogue.load("task", TASK).spaces)


def stack(conditions: Mapping[str, Any]) -> Any:
    """Parameters of several conditions with a leading axis, in their order."""
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *conditions.values())


def play_blocks(
    key: Any,
    agent: Agent,
    conditions: Mapping[str, Any],
    *,
    kinds: Mapping[str, float],
    schedules: tuple[float, ...],
    blocks: int,
) -> Iterator[tuple[str, float, Trajectory]]:
    """Every kind of block and schedule: kind, p_good, and what was played, [conditions, blocks, trials].

    All conditions play the same blocks from the same seeds; their program is compiled once.

    Args:
        key: source of all randomness.
        agent: who plays.
        conditions: name -> parameters.
        kinds: name -> chance that a block is a what block.
        schedules: chances of reward of the good option.
        blocks: of each condition, kind and schedule.
    """
    task = catalogue.load("task", TASK)
    params, n = stack(conditions), len(conditions)
    for k, (kind, p_what) in enumerate(kinds.items()):
        for s, p_good in enumerate(schedules):
            played = simulate_many(
                jax.random.fold_in(key, 16 * k + s),
                agent,
                params,
                task,
                TRIALS,
                subjects=n,
                sessions=blocks,
                task_params=settings(p_good, p_what),
                stacked=True,
                matched=True,
            )
            yield kind, p_good, jax.tree.map(lambda leaf: np.asarray(leaf).reshape(n, blocks, *leaf.shape[1:]), played)


def settings(p_good: float, p_what: float) -> Any:
    """Settings of the task: one schedule, and how many of the blocks are what blocks."""
    made = catalogue.load("task", TASK).params()
    return type(made)(p_good=jnp.asarray([p_good]), p_what=jnp.asarray(p_what))


def correct(played: Trajectory) -> np.ndarray:
    """1 where the option with the higher reward probability was chosen, [..., trials]."""
    return (played.action == played.truth.best).astype(float)


def accuracy(played: Trajectory, names: Mapping[str, Any], **labels: Any) -> pd.DataFrame:
    """Share of correct choices of each block: columns condition, block, accuracy, and the labels."""
    share = correct(played).mean(axis=-1)
    n, blocks = share.shape
    columns = {"condition": np.repeat(list(names), blocks), "block": np.tile(np.arange(blocks), n)}
    return pd.DataFrame(columns | {"accuracy": share.ravel()}).assign(**labels)


def around_reversal(played: Trajectory, names: Mapping[str, Any], **labels: Any) -> pd.DataFrame:
    """Share of correct choices by trial from the reversal (0 is the first under the new rule), mean over blocks."""
    good = good_option(played)
    reversal = (good != good[..., :1]).argmax(axis=-1)
    lags = np.arange(-BEFORE, AFTER)
    share = np.take_along_axis(correct(played), reversal[..., None] + lags, axis=-1).mean(axis=1)
    columns = {"condition": np.repeat(list(names), len(lags)), "lag": np.tile(lags, len(share))}
    return pd.DataFrame(columns | {"correct": share.ravel()}).assign(**labels)


def by_picture(record: Record) -> Record:
    """The same sessions as choices between two pictures, regardless of their positions."""
    picture = jnp.where(record.obs == 0, record.action, 1 - record.action)
    same = jnp.zeros_like(record.obs)
    return replace(record, obs=same, next_obs=same, action=picture)


def good_option(played: Trajectory) -> np.ndarray:
    """The good picture of a what block or the good side of a where block, whichever changes only once, [..., trials].

    The task's truth is the better side; picture 0 lies there where the observation names that side.
    """
    side = played.truth.best
    picture = np.where(played.obs == 0, side, 1 - side)
    of_side, of_picture = ((np.diff(x, axis=-1) != 0).sum(axis=-1) for x in (side, picture))
    return np.where((of_picture <= of_side)[..., None], picture, side)
