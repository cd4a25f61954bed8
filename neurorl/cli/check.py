"""`neurorl check`: the laws, on anything of the catalogue or on your own file."""

from typing import Any

from neurorl.cli.agents import own_options
from neurorl.cli.arguments import AnyName, Json, OptionalTask, Options
from neurorl.cli.output import print_json, print_table
from neurorl.core.catalogue import KINDS, kind_of
from neurorl.core.errors import NeurorlError

EXAMPLES = (
    "neurorl check my_agent.py",
    "neurorl check my_agent.py --task two_step",
    "neurorl check rescorla_wagner --option initial=0",
    "neurorl check bandit --json",
)


def command(
    name: AnyName,
    /,
    task: OptionalTask = None,
    option: Options = (),
    seed: int = 0,
    json: Json = False,
) -> int:
    """Check the laws on a task, an agent, a synapse, a training algorithm, a fitting method, a format or a study.

    The exit code is 1 where a law is broken.

    Args:
        name: A name of the catalogue or a file of your own.
        task: The task an agent is checked on (two that it fits, by default).
        option: A setting of an agent that is not fitted (`neurorl show AGENT` lists them).
        seed: Source of all randomness; what is lawful holds with every seed.
        json: Print JSON and nothing else.
    """
    from neurorl.cli.runtime import prepare

    prepare()
    from neurorl import testing

    kind = kind_of(name)
    if kind not in testing.CHECKS:
        known = ", ".join(KINDS[each].plural for each in testing.CHECKS)
        raise NeurorlError(f"{name} is {KINDS[kind].words}; there are laws for {known}.")
    if task is not None and kind != "agent":
        raise NeurorlError(f"--task is for agents, and {name} is {KINDS[kind].words}; leave it out.")
    if option and kind != "agent":
        raise NeurorlError(f"--option is for agents, and {name} is {KINDS[kind].words}; leave it out.")
    if kind == "agent":
        report = testing.check_agent(name, task, seed=seed, options=own_options(name, option))
    elif kind == "study":
        report = testing.check_study(name)
    else:
        report = testing.CHECKS[kind](name, seed=seed)
    if json:
        print_json({"name": name, "kind": kind, "held": report.held, "laws": [_plain(r) for r in report.results]})
    else:
        rows = [(_verdict(r), r.law, r.where, f"{r.seconds:.1f} s", r.detail) for r in report.results]
        print_table(("verdict", "law", "met", "took", "what is wrong, or why it was not checked"), rows, title=name)
        print(_sum(report))
    return 0 if report.held else 1


def _sum(report: Any) -> str:
    if report.broken:
        return f"{len(report.broken)} of {len(report.results)} laws are broken."
    n_held = sum(result.held for result in report.results)
    skipped = len(report.results) - n_held
    return f"All {n_held} laws hold{f'; {skipped} did not apply' if skipped else ''}."


def _verdict(result: Any) -> str:
    return "skipped" if result.skipped else "held" if result.held else "broken"


def _plain(result: Any) -> dict[str, Any]:
    return {
        "law": result.law,
        "verdict": _verdict(result),
        "where": result.where,
        "detail": result.detail,
        "seconds": result.seconds,
    }
