"""Between a long table and a batch of records: sessions of unequal length become padded [S, T] arrays."""

import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Record
from neurorl.data.checks import session_ids
from neurorl.data.schema import Schema

# The columns that a Record holds; `state` or `obs_...` come on top.
HELD = ("choice", "reward", "discount", "stim", "valid", "scored", "informed")


def to_records(table: pd.DataFrame, schema: Schema) -> tuple[Record, pd.DataFrame]:
    """See `Dataset.records`. The table must be complete and in order."""
    ids = session_ids(table["subject"], table["session"])
    starts = np.flatnonzero(np.diff(ids, prepend=-1))
    lengths = np.diff(starts, append=len(ids))
    position = np.arange(lengths.max())
    last = lengths[:, None] - 1
    here = starts[:, None] + np.minimum(position, last)  # padding repeats the last row ...
    following = starts[:, None] + np.minimum(position + 1, last)
    inside = position <= last

    def padded(name: str, fill: float) -> np.ndarray:  # ... but holds no choice, reward or stimulation
        column = table[name].to_numpy()
        return np.where(inside, column[here], np.asarray(fill, column.dtype))

    seen, shown = _seen(table, schema), _feedback(table, schema)
    informed = padded("informed", True) if "informed" in table else np.ones(here.shape, bool)
    # A reward that was never shown may be empty; nothing is learned from it, so that any number will do.
    reward = padded("reward", 0.0)
    reward = np.where(np.isnan(reward) & ~informed, 0.0, reward)
    record = Record(
        obs=jnp.asarray(seen[here]),
        action=jnp.asarray(padded("choice", -1).astype(np.int32)),
        reward=_floats(reward),
        discount=_floats(padded("discount", 0.0)),
        stim=_floats(padded("stim", 0.0)),
        next_obs=jnp.asarray(seen[following]),
        valid=jnp.asarray(padded("valid", False)),
        scored=jnp.asarray(padded("scored", False)),
        feedback=None if shown is None else jnp.asarray(shown[here]),
        informed=None if informed.all() else jnp.asarray(informed),
    )
    index = table.iloc[starts][["subject", "session"]].reset_index(drop=True)
    return record, index.assign(n_steps=lengths)


def to_table(record: Record, schema: Schema, index: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of a table from a batch of records.

    Trials end where the discount is 0 and are counted from 0.

    Args:
        record: batch [S, T].
        schema: schema of the table.
        index: `subject`, `session` and, where known, `n_steps` of each session; without `n_steps` all that
            follows the last valid step is padding.

    Returns:
        the core columns, and the mask [S, T] of the rows that became rows of the table.
    """
    valid = np.asarray(record.valid, bool)
    width = valid.shape[1]
    last_valid = np.max(valid * np.arange(1, width + 1), axis=1, initial=0)
    lengths = index["n_steps"].to_numpy() if "n_steps" in index else last_valid
    real = np.arange(width) < lengths[:, None]
    of_session = np.nonzero(real)[0]
    trial, step = _count_trials(np.asarray(record.discount) == 0)
    columns = {
        **index[["subject", "session"]].iloc[of_session].reset_index(drop=True),
        "trial": trial[real],
        "step": step[real],
    }
    seen = np.asarray(record.obs)[real]
    if isinstance(schema.spaces.obs, Discrete):
        columns["state"] = seen
    else:
        columns |= {name: seen[:, i].astype(float) for i, name in enumerate(schema.seen)}
    columns |= {
        "choice": np.asarray(record.action)[real],
        "reward": np.asarray(record.reward, float)[real],
        "valid": valid[real],
        "scored": np.asarray(record.scored, bool)[real],
        "discount": np.asarray(record.discount, float)[real],
        "stim": np.asarray(record.stim, float)[real],
    }
    if record.feedback is not None and schema.feedback:
        shown = np.asarray(record.feedback)[real]
        columns |= {n: shown if shown.ndim == 1 else shown[:, i].astype(float) for i, n in enumerate(schema.feedback)}
    if record.informed is not None:
        columns["informed"] = np.asarray(record.informed, bool)[real]
    return pd.DataFrame(columns), real


def is_choice(spaces: Spaces, state: np.ndarray | None, choice: np.ndarray) -> np.ndarray:
    """`Spaces.is_choice` for whole columns, in numpy; False where the choice is missing."""
    chosen = choice >= 0
    if state is None:  # vectors have no table of free and legal answers
        return chosen
    if spaces.free:
        chosen = chosen & np.asarray(spaces.free)[state]
    if spaces.legal:
        chosen = chosen & np.asarray(spaces.legal)[state, choice]
    return chosen


def _count_trials(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trial number and step within the trial, where `ends` marks the last step of each trial [S, T]."""
    trial = np.cumsum(ends, axis=1) - ends
    position = np.broadcast_to(np.arange(ends.shape[1]), ends.shape)
    begins = np.concatenate([np.ones_like(ends[:, :1]), ends[:, :-1]], axis=1)
    return trial, position - np.maximum.accumulate(np.where(begins, position, 0), axis=1)


def _seen(table: pd.DataFrame, schema: Schema) -> np.ndarray:
    if isinstance(schema.spaces.obs, Discrete):
        return table["state"].to_numpy().astype(np.int32)
    return table[list(schema.seen)].to_numpy(dtype=jnp.result_type(float))


def _feedback(table: pd.DataFrame, schema: Schema) -> np.ndarray | None:
    """What was shown besides the reward, one row a row of the table; None where the task shows nothing more."""
    space = schema.spaces.feedback
    if space is None:
        return None
    if isinstance(space, Discrete):
        return table["feedback"].to_numpy().astype(np.int32)
    values = table[list(schema.feedback)].to_numpy(dtype=jnp.result_type(float))
    return values if space.shape else values[:, 0]


def _floats(values: np.ndarray) -> jnp.ndarray:
    return jnp.asarray(values, jnp.result_type(float))
