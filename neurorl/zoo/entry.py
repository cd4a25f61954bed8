"""A trained network by name: its agent, its task, its weights, and where they come from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neurorl.core import catalogue
from neurorl.core.errors import BadValue, StorageFailed
from neurorl.core.from_file import LARGEST_OF_TASK, is_named, with_file_options
from neurorl.core.study import Network
from neurorl.zoo.format import read_arrays, shapes
from neurorl.zoo.index import read_origin, zoo_path


@dataclass(frozen=True)
class ZooEntry:
    """A trained network, ready to play.

    Attributes:
        name: "wang2018/matching".
        agent, task: the trained agent, and its task.
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


def load_zoo(name: str, replica: int | None = None, *, agent: Any = None, task: Any = None) -> ZooEntry:
    """A trained network of the zoo, or of a file that `neurorl train --keep` wrote.

    Opening a file runs no code that the file chooses: its agent and task are names of the catalogue, its options plain
    values. For a network whose agent or task is a file of your own, give that agent or task here.

    Args:
        name: "wang2018/two_step", one of `zoo_names()`, or a path that ends in .npz.
        replica: which of its replicas; None for all, stacked.
        agent: your own agent: its class (as `load_agent("my_agent.py")` returns it), to which the options in the file
            are given, or an agent that is built already.
        task: your own task, built.

    Raises:
        UnknownName: nothing has this name; the message suggests the nearest.
        BadValue: there is no such replica; the file names an agent or a task that is not in the catalogue, and none was
            given; or it has options that they do not have.
        StorageFailed: the file is damaged, or its agent has other weights than the file.
    """
    path = zoo_path(name)
    origin = read_origin(path)
    n = origin["replicas"]
    if replica is not None and not 0 <= replica < n:
        raise BadValue(f"{name} has no replica {replica}; it has {n}, counted from 0 to {n - 1}.")
    made, played = make(origin, str(path), agent=agent, task=task)
    params, curve = weights(made, path, origin, replica)
    return ZooEntry(origin["name"], made, played, params, curve, origin)


def make(origin: dict[str, Any], where: str, *, agent: Any = None, task: Any = None) -> tuple[Any, Any]:
    """The agent and the task that an origin describes, or those that the caller passes instead.

    Args:
        origin: as `zoo_origin` returns it.
        where: names the file in messages.
        agent, task: as in `load_zoo`.
    """
    spec = origin["network"]
    if task is None:
        _require_named("task", spec["task"], where)
        task = task_of(origin, where)
    if agent is None:
        _require_named("agent", spec["agent"], where)
        agent = catalogue.load("agent", spec["agent"])
    if isinstance(agent, type):
        agent = with_file_options(agent.for_spaces(task.spaces), spec["agent_options"], where)  # type: ignore[attr-defined]
    return agent, task


def task_of(origin: dict[str, Any], where: str) -> Any:
    """The task of the catalogue that an origin names, with its options."""
    spec = origin["network"]
    return with_file_options(catalogue.load("task", spec["task"]), spec["task_options"], where, LARGEST_OF_TASK)


def network_of(origin: dict[str, Any], where: str = "The file", *, agent: str | None = None) -> Network:
    """What was trained, but for its recipe, which is left as plain values.

    Args:
        origin: as `zoo_origin` returns it.
        where: names the file in messages.
        agent: the file of your own agent, where the network was trained with one.

    Raises:
        BadValue: the agent or the task is not in the catalogue, or lacks an option.
    """
    spec = origin["network"]
    made, task = make(origin, where, agent=None if agent is None else catalogue.load("agent", agent))
    options = {
        f"{kind}_options": {name: getattr(thing, name) for name in spec[f"{kind}_options"]}
        for kind, thing in (("task", task), ("agent", made))
    }
    algorithm = spec.get("algorithm", "actor_critic")
    return Network(origin["name"], spec["task"], agent or spec["agent"], spec["config"], **options, algorithm=algorithm)


def _require_named(kind: str, name: str, where: str) -> None:
    if is_named(kind, name):
        return
    raise BadValue(
        f"{where} names the {kind} {name!r}, which is not in the catalogue. A file of weights never chooses code. If "
        f"{name} is a file of your own, pass it yourself: load_zoo(path, {kind}=...) in Python"
        + (", or as AGENT at the command line." if kind == "agent" else ".")
    )


def weights(
    agent: Any, path: Path, origin: dict[str, Any], replica: int | None = None
) -> tuple[Any, dict[str, np.ndarray]]:
    """Weights and learning curve of a file, if its weights are those that the agent has.

    Args:
        agent: whose weights they are.
        path, origin: the file, and what `read_origin` says of it.
        replica: which one; None for all, stacked.
    """
    import jax

    like = jax.eval_shape(agent.params, jax.random.key(0))  # shapes alone: nothing is allocated
    leaves, structure = jax.tree_util.tree_flatten_with_path(like)
    named = {f"params/{jax.tree_util.keystr(place).lstrip('.')}": leaf.shape for place, leaf in leaves}
    there = shapes(path)
    for name, shape in named.items():
        if name not in there or there[name][1:] != shape:
            found = f"shape {there[name][1:]}" if name in there else "nothing"
            raise StorageFailed(
                f"{path} does not fit {type(agent).__name__}: {name} should have shape {shape}, the file has {found}. "
                "It was written for another version of the agent; train it again with `neurorl train`."
            )
    arrays = read_arrays(path, {name: (origin["replicas"], *shape) for name, shape in named.items()})
    loaded = [jax.numpy.asarray(arrays[name] if replica is None else arrays[name][replica]) for name in named]
    curve = {key.removeprefix("curve/"): values for key, values in arrays.items() if key.startswith("curve/")}
    return jax.tree_util.tree_unflatten(structure, loaded), curve
