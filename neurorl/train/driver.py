"""Training in chunks: progress, metrics, checkpoints, resume. The mathematics is in `actor_critic`."""

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
from neurorl.train import actor_critic, checkpoint, metrics
from neurorl.train.config import TrainConfig
from neurorl.train.metrics import COLUMNS

LARGEST = 1_000  # entries of an array that are still written out in the settings; larger ones are given by their hash

Probe = Callable[[Any], dict[str, np.ndarray]]


def train_agent(
    agent: Agent,
    task: Task,
    config: TrainConfig,
    *,
    seed: int = 0,
    task_params: Any = None,
    folder: Path | None = None,
    resume: bool = False,
    quiet: bool = False,
    name: str = "",
    probe: Probe | None = None,
) -> Fitted:
    """Train replicas of a network on a task by advantage actor-critic.

    All replicas run in one vmapped call, sharded over `jax.devices()` as far as their number divides.
    After each chunk the metrics go to `folder/metrics.csv` and an atomic checkpoint is written; a run
    that was stopped, killed or resumed gives the same numbers, bit for bit, as one that was not
    (on the same device and number of devices).

    Args:
        agent: a network whose latents report `value`.
        task, task_params: what it is trained on (published settings by default).
        config: settings.
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
        TrainingFailed: a parameter or metric became NaN or infinite; the last good checkpoint stays.
        StorageFailed: a file could not be written or read, or holds another run.
    """
    require_task(task, "task")
    with nullcontext() if folder is None else only_writer(folder):
        return _train(agent, task, config, seed, task_params, folder, resume, quiet, name or "Training", probe)


def _train(
    agent: Agent,
    task: Task,
    config: TrainConfig,
    seed: int,
    task_params: Any,
    folder: Path | None,
    resume: bool,
    quiet: bool,
    name: str,
    probe: Probe | None,
) -> Fitted:
    key = jax.random.key(seed)
    actor_critic.require_actor_critic(key, agent, task, config)
    task_params = task.params() if task_params is None else task_params
    settings = describe(agent, task, task_params, config, seed)
    start = jax.jit(jax.vmap(lambda k: actor_critic.start(k, agent, config, task, task_params)))
    state = start(jax.random.split(key, config.replicas))
    rows: list[tuple[Any, ...]] = []
    columns, done = COLUMNS, 0
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
    step = _compiled_chunk(agent, task, config, len(_devices(config.replicas)))
    steps_per_chunk = config.chunk * config.parallel * (config.unroll or config.steps) * config.replicas
    with progress(name, config.n_updates, quiet=quiet) as advance:
        advance(done)
        with last_words(lambda: _stopped(folder, config, done, kept)):
            while done < config.n_updates:
                began = time.perf_counter()
                after, measured = step(state, task_params)
                measured = jax.device_get(measured)
                seconds = time.perf_counter() - began
                sessions = config.sessions_after(done + config.chunk)
                new = _summarise(measured, sessions, seconds)
                _require_finite(after, new, done, config, folder)
                state, done = after, done + config.chunk
                if probe is not None:
                    probed = probe(state.params)
                    columns = (*COLUMNS, *probed)
                    new = [(*row, *(float(values[row[0]]) for values in probed.values())) for row in new]
                rows += new
                if folder is not None:
                    _keep(folder, columns, rows, done, state, settings)
                    kept = done
                speed = steps_per_chunk / seconds
                reward, entropy = np.mean([r[2] for r in new]), np.mean([r[3] for r in new])
                advance(config.chunk, f"reward {reward:.3f}/trial  entropy {entropy:.2f}  {speed / 1e3:,.0f}k steps/s")
    return Fitted(params=state.params, curve=metrics.curve_of(columns, rows), origin=settings)


def load_trained(folder: Path, agent: Agent) -> Fitted:
    """The parameters of a finished or interrupted `train` run, stacked over replicas."""
    settings = checkpoint.settings_of(folder)
    made = settings["agent"]
    if made != _identity(agent):
        raise StorageFailed(f"{folder} holds a trained {made}, not a {_identity(agent)}; name that agent and its task.")
    try:
        config = TrainConfig.from_dict(settings["config"])
    except (KeyError, TypeError) as error:
        raise StorageFailed(f"{folder} was trained by a recipe that this version does not know ({error}).") from error

    def states(key: Any) -> Any:
        return jax.vmap(lambda k: actor_critic.start(k, agent, config))(jax.random.split(key, config.replicas))

    # Shapes alone: what the settings in the folder ask for may be larger than memory.
    like = jax.eval_shape(states, jax.random.key(0))
    found = checkpoint.latest(folder, like)
    assert found is not None  # settings_of found a whole one
    return Fitted(params=found.state.params, curve=found.curve, origin=settings)


def describe(agent: Agent, task: Task, task_params: Any, config: TrainConfig, seed: int) -> dict[str, Any]:
    """The settings of a run as plain values: what a checkpoint must agree with to be resumed."""
    leaves = {jax.tree_util.keystr(path): _plainly(np.asarray(leaf)) for path, leaf in _leaves(task_params)}
    described = {
        "agent": _identity(agent),
        "task": _identity(task),
        "task_params": leaves,
        "config": config.as_dict(),
        "seed": seed,
        "made_from": {
            code_of("agent", agent): digest(agent, source_of(agent)),
            code_of("task", task): digest(task, source_of(task)),
            "neurorl's code of training": code((PACKAGE / "train").glob("*.py")),
            "the version of neurorl": __version__,
            "the version of jax": version_of("jax"),
        },
    }
    return json.loads(json.dumps(described))


@functools.cache
def _compiled_chunk(agent: Agent, task: Task, config: TrainConfig, n_devices: int) -> Any:
    """One chunk for all replicas: vmapped, and sharded over devices without communication between them."""

    def replicas(state: actor_critic.TrainState, task_params: Any) -> Any:
        return jax.vmap(lambda s: actor_critic.chunk(s, agent, task, task_params, config))(state)

    if n_devices == 1:
        return jax.jit(replicas)
    mesh = jax.make_mesh(
        (n_devices,), ("replica",), axis_types=(jax.sharding.AxisType.Auto,), devices=_devices(config.replicas)
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


def _summarise(measured: actor_critic.Metrics, sessions: int, seconds: float) -> list[tuple[Any, ...]]:
    """One row a replica: the chunk's means."""
    means = [np.asarray(getattr(measured, name)).mean(axis=1) for name in COLUMNS[2:6]]
    return [(replica, sessions, *map(float, row), seconds) for replica, row in enumerate(zip(*means, strict=True))]


def _require_finite(
    state: actor_critic.TrainState, rows: list[tuple[Any, ...]], done: int, config: TrainConfig, folder: Path | None
) -> None:
    bad = {row[0] for row in rows if not all(math.isfinite(value) for value in row)}
    for leaf in jax.tree.leaves(jax.device_get(state.params)):
        finite = np.isfinite(np.asarray(leaf)).reshape(config.replicas, -1).all(axis=1)
        bad |= set(np.flatnonzero(~finite).tolist())
    if not bad:
        return
    kept = f" The checkpoint at update {done} in {folder} is good." if folder is not None and done else ""
    raise TrainingFailed(
        f"Training met a value that is not a number between updates {done} and {done + config.chunk} in replica "
        f"{', '.join(map(str, sorted(bad)))}.{kept} Lower the step size (it starts at {config.step_size.start:g}) or "
        f"clip gradients (clip is {config.clip})."
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


def _stopped(folder: Path | None, config: TrainConfig, done: int, kept: int) -> str:
    """What a stopped run says: only what lies on disk is called kept."""
    stopped = f"Training stopped after {config.sessions_after(done):,} sessions a replica."
    if folder is None or not kept:
        return f"{stopped} Nothing was kept." if folder is None else f"{stopped} No checkpoint was written yet."
    few = "" if kept == done else f" up to session {config.sessions_after(kept):,}"
    return f"{stopped} It is kept{few} in {folder}: run the same command with --resume to go on."


def _leaves(tree: Any) -> list[Any]:
    return jax.tree_util.tree_leaves_with_path(tree)


def _identity(thing: Agent | Task) -> str:
    """Name and options, without the spaces: "LSTM(hidden=48, scale=3.0)"."""
    options = [(f.name, getattr(thing, f.name)) for f in dataclasses.fields(thing)]  # type: ignore[arg-type]
    shown = ", ".join(f"{name}={value!r}" for name, value in options if not isinstance(value, Spaces))
    return f"{type(thing).__name__}({shown})"
