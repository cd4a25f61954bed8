"""From simulated or replayed trajectories to tables."""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
import pandas as pd

from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.types import Record, Trajectory
from neurorl.data.dataset import Dataset
from neurorl.data.records import to_table
from neurorl.data.schema import Schema

WIDEST = 8  # entries of a latent that still become columns of a table


def from_trajectory(
    trajectory: Trajectory,
    spaces: Spaces,
    *,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    latents: bool = True,
) -> Dataset:
    """The table of a batch of trajectories, one row a step.

    Trials end where the discount is 0 and count from 0. What follows a session's last valid step is
    padding and is left out. Latents and truth with at most 8 entries a step become columns `latent_<name>`,
    `latent_<name>_<i>`, `truth_<name>`, ...; larger ones (hidden units) belong in a `recording`.

    Args:
        trajectory: batch [S, T].
        spaces: `task.spaces`.
        subjects: S labels; 0, 1, ... by default.
        sessions: S labels; 0 by default.
        latents: whether to add latents, truth, and the policy's `log_prob` and `entropy` (nats).
    """
    n_sessions, _ = batch_shape(trajectory)
    index = pd.DataFrame(
        {
            "subject": labels(subjects, "subjects", np.arange(n_sessions)),
            "session": labels(sessions, "sessions", np.zeros(n_sessions, int)),
        }
    )
    trajectory = jax.tree.map(np.asarray, trajectory)
    schema = Schema.of(spaces)
    table, real = to_table(Record.of(trajectory), schema, index)
    if latents:
        columns: dict[str, Any] = {"log_prob": trajectory.log_prob[real], "entropy": trajectory.entropy[real]}
        for kind, tree in (("latent", trajectory.latents), ("truth", trajectory.truth)):
            for name, leaf in named(tree):
                columns |= _columns(joined(kind, name), leaf[real])
        further = pd.DataFrame({name: np.asarray(values, _wide(values)) for name, values in columns.items()})
        table = pd.concat([table, further], axis=1)
    return Dataset(table, schema, "simulation")


def batch_shape(trajectory: Trajectory) -> tuple[int, int]:
    """Sessions and steps of a batch, or a sentence where it is none."""
    shape = np.shape(trajectory.reward)
    if len(shape) != 2:
        raise BadValue(
            f"A batch of trajectories [sessions, steps] is expected, but the rewards have shape {shape}; "
            "for one session add a leading axis, for several groups join them into one."
        )
    return shape[0], shape[1]


def labels(given: Sequence[Any] | None, what: str, default: np.ndarray) -> np.ndarray | list[Any]:
    """The labels given, one a session, or the default ones."""
    if given is None:
        return default
    if len(given) != len(default):
        raise BadValue(f"There are {len(default)} sessions but {len(given)} labels in `{what}`; give one for each.")
    return list(given)


def named(tree: Any) -> list[tuple[str, np.ndarray]]:
    """Leaves of a pytree with their names: fields, keys and positions joined by "_"."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(tree)
    return [("_".join(_part(key) for key in path), np.asarray(leaf)) for path, leaf in leaves]


def _part(key: Any) -> str:
    for attribute in ("name", "key", "idx"):
        if hasattr(key, attribute):
            return str(getattr(key, attribute))
    return str(key)


def _columns(name: str, values: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of one latent [rows, ...]; none where it is too wide for a table."""
    if values.ndim == 1:
        return {name: values}
    if np.prod(values.shape[1:]) > WIDEST:
        return {}
    return {
        "_".join([name, *map(str, place)]): values[(slice(None), *place)] for place in np.ndindex(*values.shape[1:])
    }


def _wide(values: np.ndarray) -> Any:
    return np.float64 if np.issubdtype(values.dtype, np.floating) else values.dtype


def joined(kind: str, name: str) -> str:
    """ "latent" and "value" make "latent_value"."""
    return f"{kind}_{name}" if name else kind  # a bare array has no name of its own
