"""A trained network by name: its agent, its task, its weights, and where they come from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.study import Network
from neurorl.zoo.format import read_arrays
from neurorl.zoo.index import zoo_path


@dataclass(frozen=True)
class ZooEntry:
    """A trained network, ready to play.

    Attributes:
        name: "wang2018/matching".
        agent, task: who was trained on what.
        params: the weights; stacked [replicas, ...], or of the one replica that was asked for.
        curve: the learning curve, column -> values; one row a chunk of training and replica.
        origin: study, scale, seed, recipe, versions, date, as plain values.
    """

    name: str
    agent: Any
    task: Any
    params: Any
    curve: dict[str, np.ndarray]
    origin: dict[str, Any]

    @property
    def replicas(self) -> int:
        """How many networks, trained from different seeds, the entry holds."""
        return self.origin["replicas"]


def load_zoo(name: str, replica: int | None = None) -> ZooEntry:
    """A trained network of the zoo, or of a file that `neurorl train --keep` wrote.

    Args:
        name: "wang2018/two_step", one of `zoo_names()`, or a path that ends in .npz.
        replica: which of its replicas; None for all, stacked.

    Raises:
        UnknownName: nothing has this name; the message suggests the nearest.
        BadValue: there is no such replica.
        StorageFailed: the file is damaged, or its agent has other weights than the file.
    """
    path = zoo_path(name)
    origin, arrays = read_arrays(path)
    n = origin["replicas"]
    if replica is not None and not 0 <= replica < n:
        raise BadValue(f"{name} has no replica {replica}; it has {n}, counted from 0 to {n - 1}.")
    agent, task = network_of(origin).make()
    params = _params(agent, arrays, path, replica)
    curve = {key.removeprefix("curve/"): values for key, values in arrays.items() if key.startswith("curve/")}
    return ZooEntry(origin["name"], agent, task, params, curve, origin)


def network_of(origin: dict[str, Any]) -> Network:
    """What was trained, but for its recipe, which is left as plain values."""
    spec = origin["network"]
    options = {kind: {k: _hashable(v) for k, v in spec[kind].items()} for kind in ("task_options", "agent_options")}
    return Network(origin["name"], spec["task"], spec["agent"], spec["config"], **options)


def _params(agent: Any, arrays: dict[str, np.ndarray], path: Path, replica: int | None) -> Any:
    import jax

    like = jax.eval_shape(agent.params, jax.random.key(0))
    leaves, structure = jax.tree_util.tree_flatten_with_path(like)
    loaded = []
    for place, leaf in leaves:
        name = f"params/{jax.tree_util.keystr(place).lstrip('.')}"
        values = arrays.get(name)
        if values is None or values.shape[1:] != leaf.shape:
            found = "nothing" if values is None else f"shape {values.shape[1:]}"
            raise StorageFailed(
                f"{path} does not fit {type(agent).__name__}: {name} should have shape {leaf.shape}, the file has "
                f"{found}. It was written for another version of the agent; train it again with `neurorl train`."
            )
        loaded.append(jax.numpy.asarray(values if replica is None else values[replica]))
    return jax.tree_util.tree_unflatten(structure, loaded)


def _hashable(value: Any) -> Any:
    """Options are fields of frozen dataclasses: a list read from JSON was a tuple."""
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
