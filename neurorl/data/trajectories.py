"""From simulated or replayed trajectories to tables."""

import dataclasses
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
from neurorl.data.rules import Facts
from neurorl.data.schema import Schema

WIDEST = 8  # entries of a latent that still become columns of a table


def from_trajectory(
    trajectory: Trajectory,
    spaces: Spaces,
    *,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    index: pd.DataFrame | None = None,
    latents: bool = True,
) -> Dataset:
    """The table of one trajectory or of a batch, one row a step.

    Who played which session is known from `simulate_many`; a batch [subjects, sessions, T] says it by its axes. For
    anything else, such as `replay_many`, give `index` or labels: without them every session is a subject of its own.

    Trials end where the discount is 0 and count from 0. What follows a session's last valid step is
    padding and is left out. Latents and truth with at most 8 entries a step become columns `latent_<name>`,
    `latent_<name>_<i>`, `truth_<name>`, ...; larger ones (hidden units) belong in a `recording`.

    Args:
        trajectory: one session [T], a batch [S, T], or a batch [subjects, sessions, T].
        spaces: `task.spaces`.
        subjects: a label for each session, or one for each subject where it is known whose each session is; by default
            0, 1, ...
        sessions: a label for each session; by default the number of the subject's session, from 0.
        index: the table of sessions that `Dataset.records` returns, whose subjects and sessions are taken.
        latents: whether to add latents, truth, and the policy's `log_prob` and `entropy` (nats).
    """
    trajectory = _batch(jax.tree.map(np.asarray, trajectory))
    index = _index(trajectory, subjects, sessions, index)
    schema = Schema.of(spaces)
    table, real = to_table(Record.of(trajectory), schema, index)
    if latents:
        columns: dict[str, Any] = {"log_prob": trajectory.log_prob[real], "entropy": trajectory.entropy[real]}
        for kind, tree in (("latent", trajectory.latents), ("truth", trajectory.truth)):
            for name, leaf in named(tree):
                columns |= _columns(joined(kind, name), leaf[real])
        further = pd.DataFrame({name: np.asarray(values, _wide(values)) for name, values in columns.items()})
        table = pd.concat([table, further], axis=1)
    return Dataset(table, schema, "simulation", facts=Facts(simulated=True))


def _batch(trajectory: Trajectory) -> Trajectory:
    """A batch [S, T], with subject and session where the axes say them."""
    shape = np.shape(trajectory.reward)
    if len(shape) == 1:
        return jax.tree.map(lambda leaf: leaf[None], trajectory)
    if len(shape) != 3:
        return trajectory
    who, which = (np.broadcast_to(number[..., None], shape) for number in np.indices(shape[:2]))
    whole = dataclasses.replace(trajectory, subject=who, session=which)
    return jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), whole)


def _index(
    trajectory: Trajectory, subjects: Sequence[Any] | None, sessions: Sequence[Any] | None, index: pd.DataFrame | None
) -> pd.DataFrame:
    """Subject and session of each session of a batch."""
    n_sessions, _ = batch_shape(trajectory)
    if index is not None:
        if subjects is not None or sessions is not None:
            raise BadValue("index= names subjects and sessions already; leave subjects= and sessions= out.")
        if len(index) != n_sessions or not {"subject", "session"} <= set(index):
            raise BadValue(
                f"index= has {len(index)} rows and columns {', '.join(map(str, index))}; one row for each of the "
                f"{n_sessions} sessions is expected, with columns subject and session."
            )
        return pd.DataFrame({name: index[name].to_numpy() for name in ("subject", "session")})
    who, which = np.arange(n_sessions), np.zeros(n_sessions, int)
    if trajectory.subject is not None and np.ndim(trajectory.subject) == 2:
        who, which = np.asarray(trajectory.subject)[:, 0], np.asarray(trajectory.session)[:, 0]
    code, distinct = pd.factorize(who)
    if subjects is not None and len(subjects) == len(distinct) < n_sessions:  # one label a subject
        subjects = [list(subjects)[i] for i in code]
    found = pd.DataFrame({"subject": labels(subjects, "subjects", who), "session": labels(sessions, "sessions", which)})
    again = found.duplicated()
    if again.any():
        subject, session = found[again].iloc[0]
        raise BadValue(
            f"Subject {subject} has more than one session {session}; give each of a subject's sessions its own "
            "label in sessions=."
        )
    return found


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
