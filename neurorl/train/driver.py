"""Training in chunks: progress, metrics, checkpoints, resume. The mathematics is in `algorithms/`."""

import dataclasses
import functools
import json
import math
import time
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import jax
import numpy as np

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.algorithm import Algorithm
from neurorl.core.errors import StorageFailed, TrainingFailed
from neurorl.core.exports import require_task
from neurorl.core.fingerprint import digest
from neurorl.core.fitted import Fitted
from neurorl.core.lock import only_writer
from neurorl.core.progress import progress
from neurorl.core.sources import PACKAGE, code, code_of, source_of
from neurorl.core.spaces import Spaces
from neurorl.core.stopping import last_words
from neurorl.core.task import Task
from neurorl.core.versions import version_of
from neurorl.train import checkpoint, metrics
from neurorl.train.updates import chunk

LARGEST = 1_000  # entries of an array that are still written out in the settings; larger ones are given by their hash

Probe = Callable[[Any], dict[str, np.ndarray]]


def train_agent(
    agent: Agent,
    task: Task,
    algorithm: Algorithm,
    *,
    seed: int = 0,
    task_params: Any = None,
    folder: Path | None = None,
    resume: bool = False,
    quiet: bool = False,
    name: str = "",
    probe: Probe | None = None,
) -> Fitted:
    """Train replicas of a network on a task.

    All replicas run in one vmapped call, sharded over `jax.devices()` as far as their number divides.
    After each chunk the metrics go to `folder/metrics.csv` and an atomic checkpoint is written; a run
    that was stopped, killed or resumed gives the same numbers, bit for bit, as one that was not
    (on the same device and number of devices).

    Args:
        agent: a network that the algorithm can train (for actor-critics: its latents report `value`).
        task, task_params: what it is trained on (published settings by default).
        algorithm: how it is trained, with all settings: `ActorCritic(sessions=5_000)`.
        seed: source of all randomness.
        folder: where metrics and checkpoints go; None keeps nothing.
        resume: go on from the newest whole checkpoint in `folder`, if there is one.
        quiet: no progress bar.
        name: shown beside the progress bar.
        probe: given the stacked parameters after each chunk, what else the learning curve should hold then: name ->
            one number a replica.

    Returns:
        `Fitted` with stacked params [replicas, ...] and the learning curve: a dict of columns with one
        entry per chunk and replica.

    Raises:
        DoesNotFit: the algorithm cannot train this agent on this task.
        TrainingFailed: a parameter or metric became NaN or infinite; the last good checkpoint stays.
        StorageFailed: a file could not be written or read, or holds another run.
    """
    require_task(task, "task")
    with nullcontext() if folder is None else only_writer(folder):
        return _train(agent, task, algorithm, seed, task_params, folder, resume, quiet, name or "Training", probe)


def _train(
    agent: Agent,
    task: Task,
    algorithm: Algorithm,
    seed: int,
    task_params: Any,
    folder: Path | None,
    resume: bool,
    quiet: bool,
    name: str,
    probe: Probe | None,
) -> Fitted:
    algorithm.require(agent, task)
    task_params = task.params() if task_params is None else task_params
    settings = describe(agent, task, task_params, algorithm, seed)
    start = jax.jit(jax.vmap(lambda key: algorithm.start(key, agent, task, task_params)))
    state = start(jax.random.split(jax.random.key(seed), algorithm.replicas))
    rows: list[tuple[Any, ...]] = []
    own = metrics.columns_of(algorithm)
    columns, done = own, 0
    if folder is not None:
        _claim(folder, resume)
        found = checkpoint.latest(folder, state, settings)
        if found is not None:
            state, done = found.state, found.n_updates
            columns, rows = metrics.rows_of(found.curve)
            checkpoint.tidy(folder, done)  # a run killed in front of this has one too many
            for problem in (*found.problems, *metrics.mend(folder, columns, rows)):
                warnings.warn(problem, stacklevel=2)
    kept = done
    step = _compiled_chunk(agent, task, algorithm, len(_devices(algorithm.replicas)))
    steps_per_chunk = algorithm.chunk * algorithm.steps_per_update * algorithm.replicas
    with progress(name, algorithm.n_updates, quiet=quiet) as advance:
        advance(done)
        with last_words(lambda: _stopped(folder, algorithm, done, kept)):
            while done < algorithm.n_updates:
                began = time.perf_counter()
                after, measured = step(state, task_params)
                measured = jax.device_get(measured)
                seconds = time.perf_counter() - began
                sessions = algorithm.sessions_after(done + algorithm.chunk)
                new = metrics.rows_from(algorithm, measured, sessions, seconds)
                _require_finite(after.params, new, done, algorithm, folder)
                state, done = after, done + algorithm.chunk
                if probe is not None:
                    probed = probe(state.params)
                    columns = (*own, *probed)
                    new = [(*row, *(float(values[row[0]]) for values in probed.values())) for row in new]
                rows += new
                if folder is not None:
                    _keep(folder, columns, rows, done, state, settings)
                    kept = done
                advance(algorithm.chunk, metrics.line(algorithm, new, steps_per_chunk / seconds))
    return Fitted(params=state.params, curve=metrics.curve_of(columns, rows), origin=settings)


def load_trained(folder: Path, agent: Agent) -> Fitted:
    """The parameters of a finished or interrupted `train` run, stacked over replicas, whatever trained them."""
    settings = checkpoint.settings_of(folder)
    made = settings["agent"]
    if made != _identity(agent):
        raise StorageFailed(f"{folder} holds a trained {made}, not a {_identity(agent)}; name that agent and its task.")
    # Shapes alone: what the folder holds may be larger than memory.
    found = checkpoint.latest_params(folder, jax.eval_shape(agent.params, jax.random.key(0)))
    return Fitted(params=found.state, curve=found.curve, origin=settings)


def describe(agent: Agent, task: Task, task_params: Any, algorithm: Algorithm, seed: int) -> dict[str, Any]:
    """The settings of a run as plain values: what a checkpoint must agree with to be resumed."""
    leaves = {jax.tree_util.keystr(path): _plainly(np.asarray(leaf)) for path, leaf in _leaves(task_params)}
    described = {
        "agent": _identity(agent),
        "task": _identity(task),
        "task_params": leaves,
        "algorithm": type(algorithm).__name__,
        "config": algorithm.as_dict(),
        "seed": seed,
        "made_from": {
            code_of("agent", agent): digest(agent, source_of(agent)),
            code_of("task", task): digest(task, source_of(task)),
            code_of("algorithm", algorithm).replace("its options and code", "its code"): source_of(type(algorithm)),
            "neurorl's code of training": code((PACKAGE / "train").glob("*.py")),
            "the version of neurorl": __version__,
            "the version of jax": version_of("jax"),
        },
    }
    return json.loads(json.dumps(described))


@functools.cache
def _compiled_chunk(agent: Agent, task: Task, algorithm: Algorithm, n_devices: int) -> Any:
    """One chunk for all replicas: vmapped, and sharded over devices without communication between them."""

    def replicas(state: Any, task_params: Any) -> Any:
        return jax.vmap(lambda s: chunk(s, algorithm, agent, task, task_params))(state)

    if n_devices == 1:
        return jax.jit(replicas)
    mesh = jax.make_mesh(
        (n_devices,), ("replica",), axis_types=(jax.sharding.AxisType.Auto,), devices=_devices(algorithm.replicas)
    )
    over = jax.sharding.PartitionSpec("replica")
    everywhere = jax.sharding.PartitionSpec()
    sharded = jax.shard_map(replicas, mesh=mesh, in_specs=(over, everywhere), out_specs=over, check_vma=False)
    return jax.jit(sharded)


def _devices(replicas: int) -> list[Any]:
    """As many devices as share the replicas evenly."""
    devices = jax.devices()
    n = max(n for n in range(1, len(devices) + 1) if replicas % n == 0)
    return devices[:n]


def _require_finite(
    params: Any, rows: list[tuple[Any, ...]], done: int, algorithm: Algorithm, folder: Path | None
) -> None:
    bad = {row[0] for row in rows if not all(math.isfinite(value) for value in row)}
    for leaf in jax.tree.leaves(jax.device_get(params)):
        finite = np.isfinite(np.asarray(leaf)).reshape(algorithm.replicas, -1).all(axis=1)
        bad |= set(np.flatnonzero(~finite).tolist())
    if not bad:
        return
    kept = f" The checkpoint at update {done} in {folder} is good." if folder is not None and done else ""
    raise TrainingFailed(
        f"Training met a value that is not a number between updates {done} and {done + algorithm.chunk} in replica "
        f"{', '.join(map(str, sorted(bad)))}.{kept} {algorithm.advice}"
    )


def _claim(folder: Path, resume: bool) -> None:
    """A run never overwrites another one by accident."""
    if checkpoint.exists(folder) and not resume:
        raise StorageFailed(
            f"{folder} already holds a training run. Add --resume to go on with it, or choose another folder."
        )


def _plainly(values: np.ndarray) -> Any:
    if values.size <= LARGEST:
        return values.tolist()
    return digest(values)


def _keep(
    folder: Path,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    done: int,
    state: Any,
    settings: dict[str, Any],
) -> None:
    """Metrics first: a run killed in between has a row too many, which resuming drops."""
    try:
        metrics.write(folder, columns, rows)
        checkpoint.save(folder, done, state, settings, metrics.curve_of(columns, rows))
    except StorageFailed as error:
        raise StorageFailed(f"{error} With --resume, training goes on from the newest whole checkpoint.") from error


def _stopped(folder: Path | None, algorithm: Algorithm, done: int, kept: int) -> str:
    """What a stopped run says: only what lies on disk is called kept."""
    stopped = f"Training stopped after {algorithm.sessions_after(done):,} sessions a replica."
    if folder is None or not kept:
        return f"{stopped} Nothing was kept." if folder is None else f"{stopped} No checkpoint was written yet."
    few = "" if kept == done else f" up to session {algorithm.sessions_after(kept):,}"
    return f"{stopped} It is kept{few} in {folder}: run the same command with --resume to go on."


def _leaves(tree: Any) -> list[Any]:
    return jax.tree_util.tree_leaves_with_path(tree)


def _identity(thing: Agent | Task) -> str:
    """Name and options, without the spaces: "LSTM(hidden=48, scale=3.0)"."""
    options = [(f.name, getattr(thing, f.name)) for f in dataclasses.fields(thing)]  # type: ignore[arg-type]
    shown = ", ".join(f"{name}={value!r}" for name, value in options if not isinstance(value, Spaces))
    return f"{type(thing).__name__}({shown})"
