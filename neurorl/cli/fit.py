"""`neurorl fit`: agents fitted to a table of choices, side by side, with a report."""

from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tyro.conf import Positional, UseAppendAction

from neurorl.cli.agents import chosen_agents, held_for, players_for, require_somebody_has
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
        raise BadValue(f"--cv {folds} cannot be; choose {'3 or more with --ceiling' if ceiling else '2 or more'}.")
    if regressors and json and out is None:
        raise BadValue("--regressors writes tables; with --json name their folder by --out.")
    chosen = chosen_agents(agents)
    if out is None and not json:
        out = Path("fits") / Path(table).resolve().stem
    hold(out)
    from neurorl.cli.runtime import prepare

    prepare()
    from neurorl.cli import fit_work as work
    from neurorl.cli.covariates import design
    from neurorl.cli.fit_data import fit_data
    from neurorl.cli.fit_recovery import recovered
    from neurorl.cli.fit_words import cautions, unscored
    from neurorl.cli.made_from import MadeFrom
    from neurorl.cli.stages import Stages
    from neurorl.fit.kinds import kinds
    from neurorl.fit.methods import method_of, require_use

    about = method_of(method)
    if formula and "design" not in about.takes:
        raise BadValue(f"--formula describes a population, which {method} does not learn; use --method em, vi or nuts.")
    data = fit_data(table, task, by, subjects, read)
    # All agents are asked before the first is fitted.
    players = players_for(chosen, data.task, option)
    held = held_for(players, fix)
    explained = design(formula, covariates, data)
    require_somebody_has(players, explained.of_parameter if explained else (), "to explain")
    fit = work.fitter(method, explained)
    require_use(method, starts=starts)
    settings: dict[str, Any] = {"seed": seed, "quiet": quiet} | ({} if starts is None else {"starts": starts})
    common = {"--method": method, "--by": by, "--starts": starts, "--seed": seed, "--subjects": subjects}
    made_from = MadeFrom(data, common, explained, chosen, players, held)
    unfinished = None if out is None else out / ".unfinished"
    stages = Stages(unfinished, made_from.common, resume, kinds(players.values()), made_from.of)
    with last_words(lambda: f"Stopped. {stages.words()}"):
        # Inference over models is about all of them at once.
        inferred = (
            None if about.infer is None else work.infer_models(data, players, about.infer, held, settings, stages)
        )
        results = inferred.results if inferred else work.fit_all(data, players, fit, held, settings, stages)
        outcome = work.compared(results, data.index, inferred)
        outcome.settings, outcome.differences = work.settings_of(players, held, method, chosen)
        work.leave_out(data, players, explained, outcome, stages, seed=seed, quiet=quiet)
        if folds is not None:
            work.held_out(data, players, fit, held, settings, outcome, stages, folds=folds, ceiling=ceiling)
        if recover:
            recovered(data, players, method, explained, held, outcome, stages, **settings)
        if out is not None:
            if not no_checks:
                work.check(data, players, outcome, seed=seed)
            if regressors:
                work.trial_wise(data, players, outcome)
        page = None if out is None else _page(out, data, players, outcome, table)
    stages.done()
    if json:
        by_agent = {name: records(result.table(data.index)) for name, result in outcome.results.items()}
        more = {} if outcome.held_out is None else {"held_out": records(outcome.held_out)}
        more |= work.recovery_as_dict(outcome)
        if outcome.selection is not None:
            more["selection"] = records(outcome.selection.table)
        groups = {name: records(r.group) for name, r in outcome.results.items() if r.group is not None}
        more |= {"group": groups} if groups else {}
        problems = {name: result.problems(data.index) for name, result in outcome.results.items()}
        kind = {"table": table, "task": data.task, "method": method, "counts": data.scored.as_dict()}
        models = {name: one.as_dict() for name, one in outcome.settings.items()}
        about = {"models": models, "read_this_first": cautions(data, outcome)}
        print_json(
            kind | about | {"comparison": records(outcome.comparison), "fits": by_agent, "problems": problems} | more
        )
        return
    for line in (*data.notes, data.scored.sentence(), *unscored(data), *outcome.differences, *outcome.said):
        print_text(line)
    for name, result in outcome.results.items():
        for sentence in result.openings(data.index):
            print_text(f"{name}: {sentence}")
    for sentence in explained.notes() if explained else ():
        print_text(sentence)
    print_text("".join(f"{one}\n" for one in outcome.settings.values()))
    shown = outcome.comparison.loc[:, :"n_failed"]  # the report has the rest
    print_frame(shown, title=f"{table}: {len(data.index)} {by}s")
    if outcome.held_out is not None:
        print_frame(outcome.held_out, title=f"Held-out choices: {outcome.held_out_kind}")
    print_text(f"Report: {page}")


def _page(out: Path, data: Any, players: dict[str, Any], outcome: Any, table: str) -> Path:
    import shlex
    import sys

    from neurorl.cli.fit_report import write_outcome

    words = sys.argv[1:] if sys.argv[1:2] == ["fit"] else ["fit", table, "..."]
    words = [word for word in words if word != "--resume"]  # the numbers do not depend on it, and neither does the page
    return write_outcome(out, data, players, outcome, f"neurorl {shlex.join(words)}", table)
