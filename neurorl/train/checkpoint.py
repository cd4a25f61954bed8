"""Checkpoints that survive: atomic, checksummed, the last two kept.

A file is one line of JSON (update, SHA-256 of the rest, settings) followed by the arrays. It is written
to a temporary name, flushed to disk and renamed, so that a checkpoint either is whole or is not there.
"""

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from neurorl.core.errors import StorageFailed
from neurorl.core.files import write_bytes

_NAME = re.compile(r"checkpoint-(\d{8})\.eqx$")
KEPT = 2


def save(folder: Path, n_updates: int, state: Any, settings: dict[str, Any]) -> Path:
    """Write a checkpoint and remove all but the newest two.

    Raises:
        StorageFailed: the disk is full or not writable. Older checkpoints are untouched.
    """
    payload = io.BytesIO()
    eqx.tree_serialise_leaves(payload, _plain(state))
    body = payload.getvalue()
    header = {"n_updates": n_updates, "sha256": hashlib.sha256(body).hexdigest(), "settings": settings}
    path = folder / f"checkpoint-{n_updates:08d}.eqx"
    write_bytes(path, json.dumps(header).encode() + b"\n" + body)
    for old in _paths(folder)[:-KEPT]:
        old.unlink(missing_ok=True)
    return path


def latest(folder: Path, like: Any, settings: dict[str, Any] | None = None) -> tuple[Any, int, list[str]] | None:
    """The newest whole checkpoint: (state, update, warnings), or None where there is none.

    Args:
        folder: the run's folder.
        like: a state of the same structure.
        settings: if given, what the run was started with; a difference is an error.

    Returns:
        warnings hold a sentence for every newer checkpoint that was torn and passed over.
    """
    warnings = []
    for path in reversed(_paths(folder)):
        content = _read(path)
        if content is None:
            warnings.append(f"{path.name} is truncated or damaged and was passed over.")
            continue
        header, body = content
        if settings is not None and header["settings"] != settings:
            raise StorageFailed(_difference(folder, header["settings"], settings))
        state = eqx.tree_deserialise_leaves(io.BytesIO(body), _plain(like))
        return _keyed(state, like), header["n_updates"], warnings
    return None


def settings_of(folder: Path) -> dict[str, Any]:
    """The settings the newest whole checkpoint was written with."""
    for path in reversed(_paths(folder)):
        content = _read(path)
        if content is not None:
            return content[0]["settings"]
    raise StorageFailed(f"There is no whole checkpoint in {folder}; give the folder of a `neurorl train` run.")


def _paths(folder: Path) -> list[Path]:
    return sorted(p for p in folder.glob("checkpoint-*.eqx") if _NAME.match(p.name))


def _read(path: Path) -> tuple[dict[str, Any], bytes] | None:
    line, _, body = path.read_bytes().partition(b"\n")
    try:
        header = json.loads(line)
        whole = hashlib.sha256(body).hexdigest() == header["sha256"]
    except (ValueError, KeyError, TypeError):
        return None
    return (header, body) if whole else None


def _plain(state: Any) -> Any:
    """Random keys as raw numbers, which can be written."""
    return jax.tree.map(lambda leaf: jax.random.key_data(leaf) if _is_key(leaf) else leaf, state)


def _keyed(state: Any, like: Any) -> Any:
    return jax.tree.map(lambda leaf, model: jax.random.wrap_key_data(leaf) if _is_key(model) else leaf, state, like)


def _is_key(leaf: Any) -> bool:
    return hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _difference(folder: Path, saved: dict[str, Any], asked: dict[str, Any]) -> str:
    keys = [k for k in sorted({*saved, *asked}) if saved.get(k) != asked.get(k)]
    listed = "; ".join(f"{k} was {saved.get(k)!r} and is now {asked.get(k)!r}" for k in keys)
    return (
        f"The run in {folder} was started with other settings ({listed}). Use the same settings to resume it, or "
        "another folder to start a new run."
    )
