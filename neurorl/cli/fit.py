"""`neurorl fit`: agents fitted to a table of choices, side by side, with a report."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tyro.conf import Positional, UseAppendAction

from neurorl.cli.agents import chosen_agents, held_for, players_for
from neurorl.cli.arguments import (
    Agents,
    Flag,
    Held,
    Json,
    MethodName,
    OptionalCount,
    OptionalFile,
    OptionalFolder,
    OptionalTask,
    Options,
    require_at_least_one,
)
from neurorl.cli.holding import hold
from neurorl.cli.output import print_frame, print_json, print_text, records
from neurorl.cli.reading import AS_IT_IS, ReadAs
from neurorl.core.errors import BadValue
from neurorl.core.stopping import last_words

EXAMPLES = (
    "neurorl fit choices.csv --task bandit --agents q_learning,rescorla_wagner --out fits",
    "neurorl fit nspn_two_step --task two_step --agents hybrid,model_based,model_free,latent_state",
    "neurorl fit choices.csv --task bandit --agents rescorla_wagner,q_learning --cv 5 --ceiling --recover",
    "neurorl fit choices.csv --task two_step --agents hybrid,my_agent.py --fix lam=0.9 --json",
    "neurorl fit my.csv --task bandit --agents 'zero=rescorla_wagner,half=rescorla_wagner' --option zero.initial=0",
)


def command(
    table: Annotated[str, Positional, tyro.conf.arg(metavar="TABLE|DATASET", help_behavior_hint="")],
    /,
    agents: Agents,
    task: OptionalTask = None,
    method: MethodName = "map",
    out: OptionalFolder = None,
    by: Literal["subject", "session"] = "subject",
    option: Options = (),
    fix: Held = (),
    covariates: OptionalFile = None,
    formula: Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="'P ~ X + Y'")] = (),
    cv: OptionalCount = None,
    ceiling: Flag = False,
    recover: Flag = False,
    no_checks: Flag = False,
    regressors: Flag = False,
    subjects: OptionalCount = None,
    read: ReadAs = AS_IT_IS,
    starts: OptionalCount = None,
    seed: int = 0,
    resume: Flag = False,
    quiet: Flag = False,
    json: Json = False,
) -> None:
    """Fit agents to choices, compare them, check them, and write a report.

    Args:
        table: A file or folder in any known layout, or a shipped data set's name.
        agents: Names or files, separated by commas; NAME=AGENT gives one a name of its own, so that an agent can be
            compared with itself under other settings.
        task: The task the choices were made on (a data set knows its own).
        method: map and ml fit each subject for itself; em, hbi, vi and nuts learn the population as well; or a file of
            your own (`neurorl list methods`).
        out: Folder for tables, figures and report.html (fits/NAME; with --json only where it is named).
        by: Parameters of its own for each subject, or for each session.
        option: A setting of an agent that is not fitted (`neurorl show AGENT` lists them): NAME=VALUE for every agent
            that has it, AGENT.NAME=VALUE for one.
        fix: A parameter to hold: NAME=VALUE in every agent that has it, AGENT.NAME=VALUE in one.
        covariates: A table with one row a subject, for --formula; without it, the data's own columns are taken.
        formula: What a parameter depends on in the population, such as 'beta ~ diagnosis + age'.
        cv: Hold choices out in so many folds: sessions, or blocks of trials where a subject has one session.
        ceiling: Train a network on the choices as well, and say how far below it the agents are (needs --cv 3 or more).
        recover: Simulate on this very design, fit by the same method, and see which parameters and models come back.
        no_checks: Leave out the predictive checks.
        regressors: Write prediction errors, values and choice probabilities of every trial.
        subjects: Only the first so many.
        read: How TABLE is read, as for `neurorl convert`.
        starts: Starting points of each search (8 by default; vi and nuts do not search).
        seed: Source of all randomness.
        resume: Go on where the last run into this folder was stopped.
        quiet: No progress bars.
        json: Print JSON and nothing else.
    """
    require_at_least_one(starts=1 if starts is None else starts, subjects=1 if subjects is None else subjects)
    folds = cv if cv is not None else (5 if ceiling else None)
    if folds is not None and folds < (3 if ceiling else 2):
        raise BadValue(f"--cv is {folds}, but must be {'3 or more with --ceiling' if ceiling else '2 or more'}.")
    if regressors and json and out is None:
        raise BadValue("--regressors writes tables; with --json name their folder by --out.")
    chosen = chosen_agents(agents)
    if out is None and not json:
        out = Path("fits") / Path(table).resolve().stem
    hold(out)
    from neurorl.cli.runtime import prepare

    prepare()
    from neurorl.analyse import Analysis
    from neurorl.analyse.covariates import by_parameter
    from neurorl.cli.choices import choices_of

    choices = choices_of(table, task, by, subjects, read)
    players = players_for(chosen, choices.task, option)  # all agents are asked before the first is fitted
    explained = by_parameter(formula)
    analysis = Analysis(
        choices,
        players,
        method=method,
        formulas=explained,
        covariates=covariates,
        held=held_for(players, fix),
        starts=starts,
        seed=seed,
        out=out,
        resume=resume,
        quiet=quiet,
        sources=chosen,
    )
    with last_words(lambda: f"Stopped. {analysis.stages.words()}"):
        analysis.fit()
        if folds is not None:
            analysis.hold_out(folds, ceiling=ceiling)
        if recover:
            analysis.recover()
        if out is not None and not no_checks:
            analysis.check()
        if regressors:
            analysis.trial_wise()
        page = None if out is None else analysis.write(table=table, command=_command(table))
    if json:
        print_json(_plain(analysis, table))
    else:
        _print(analysis, table, page)


def _plain(analysis: Any, table: str) -> dict[str, Any]:
    """All that was found, as plain values."""
    from neurorl.analyse.steps import recovery_as_dict

    choices, found = analysis.choices, analysis.found
    plain: dict[str, Any] = {"table": table, "task": choices.task, "method": analysis.method}
    plain["counts"] = choices.scored.as_dict()
    plain["models"] = {name: one.as_dict() for name, one in found.settings.items()}
    plain["read_this_first"] = analysis.cautions()
    plain["comparison"] = records(found.comparison)
    plain["fits"] = {name: records(result.table(choices.index)) for name, result in found.results.items()}
    plain["problems"] = {name: result.problems(choices.index) for name, result in found.results.items()}
    plain |= {} if found.held_out is None else {"held_out": records(found.held_out)}
    plain |= recovery_as_dict(found)
    plain |= {} if found.selection is None else {"selection": records(found.selection.table)}
    groups = {name: records(result.group) for name, result in found.results.items() if result.group is not None}
    return plain | ({"group": groups} if groups else {})


def _print(analysis: Any, table: str, page: Path | None) -> None:
    from neurorl.analyse.words import unscored

    choices, found = analysis.choices, analysis.found
    lines = [*choices.notes, choices.scored.sentence(), *unscored(choices), *found.differences, *found.said]
    lines += [f"{name}: {line}" for name, result in found.results.items() for line in result.openings(choices.index)]
    for line in (*lines, *(analysis.design.notes() if analysis.design else ())):
        print_text(line)
    print_text("".join(f"{one}\n" for one in found.settings.values()))
    shown = found.comparison.loc[:, :"n_failed"]  # the report has the rest
    print_frame(shown, title=f"{table}: {len(choices.index)} {choices.by}s")
    if found.held_out is not None:
        print_frame(found.held_out, title=f"Held-out choices: {found.held_out_kind}")
    print_text(f"Report: {page}")


def _command(table: str) -> str:
    """The command line, as it can be typed again; the numbers do not depend on --resume, and neither does the page."""
    words = sys.argv[1:] if sys.argv[1:2] == ["fit"] else ["fit", table, "..."]
    return f"neurorl {shlex.join(word for word in words if word != '--resume')}"
