"""`neurorl run`: a study, or all studies of a paper, from evidence to report."""

from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tyro.conf import Positional

from neurorl.cli.agents import own_options
from neurorl.cli.arguments import Flag, Json, Options
from neurorl.cli.output import print_json, print_table
from neurorl.core.errors import BadValue

EXAMPLES = (
    "neurorl run two_step",
    "neurorl run two_step --scale paper --seed 3 --out results",
    "neurorl run matching --zoo",
    "neurorl run matching --recipe paper",
    "neurorl run wang2018 --scale paper",
    "neurorl run battery --agent my_agent.py",
    "neurorl run my_study.py --scale smoke --fresh --json",
)

StudyName = Annotated[str, Positional, tyro.conf.arg(metavar="STUDY|PAPER|FILE.py", help_behavior_hint="")]


def command(
    study: StudyName,
    /,
    scale: Literal["smoke", "quick", "paper"] = "quick",
    seed: int = 0,
    out: Path = Path("runs"),
    fresh: Flag = False,
    zoo: Flag = False,
    recipe: str = "own",
    agent: Annotated[str | None, tyro.conf.arg(metavar="NAME|FILE.py", help_behavior_hint="")] = None,
    option: Options = (),
    strict: Flag = False,
    quiet: Flag = False,
    json: Json = False,
) -> int:
    """Run a study, or every study of a paper, and write the report; a missed claim is an error only with --strict.

    Args:
        study: A study's or paper's name, or a file of your own.
        scale: How large: smoke (seconds), quick (minutes) or paper (as published).
        seed: Source of all randomness.
        out: Folder of results.
        fresh: Gather again even if the cache has the evidence.
        zoo: Take trained networks from the zoo instead of training them.
        recipe: How networks are trained: own (the study's, fast) or paper (the paper's hyperparameters).
        agent: Whom the battery examines: an agent's name, a trained network of the zoo, or a file of your own.
        option: A setting of that agent, such as initial=0 (`neurorl show AGENT` lists them).
        strict: Exit with 1 where a claim is missed.
        quiet: No progress bars.
        json: Print JSON and nothing else.
    """
    from neurorl.cli.runtime import prepare
    from neurorl.core.lock import require_folder

    require_folder(out)
    prepare()
    from neurorl.core.catalogue import full_name, load
    from neurorl.report.runner import run_study

    if option and agent is None:
        raise BadValue("--option is a setting of the agent that the battery tests; name the agent with --agent.")
    options: dict[str, Any] = dict(scale=scale, seed=seed, out=out, fresh=fresh, quiet=quiet, zoo=zoo, recipe=recipe)
    if full_name("paper", study) is not None:
        if agent is not None:
            raise BadValue("--agent applies to the battery only; the studies of a paper have their own agents.")
        return _run_paper(study.removeprefix("paper/"), strict, json, **options)
    asked = load("study", study)
    result = run_study(asked if agent is None else asked.about(agent, own_options(agent, option)), **options)
    if json:
        print_json(result.as_dict() | {"folder": result.folder, "report": result.page})
    else:
        _print(result)
    return 1 if strict and _missed(result) else 0


def _run_paper(name: str, strict: bool, json: bool, **options: Any) -> int:
    from neurorl.core.catalogue import load
    from neurorl.report.paper import run_paper, summary

    paper = load("paper", name)
    say = (lambda text: None) if json or options["quiet"] else print
    results, failed, page = run_paper(paper, say=say, **options)
    if json:
        print_json(summary(paper, results, failed) | {"report": page})
    else:
        from neurorl.report.result import counted

        rows = [
            (r.study, *r.counts().values(), r.counts("identity")["held"], r.origin["seconds"]["gather"])
            for r in results
        ]
        heads = ("study", "held", "missed", "not run", "identities", "gathered in s")
        print_table(heads, rows, title=paper.card.title)
        print(f"In total: {counted(results)}.")
        for study, sentence in failed.items():
            print(f"{study} could not be run: {sentence}")
        print(f"Report: {page}")
    missed = any(_missed(result) for result in results)
    return 1 if failed or (strict and missed) else 0


def _missed(result: Any) -> bool:
    """Whether a claim was missed or an identity is broken."""
    return any(result.counts(kind)["missed"] for kind in ("finding", "identity"))


def _print(result: Any) -> None:
    from neurorl.report.numbers import seconds, shown_bounds, shown_value
    from neurorl.report.result import counted

    rows = []
    for verdict in result.verdicts:
        e = verdict.expect
        outcome = f"{verdict.outcome} (identity)" if e.kind == "identity" else verdict.outcome
        rows.append((outcome, e.claim, shown_bounds(e), shown_value(verdict), e.source))
    print_table(("verdict", "claim", "expected", "measured", "source"), rows, title=result.card.title)
    if result.verdicts:
        print(f"{counted([result])}.{' The report says which and by how much.' if _missed(result) else ''}")
    gathered = seconds(result.origin["seconds"]["gather"])
    cached = result.origin["cached"]
    print(f"Evidence read from the cache (it took {gathered})." if cached else f"Evidence gathered in {gathered}.")
    print(f"Report: {result.page}")
