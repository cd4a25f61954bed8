"""Checkpoints that survive: atomic, under one checksum, the last two kept.

A checkpoint is a file of the keeper (`core.keeper`): update and settings in its header, then the leaves of the state
and the learning curve so far. One that cannot be read is passed over, with a sentence, for the one before it.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.errors import StorageFailed
from neurorl.core.fingerprint import differences
from neurorl.core.keeper import ENDING, keep, open_kept

_NAME = re.compile(rf"checkpoint-(\d{{8}})\{ENDING}$")
KEPT = 2

Curve = dict[str, np.ndarray]


@dataclass(frozen=True)
class Found:
    """A checkpoint that was read.

    Attributes:
        state: as it was saved.
        n_updates: updates it had been trained by.
        curve: the learning curve up to there.
        problems: a sentence for each newer checkpoint that was passed over.
    """

    state: Any
    n_updates: int
    curve: Curve
    problems: tuple[str, ...]


def save(folder: Path, n_updates: int, state: Any, settings: dict[str, Any], curve: Mapping[str, np.ndarray]) -> Path:
    """Write a checkpoint and remove all but the newest two.

    Raises:
        StorageFailed: the disk is full or not writable. Older checkpoints are untouched.
    """
    path = _path(folder, n_updates)
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(_plain(state))]
    value = {"leaves": leaves, "curve": {name: np.asarray(column) for name, column in curve.items()}}
    keep(path, value, {"n_updates": n_updates, "settings": settings, "params": _place_of_params(state)})
    tidy(folder, n_updates)
    return path


def tidy(folder: Path, n_updates: int) -> None:
    """Remove all but two of the checkpoints up to this update, which is known to be whole."""
    for old in [older for older in _paths(folder) if older.name <= _path(folder, n_updates).name][:-KEPT]:
        with suppress(OSError):
            old.unlink()


def latest(folder: Path, like: Any, settings: dict[str, Any]) -> Found | None:
    """The newest checkpoint that can be used, or None where there is none at all.

    Args:
        folder: the run's folder.
        like: a state of the same structure, or the shapes of one.
        settings: what the run was started with; a difference is an error.

    Raises:
        StorageFailed: the run was started with other settings, or none of its checkpoints can be used.
    """

    def require_same(about: Mapping[str, Any]) -> None:
        saved = dict(about["settings"])
        if saved != settings:
            raise _Other(_difference(folder, saved, settings))

    return _newest(folder, lambda about, leaves: _restored(leaves, like), require_same)


def latest_params(folder: Path, one: Any) -> Found:
    """The newest checkpoint whose parameters can be read, whatever algorithm they were trained by.

    Args:
        folder: the run's folder.
        one: the shapes of the parameters of one replica.

    Raises:
        StorageFailed: there is none.
    """

    def params(about: Mapping[str, Any], leaves: list[np.ndarray]) -> Any:
        # Checkpoints of earlier versions do not say where the parameters are: behind the key.
        start, stop = about.get("params", (1, 1 + len(jax.tree.leaves(one))))
        leaves = leaves[start:stop]
        replicas = {np.shape(leaf)[:1] for leaf in leaves}
        if len(replicas) > 1:
            raise ValueError("its parameters have different numbers of replicas")
        (n,) = replicas.pop()
        stacked = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((n, *leaf.shape), leaf.dtype), one)
        return _restored(leaves, stacked)

    found = _newest(folder, params)
    if found is None:
        raise StorageFailed(_nothing(folder))
    return found


def _newest(
    folder: Path,
    read: Callable[[Mapping[str, Any], list[np.ndarray]], Any],
    require: Callable[[Mapping[str, Any]], None] = lambda about: None,
) -> Found | None:
    """The newest checkpoint from which `read` makes something of header and leaves; None where there is none."""
    problems: list[str] = []
    for path in reversed(_paths(folder)):
        try:
            kept = open_kept(path)
            n_updates = int(kept.about["n_updates"])
            require(kept.about)
            value = kept.value()
            return Found(read(kept.about, value["leaves"]), n_updates, dict(value["curve"]), tuple(problems))
        except _Other:
            raise
        except (StorageFailed, KeyError, TypeError, ValueError) as error:
            problems.append(f"{path.name} was passed over: {_why(error)}")
    if problems:
        raise StorageFailed(_none_whole(folder, problems))
    return None


def settings_of(folder: Path) -> dict[str, Any]:
    """The settings the newest whole checkpoint was written with."""
    for path in reversed(_paths(folder)):
        with suppress(StorageFailed, KeyError, TypeError, ValueError):
            return dict(open_kept(path).about["settings"])
    raise StorageFailed(_nothing(folder))


def exists(folder: Path) -> bool:
    """Whether a folder holds checkpoints, whole or not.

    Raises:
        StorageFailed: it holds those of an older version only.
    """
    if not _paths(folder) and any(folder.glob("checkpoint-*.eqx")):
        raise StorageFailed(
            f"{folder} holds a training run of an older version of neurorl, whose checkpoints this version does not "
            "read. Finish it with that version, or choose another folder."
        )
    return bool(_paths(folder))


def _nothing(folder: Path) -> str:
    return f"There is no whole checkpoint in {folder}; give the folder of a `neurorl train` run."


def _place_of_params(state: Any) -> list[int]:
    """Which of the leaves of the state are its parameters: the first, and the one behind the last."""
    paths = [path for path, _ in jax.tree_util.tree_leaves_with_path(state)]
    inside = [i for i, path in enumerate(paths) if getattr(path[0], "name", None) == "params"]
    return [inside[0], inside[-1] + 1]


class _Other(StorageFailed):
    """The checkpoint is whole, but another run's."""


def _path(folder: Path, n_updates: int) -> Path:
    return folder / f"checkpoint-{n_updates:08d}{ENDING}"


def _paths(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob(f"checkpoint-*{ENDING}") if _NAME.match(p.name))


def _restored(leaves: list[np.ndarray], like: Any) -> Any:
    """The leaves in the structure of `like`; ValueError where they do not fit it."""
    models, structure = jax.tree.flatten(jax.eval_shape(_plain, like))
    if [(np.shape(leaf), leaf.dtype) for leaf in leaves] != [(model.shape, model.dtype) for model in models]:
        raise ValueError("it holds weights of other shapes than this agent's")
    return _keyed(jax.tree.unflatten(structure, [jnp.asarray(leaf) for leaf in leaves]), like)


def _plain(state: Any) -> Any:
    """Random keys as raw numbers, which can be written."""
    return jax.tree.map(lambda leaf: jax.random.key_data(leaf) if _is_key(leaf) else leaf, state)


def _keyed(state: Any, like: Any) -> Any:
    return jax.tree.map(lambda leaf, model: jax.random.wrap_key_data(leaf) if _is_key(model) else leaf, state, like)


def _is_key(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, StorageFailed) else f"its content does not fit ({error})."


def _none_whole(folder: Path, problems: list[str]) -> str:
    return (
        f"None of the checkpoints in {folder} can be used. {' '.join(problems)} Restore one of them, or start the "
        "training anew in another folder."
    )


def _difference(folder: Path, saved: dict[str, Any], asked: dict[str, Any]) -> str:
    return (
        f"The run in {folder} was started with other settings ({'; '.join(differences(saved, asked))}). Use the same "
        "settings to resume it, or another folder to start a new run."
    )
