"""Recordings: all that networks did, hidden units too, as labelled arrays that NetCDF holds."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.core.files import replacing
from neurorl.core.types import Trajectory
from neurorl.data.inflating import require_modest_hdf5, whole
from neurorl.data.trajectories import batch_shape, joined, labels, named

if TYPE_CHECKING:
    import xarray as xr

# Units of latents whose names mean the same in every agent; all others are pure numbers.
_UNITS: dict[str, str] = dict.fromkeys(("value", "rpe", "q", "q_left", "q_right"), "reward")


def recording(
    trajectory: Trajectory,
    *,
    replicas: int | None = None,
    subjects: Sequence[Any] | None = None,
    sessions: Sequence[Any] | None = None,
    seeds: Sequence[int] | None = None,
    keep: Sequence[str] | None = None,
) -> "xr.Dataset":
    """All that a batch of trajectories holds, hidden units too, as labelled arrays.

    Dimensions are `session`, `step` (from the start of the session) and, for vectors, `<name>_unit`
    (`<name>_unit_1`, ... for further axes); with `replicas` there is a first dimension `replica`. The coordinates
    `trial` and `trial_step` say to which trial a step belongs and which of its steps it is; `by_trial` makes dimensions
    of them. Variables have the attributes `units` and `long_name`.

    Args:
        trajectory: batch [S, T].
        replicas: how many networks share the S sessions evenly, one network's sessions after the other's
            (as `simulate_many` gives them).
        subjects, sessions, seeds: S labels each (with `replicas`, S / replicas), kept as coordinates along
            `session`; sessions are 0, 1, ... by default.
        keep: names of the variables to keep, for example ("action", "latent_h"); all by default.

    Raises:
        BadValue: the sessions cannot be shared out, or there is no variable of a name in `keep`.
    """
    import xarray as xr  # here, because tables alone do not need it

    n_all, n_steps = batch_shape(trajectory)
    if replicas is not None and (replicas < 1 or n_all % replicas):
        raise BadValue(f"{n_all} sessions cannot be shared out evenly over {replicas} replicas.")
    lead, n_sessions = ((), n_all) if replicas is None else (("replica",), n_all // replicas)
    trajectory = jax.tree.map(np.asarray, trajectory)
    described = _described(trajectory)
    if keep is not None:
        unknown = [name for name in keep if name not in described]
        if unknown:
            raise BadValue(f"There is no variable {', '.join(unknown)} to record; there are {', '.join(described)}.")
        described = {name: described[name] for name in keep}

    def shared(leaf: np.ndarray) -> np.ndarray:
        return leaf if replicas is None else leaf.reshape(replicas, n_sessions, *leaf.shape[1:])

    dims = (*lead, "session", "step")
    variables = {
        name: ((*dims, *_unit_dims(name, leaf.ndim - 2)), shared(leaf), {"units": units, "long_name": words})
        for name, (leaf, units, words) in described.items()
    }
    trial, trial_step = trials_of(np.asarray(trajectory.discount))
    coords: dict[str, Any] = {
        "session": labels(sessions, "sessions", np.arange(n_sessions)),
        "step": ("step", np.arange(n_steps), {"units": "1", "long_name": "step from the start of the session"}),
        "trial": (dims, shared(trial), {"units": "1", "long_name": "trial of the session"}),
        "trial_step": (dims, shared(trial_step), {"units": "1", "long_name": "step from the start of the trial"}),
    }
    if replicas is not None:
        coords["replica"] = np.arange(replicas)
    for name, given in (("subject", subjects), ("seed", seeds)):
        if given is not None:
            coords[name] = ("session", labels(given, f"{name}s", np.arange(n_sessions)))
    return xr.Dataset(variables, coords)


def by_trial(recorded: "xr.Dataset") -> "xr.Dataset":
    """A recording with the dimensions (replica,) session, trial, step and units, `step` counted within the trial.

    Trials that are shorter than the longest, and sessions with fewer trials, are filled with NaN; so are the steps that
    did not happen, where the recording has `valid`. All variables become real numbers.

    Raises:
        BadData: the recording has no coordinates `trial` and `trial_step`.
    """
    import xarray as xr

    missing = [name for name in ("trial", "trial_step") if name not in recorded.coords]
    if missing:
        raise BadData(
            f"A recording by trial needs the coordinates trial and trial_step; this one lacks {', '.join(missing)}. "
            "`neurorl.recording` makes them."
        )
    lead = tuple(name for name in recorded["trial"].dims if name != "step")
    trial = recorded["trial"].transpose(*lead, "step").to_numpy()
    step = recorded["trial_step"].transpose(*lead, "step").to_numpy()
    happened = np.ones(trial.shape, bool)
    if "valid" in recorded:
        happened = recorded["valid"].transpose(*lead, "step").to_numpy().astype(bool)
    shape = (*trial.shape[:-1], int(trial[happened].max()) + 1, int(step[happened].max()) + 1)
    place = (*np.nonzero(happened)[:-1], trial[happened], step[happened])
    variables = {}
    for name, values in recorded.data_vars.items():
        if "step" not in values.dims or name == "valid":
            continue
        units = [dim for dim in values.dims if dim not in (*lead, "step")]
        flat = values.transpose(*lead, "step", *units).to_numpy()
        whole = np.full((*shape, *flat.shape[len(lead) + 1 :]), np.nan)
        whole[place] = flat[happened]
        variables[name] = ((*lead, "trial", "step", *units), whole, values.attrs)
    kept = {name: c for name, c in recorded.coords.items() if "step" not in c.dims}
    return xr.Dataset(variables, kept | {"trial": np.arange(shape[-2]), "step": np.arange(shape[-1])})


def trials_of(discount: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Trial of the session and step of the trial at each step, [..., T]; a trial ends where the discount is 0."""
    ends = np.asarray(discount) == 0
    trial = np.cumsum(ends, axis=-1) - ends
    at = np.broadcast_to(np.arange(ends.shape[-1]), ends.shape)
    first = np.where(np.concatenate([np.ones_like(ends[..., :1]), ends[..., :-1]], axis=-1), at, 0)
    return trial, at - np.maximum.accumulate(first, axis=-1)


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
    with whole(Path(path), "NetCDF"):
        # Weights and units compress little: a file that grows hundredfold is not a recording of this library.
        require_modest_hdf5(Path(path), times=100)
        return xr.load_dataset(path, engine="h5netcdf")


def _described(trajectory: Trajectory) -> dict[str, tuple[np.ndarray, str, str]]:
    """Name -> (values, units, words) of everything in a batch of trajectories."""
    t, nats, reward = trajectory, "nat", "reward"
    described = {
        "obs": (t.obs, "1", "observation"),
        "action": (t.action, "1", "action"),
        "next_obs": (t.next_obs, "1", "observation after the action"),
        "reward": (t.reward, reward, "reward of the step"),
        "discount": (t.discount, "1", "0 where a trial ends"),
        "stim": (t.stim, reward, "additive dopamine stimulation"),
        "valid": (t.valid, "1", "whether the step happened"),
        "scored": (t.scored, "1", "whether the action was a free choice"),
        "log_prob": (t.log_prob, nats, "log-probability of the action under the agent"),
        "entropy": (t.entropy, nats, "entropy of the policy"),
    }
    if t.informed is not None:
        described["informed"] = (t.informed, "1", "whether the outcome was shown")
    if t.feedback is not None:
        described["feedback"] = (t.feedback, "1", "what was shown besides the reward")
    for kind, tree in (("latent", t.latents), ("truth", t.truth)):
        for name, leaf in named(tree):
            described[joined(kind, name)] = (leaf, _UNITS.get(name, "1"), joined(kind, name).replace("_", " "))
    return described


def _unit_dims(name: str, n: int) -> list[str]:
    base = f"{name.removeprefix('latent_').removeprefix('truth_')}_unit"
    return [base if i == 0 else f"{base}_{i}" for i in range(n)]
