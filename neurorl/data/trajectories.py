"""From simulated or replayed trajectories to tables and recordings."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
import pandas as pd

from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.files import replacing
from neurorl.core.spaces import Spaces
from neurorl.core.types import Record, Trajectory
from neurorl.data.dataset import Dataset
from neurorl.data.records import to_table
from neurorl.data.schema import Schema

if TYPE_CHECKING:
    import xarray as xr

WIDEST = 8  # entries of a latent that still become columns of a table

# Units of latents whose names mean the same in every agent; all others are pure numbers.
_UNITS: dict[str, str] = dict.fromkeys(("value", "rpe", "q", "q_left", "q_right"), "reward")


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
    n_sessions, _ = _batch_shape(trajectory)
    index = pd.DataFrame(
        {
            "subject": _labels(subjects, "subjects", np.arange(n_sessions)),
            "session": _labels(sessions, "sessions", np.zeros(n_sessions, int)),
        }
    )
    trajectory = jax.tree.map(np.asarray, trajectory)
    schema = Schema.of(spaces)
    table, real = to_table(Record.of(trajectory), schema, index)
    if latents:
        columns: dict[str, Any] = {"log_prob": trajectory.log_prob[real], "entropy": trajectory.entropy[real]}
        for kind, tree in (("latent", trajectory.latents), ("truth", trajectory.truth)):
            for name, leaf in _named(tree):
                columns |= _columns(_joined(kind, name), leaf[real])
        further = pd.DataFrame({name: np.asarray(values, _wide(values)) for name, values in columns.items()})
        table = pd.concat([table, further], axis=1)
    return Dataset(table, schema, "simulation")


def recording(
    trajectory: Trajectory,
    *,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    seeds: Sequence[int] | None = None,
) -> "xr.Dataset":
    """All that a batch of trajectories holds, hidden units too, as labelled arrays.

    Dimensions are `session`, `step` (from the start of the session) and, for vectors, `<name>_unit`
    (`<name>_unit_1`, ... for further axes). Variables have the attributes `units` and `long_name`.

    Args:
        trajectory: batch [S, T].
        subjects, sessions, seeds: S labels each, kept as coordinates along `session`; sessions are
            0, 1, ... by default.
    """
    import xarray as xr  # here, because tables alone do not need it

    n_sessions, n_steps = _batch_shape(trajectory)
    trajectory = jax.tree.map(np.asarray, trajectory)
    nats, reward = "nat", "reward"
    described = {
        "obs": (trajectory.obs, "1", "observation"),
        "action": (trajectory.action, "1", "action"),
        "next_obs": (trajectory.next_obs, "1", "observation after the action"),
        "reward": (trajectory.reward, reward, "reward of the step"),
        "discount": (trajectory.discount, "1", "0 where a trial ends"),
        "stim": (trajectory.stim, reward, "additive dopamine stimulation"),
        "valid": (trajectory.valid, "1", "whether the step happened"),
        "scored": (trajectory.scored, "1", "whether the action was a free choice"),
        "log_prob": (trajectory.log_prob, nats, "log-probability of the action under the agent"),
        "entropy": (trajectory.entropy, nats, "entropy of the policy"),
    }
    for kind, tree in (("latent", trajectory.latents), ("truth", trajectory.truth)):
        for name, leaf in _named(tree):
            described[_joined(kind, name)] = (leaf, _UNITS.get(name, "1"), _joined(kind, name).replace("_", " "))

    variables = {
        name: (("session", "step", *_unit_dims(name, leaf.ndim - 2)), leaf, {"units": units, "long_name": words})
        for name, (leaf, units, words) in described.items()
    }
    coords: dict[str, Any] = {
        "session": _labels(sessions, "sessions", np.arange(n_sessions)),
        "step": ("step", np.arange(n_steps), {"units": "1", "long_name": "step from the start of the session"}),
    }
    for name, given in (("subject", subjects), ("seed", seeds)):
        if given is not None:
            coords[name] = ("session", _labels(given, f"{name}s", np.arange(n_sessions)))
    return xr.Dataset(variables, coords)


def write_recording(recorded: "xr.Dataset", path: str | Path) -> None:
    """Write a recording as NetCDF; an interrupted write leaves an old file whole."""
    # Hidden units compress to about half; level 1 is as small as 9 here and far quicker.
    encoding = {str(name): {"zlib": True, "complevel": 1} for name, v in recorded.data_vars.items() if v.ndim > 2}
    with replacing(Path(path)) as temporary:
        recorded.to_netcdf(temporary, engine="h5netcdf", encoding=encoding)


def read_recording(path: str | Path) -> "xr.Dataset":
    """Read a recording into memory."""
    import xarray as xr

    if not Path(path).is_file():
        raise StorageFailed(f"There is no file {path}; check the path.")
    try:
        return xr.load_dataset(path, engine="h5netcdf")
    except (OSError, ValueError, KeyError) as error:
        raise StorageFailed(f"{path} cannot be read as NetCDF: {error}. Is the file complete?") from error


def _batch_shape(trajectory: Trajectory) -> tuple[int, int]:
    shape = np.shape(trajectory.reward)
    if len(shape) != 2:
        raise BadValue(
            f"A batch of trajectories [sessions, steps] is expected, but the rewards have shape {shape}; "
            "for one session add a leading axis, for several groups join them into one."
        )
    return shape[0], shape[1]


def _labels(given: Sequence[Any] | None, what: str, default: np.ndarray) -> np.ndarray | list[Any]:
    if given is None:
        return default
    if len(given) != len(default):
        raise BadValue(f"There are {len(default)} sessions but {len(given)} labels in `{what}`; give one for each.")
    return list(given)


def _named(tree: Any) -> list[tuple[str, np.ndarray]]:
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


def _joined(kind: str, name: str) -> str:
    return f"{kind}_{name}" if name else kind  # a bare array has no name of its own


def _unit_dims(name: str, n: int) -> list[str]:
    base = f"{name.removeprefix('latent_').removeprefix('truth_')}_unit"
    return [base if i == 0 else f"{base}_{i}" for i in range(n)]
