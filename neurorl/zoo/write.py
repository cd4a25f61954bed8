"""Writing trained networks as zoo files."""

import dataclasses
import datetime
import platform
from pathlib import Path
from typing import Any

import jax
import numpy as np

import neurorl
from neurorl.core.fitted import Fitted
from neurorl.core.study import Network
from neurorl.core.versions import version_of
from neurorl.zoo.format import write_file


def write_zoo(path: Path, network: Network, fitted: Fitted, *, seed: int, study: str = "", scale: str = "") -> None:
    """Write the replicas of a trained network with all that is needed to train them again.

    Args:
        path: the file, which ends in .npz.
        network: what was trained, and how.
        fitted: what `train_agent` returned.
        seed: what it was trained from.
        study, scale: which study trains it.
    """
    leaves, _ = jax.tree_util.tree_flatten_with_path(fitted.params)
    arrays = {f"params/{jax.tree_util.keystr(place).lstrip('.')}": np.asarray(leaf) for place, leaf in leaves}
    curve = {f"curve/{name}": _small(values) for name, values in (fitted.curve or {}).items()}
    config = dataclasses.asdict(network.config)
    origin: dict[str, Any] = {
        "format": 1,
        "name": network.name,
        "study": study,
        "scale": scale,
        "seed": seed,
        "replicas": int(np.shape(next(iter(arrays.values())))[0]),
        "network": {
            "task": network.task,
            "task_options": dict(network.task_options),
            "agent": network.agent,
            "agent_options": dict(network.agent_options),
            "algorithm": network.algorithm,
            "config": config,
        },
        "neurorl": neurorl.__version__,
        "python": platform.python_version(),
        **{name: version_of(name) for name in ("jax", "numpy", "optax")},
        "devices": f"{jax.device_count()} x {jax.default_backend()}",
        "date": datetime.date.today().isoformat(),
    }
    write_file(path, origin, arrays | curve)


def _small(values: Any) -> np.ndarray:
    values = np.asarray(values)
    return values.astype(np.float32) if np.issubdtype(values.dtype, np.floating) else values.astype(np.int32)
