"""Parameters for a simulation: from the command line, from a table of fits, or from a training run. Imports JAX."""

import dataclasses
import warnings
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from neurorl.cli.networks import is_network
from neurorl.core.catalogue import load
from neurorl.core.errors import BadData, BadValue
from neurorl.core.from_file import is_named, options_in, with_file_options
from neurorl.core.params import free_params, replace

DEFAULT_SUBJECTS = 20


def played_by(
    agent: Any, settings: dict[str, float], table: Path | None, trained: Path | None, subjects: int | None
) -> tuple[Any, int]:
    """Parameters stacked over subjects, and how many there are.

    Args:
        agent: who plays.
        settings: free parameters set for all subjects; they win over the table.
        table: one row a subject, parameters as columns.
        trained: folder of a training run, or name of a network of the zoo (not with a table); its replicas are shared
            out over subjects in turn.
        subjects: how many; by default one a row of the table, else 20.
    """
    if table is not None:
        stacked, rows = _from_table(agent, table)
        n = _require_rows(rows, subjects, table)
    else:
        n = DEFAULT_SUBJECTS if subjects is None else subjects
        stacked = _from_training(agent, trained, n) if trained is not None else _repeated(agent.params(), n)
    one = replace(jax.tree.map(lambda leaf: leaf[0], stacked), **settings)  # says what is wrong with a setting
    filled = {name: jnp.full((n,), getattr(one, name)) for name in settings}
    return _with(stacked, filled), n


def same_as_fitted(agent: Any, label: str, table: Path) -> None:
    """Warn where a table of fitted parameters was made with other options than the agent plays with.

    `neurorl fit` writes models.csv beside the table of each model.
    """
    from neurorl.data.files import read_table
    from neurorl.fit.settings import model_settings, settings_table

    beside = table.parent / "models.csv"
    if not beside.is_file():
        return
    models = read_table(beside, [])
    if not {"model", "options"} <= set(models):
        return
    rows: Any = models[models["model"] == table.name.split(".")[0]]
    now = str(settings_table(model_settings({label: agent}, {}))["options"].iloc[0])
    if len(rows) and rows["options"].iloc[0] != now:
        warnings.warn(
            f"{table} was fitted with other options ({rows['options'].iloc[0]}) than {label} plays with ({now}); set "
            "them with --option.",
            stacklevel=2,
        )


def as_trained(agent: Any, folder: Path, asked: str) -> Any:
    """The agent with the options (number of hidden units, ...) that a training run or a file wrote down.

    The agent is the one that was named on the command line; a file adds plain options to it and never chooses another.
    Another agent than the trained one stays as it is; loading the weights then says which it should be.

    Args:
        agent: made for the task that is played.
        folder: of a training run, or the name or file of a trained network.
        asked: the name or file that the agent was asked for by.
    """
    if not _in_zoo(folder):
        from neurorl.train.checkpoint import settings_of

        known = {field.name for field in dataclasses.fields(agent)} - {"spaces"}
        written = options_in(settings_of(folder)["agent"], str(folder))  # "LSTM(hidden=48, scale=3.0)"
        return with_file_options(agent, {k: v for k, v in written.items() if k in known}, str(folder))
    from neurorl.zoo import zoo_origin
    from neurorl.zoo.entry import task_of

    origin, name = zoo_origin(str(folder)), type(agent).__name__
    spec = origin["network"]
    if is_named("agent", spec["agent"]) and type(agent) is not load("agent", spec["agent"]):
        trained = load("agent", spec["agent"]).__name__
        raise BadValue(f"{folder} is a trained {trained}, not a {name}; name that agent.")
    if not is_named("agent", spec["agent"]) and not asked.endswith(".py"):
        raise BadValue(
            f"{folder} was trained with the agent {spec['agent']!r}, not {asked}. It is not in the catalogue; if it is "
            "a file of your own, name that file as AGENT."
        )
    if is_named("task", spec["task"]) and task_of(origin, str(folder)).spaces != agent.spaces:
        raise BadValue(f"{folder} was trained on a task with other codes than this one; name its own task.")
    return with_file_options(agent, spec["agent_options"], str(folder))


def perturbed(agent: Any, params: Any, lesions: dict[str, float], frozen: dict[str, float]) -> Any:
    """Parameters with some parts lesioned (part -> gain) and some frozen (part -> plasticity)."""
    from neurorl.perturb.parts import freeze_part, lesion_part

    for part, gain in lesions.items():
        params = lesion_part(agent, params, part, gain=gain)
    for part, plastic in frozen.items():
        params = freeze_part(agent, params, part, plastic=plastic)
    return params


def with_settings(params: Any, settings: dict[str, float]) -> Any:
    """A task's params with some numbers replaced."""
    known = [name for name in vars(params) if np.ndim(getattr(params, name)) == 0]
    for name in settings:
        if name not in known:
            raise BadValue(f"The task has no scalar setting '{name}'; it has: {', '.join(known) or 'none'}.")
    return _with(params, {name: jnp.asarray(value, float) for name, value in settings.items()})


def _from_table(agent: Any, path: Path) -> tuple[Any, int]:
    from neurorl.data.checks import as_numbers
    from neurorl.data.files import read_table

    table = read_table(path, ["subject", "session"])
    params = agent.params()
    # A fit leaves out parameters without influence on this task; they stay at their defaults here too.
    infos = [info for info in free_params(params) if info.name not in getattr(agent, "frozen_params", ())]
    missing = [info.name for info in infos if info.name not in table]
    if missing:
        raise BadData(f"{path} has no column {', '.join(missing)}; one column a free parameter is expected.")
    columns = {}
    for info in infos:
        column: Any = table[info.name]
        values, _ = as_numbers(column)
        bad = np.flatnonzero(~((values >= info.support.low) & (values <= info.support.high)))
        if bad.size:
            raise BadData(f"{path}: {info.name} lies outside {info.support} or is missing in rows {bad[:5].tolist()}.")
        columns[info.name] = jnp.asarray(values, float)
    return _with(_repeated(params, len(table)), columns), len(table)


def names_of(table: Path | None, n: int) -> list[Any]:
    """Names of n simulated subjects: those of a table of parameters, else numbers from 0.

    Where the table names a subject in several rows, each row plays as a subject with a number, and a warning says so.
    """
    from neurorl.data.files import read_table

    if table is None:
        return [*range(n)]
    rows: Any = read_table(table, ["subject", "session"])
    if "subject" not in rows or rows["subject"].isna().any():
        return [*range(n)]
    if rows["subject"].duplicated().any():
        twice = rows["subject"][rows["subject"].duplicated()].iloc[0]
        warnings.warn(
            f"{table} holds subject {twice} in several rows; each row plays as a subject of its own, numbered from 0.",
            stacklevel=2,
        )
        return [*range(n)]
    return rows["subject"].tolist()


def _require_rows(rows: int, subjects: int | None, path: Path) -> int:
    if rows == 0:
        raise BadData(f"{path} has no rows; one row a subject is expected.")
    if subjects is not None and subjects != rows:
        raise BadValue(f"{path} has {rows} rows, one a subject; leave --subjects {subjects} out.")
    return rows


def _from_training(agent: Any, folder: Path, n: int) -> Any:
    from neurorl.train import load_trained
    from neurorl.zoo.entry import weights
    from neurorl.zoo.index import read_origin, zoo_path

    if _in_zoo(folder):
        path = zoo_path(str(folder))
        params, _ = weights(agent, path, read_origin(path))
    else:
        params = load_trained(folder, agent).params
    replicas = jax.tree.leaves(params)[0].shape[0]
    return jax.tree.map(lambda leaf: leaf[jnp.arange(n) % replicas], params)


def _in_zoo(folder: Path) -> bool:
    return is_network(str(folder)) and not folder.is_dir()


def _repeated(params: Any, n: int) -> Any:
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (n, *jnp.shape(leaf))), params)


def _with(params: Any, values: dict[str, Any]) -> Any:
    if not values:
        return params
    return eqx.tree_at(lambda p: [getattr(p, name) for name in values], params, list(values.values()))
