"""`neurorl fit`: agents fitted to a table of choices, side by side."""

from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tyro.conf import Positional

from neurorl.cli.arguments import Flag, Json, OptionalFolder, OptionalTask, Settings, numbers, require_at_least_one
from neurorl.cli.output import print_frame, print_json, print_text, records
from neurorl.core.catalogue import names
from neurorl.core.errors import BadValue

EXAMPLES = (
    "neurorl fit choices.csv --task bandit --agents q_learning,rescorla_wagner --out fits",
    "neurorl fit nspn_two_step --agents hybrid,model_free,model_based",
    "neurorl fit choices.csv --task two_step --agents hybrid,my_agent.py --fix lam=0.9 --json",
)


def command(
    table: Annotated[str, Positional, tyro.conf.arg(metavar="TABLE|DATASET", help_behavior_hint="")],
    /,
    agents: Annotated[str, tyro.conf.arg(metavar="A,B,FILE.py")],
    task: OptionalTask = None,
    out: OptionalFolder = None,
    by: Literal["subject", "session"] = "subject",
    fix: Settings = (),
    starts: int = 8,
    seed: int = 0,
    quiet: Flag = False,
    json: Json = False,
) -> None:
    """Fit agents to choices by maximum a posteriori, each subject for itself, and compare them.

    Args:
        table: A .csv or .parquet file with one row a decision, or a shipped data set's name.
        agents: Names or files, separated by commas.
        task: The task the choices were made on (a data set knows its own).
        out: Folder for the parameters of each agent and the comparison, as CSV and Parquet.
        by: Parameters of its own for each subject, or for each session.
        fix: A parameter to hold, in every agent that has it.
        starts: Starting points of each fit.
        seed: Source of the starting points.
        quiet: No progress bars.
        json: Print JSON and nothing else.
    """
    require_at_least_one(starts=starts)
    chosen = _chosen(agents)
    from neurorl.cli.runtime import prepare

    prepare()
    from neurorl.cli.fits import agent_for
    from neurorl.fit import compare, fit_map

    dataset, task = _read(table, task)
    players = {
        name: agent_for(given, task) for name, given in chosen.items()
    }  # all are asked before the first is fitted
    held = _held(players, numbers(fix, "--fix"))
    batch, index = dataset.records()
    groups = None
    if by == "subject":
        groups, index = index["subject"].factorize()[0], index[["subject"]].drop_duplicates()
    results = {
        name: fit_map(agent, batch, starts=starts, seed=seed, fixed=held[name], groups=groups, quiet=quiet)
        for name, agent in players.items()
    }
    comparison, fits = compare(results), {name: result.table(index) for name, result in results.items()}
    if out is not None:
        _write(out, fits, comparison)
    if json:
        by_agent = {name: records(fit) for name, fit in fits.items()}
        print_json({"table": table, "task": task, "comparison": records(comparison), "fits": by_agent})
        return
    print_frame(comparison, title=f"{table}: {len(index)} {by}s")
    if out is not None:
        print_text(f"Parameters and comparison are in {out}.")


def _chosen(agents: str) -> dict[str, str]:
    """What to call each agent (a file by its stem), and what was given."""
    given = dict.fromkeys(name.strip() for name in agents.split(",") if name.strip())
    if not given:
        raise BadValue("--agents is empty; name one or more, separated by commas: --agents hybrid,model_free.")
    chosen = {Path(name).stem: name for name in given}
    if len(chosen) < len(given):
        raise BadValue(f"Two of the agents {agents} have the same name; rename one file.")
    return chosen


def _read(table: str, task: str | None) -> tuple[Any, str]:
    """The data and the name of their task."""
    from neurorl.core.catalogue import load
    from neurorl.data import Dataset

    is_file = Path(table).suffix != "" or Path(table).exists()
    if not is_file or table in names("dataset"):
        shipped = load("dataset", table)
        return shipped.load(), task or shipped.task
    if task is None:
        raise BadValue(f"Which task were the choices in {table} made on? Add --task; `neurorl list tasks` names them.")
    return Dataset.read(table, load("task", task).spaces), task


def _held(players: dict[str, Any], fixed: dict[str, float]) -> dict[str, dict[str, float]]:
    """For each agent, the parameters to hold that it has."""
    from neurorl.core.params import free_params

    has = {name: {info.name for info in free_params(agent.params())} for name, agent in players.items()}
    for name in fixed:
        if not any(name in own for own in has.values()):
            listed = "; ".join(f"{agent} has {', '.join(sorted(own)) or 'none'}" for agent, own in has.items())
            raise BadValue(f"No agent here has a parameter '{name}' to hold: {listed}.")
    return {agent: {name: value for name, value in fixed.items() if name in own} for agent, own in has.items()}


def _write(out: Path, fits: dict[str, Any], comparison: Any) -> None:
    from neurorl.data.files import write_table

    for name, frame in (fits | {"comparison": comparison}).items():
        for suffix in ("csv", "parquet"):
            write_table(frame, out / f"{name}.{suffix}")
