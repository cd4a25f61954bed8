"""`neurorl recover`: simulate agents on a design, fit them, and see what comes back."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tyro.conf import Positional

from neurorl.cli.agents import chosen_agents, players_for
from neurorl.cli.arguments import (
    Agents,
    Flag,
    Json,
    MethodName,
    OptionalCount,
    OptionalFolder,
    OptionalTask,
    Options,
    require_at_least_one,
)
from neurorl.cli.holding import hold
from neurorl.cli.output import print_frame, print_json, print_text, records
from neurorl.cli.reading import AS_IT_IS, ReadAs
from neurorl.core.catalogue import names
from neurorl.core.errors import BadValue
from neurorl.core.stopping import last_words
from neurorl.report.earlier import Earlier

EXAMPLES = (
    "neurorl recover bandit --agents rescorla_wagner,q_learning --subjects 40 --sessions 2 --steps 200",
    "neurorl recover choices.csv --task bandit --agents rescorla_wagner      # as many sessions and trials as yours",
    "neurorl recover nspn_two_step --agents hybrid,model_free --subjects 60 --out recovery",
    "neurorl recover bandit --agents rescorla_wagner --steps 100 --identify     # do 100 trials determine them?",
    "neurorl recover bandit --agents rescorla_wagner --subjects 20 --steps 60 --method em",
)

Criterion = Literal["bic", "aic", "evidence"]
SUBJECTS, STEPS = 40, 300


def command(
    design: Annotated[str, Positional, tyro.conf.arg(metavar="TASK|TABLE|DATASET", help_behavior_hint="")],
    /,
    agents: Agents,
    task: OptionalTask = None,
    option: Options = (),
    method: MethodName = "map",
    subjects: OptionalCount = None,
    sessions: OptionalCount = None,
    steps: OptionalCount = None,
    criterion: Annotated[Criterion | None, tyro.conf.arg(metavar="{bic,aic,evidence}", help_behavior_hint="")] = None,
    starts: OptionalCount = None,
    identify: Flag = False,
    read: ReadAs = AS_IT_IS,
    seed: int = 0,
    out: OptionalFolder = None,
    quiet: Flag = False,
    json: Json = False,
) -> None:
    """Simulate subjects with parameters drawn from the priors, fit them, and set true beside fitted.

    With two agents or more, every agent is fitted to what every agent did, and the choice among them is counted.

    Args:
        design: A task, or a table or data set whose numbers of sessions and steps are taken over.
        agents: Names or files, separated by commas; NAME=AGENT gives one its own name.
        task: The task of the table.
        option: A setting of an agent that is not fitted: NAME=VALUE for every agent that has it, AGENT.NAME=VALUE for
            one.
        method: By which they are fitted; true parameters are drawn from the priors whatever the method.
        subjects: Number of simulated subjects (40; of a table: its first subjects).
        sessions: Sessions of each subject (1; a table has its own).
        steps: Steps of a session (300; a table has its own).
        criterion: What chooses among agents (by default what the method goes by: BIC for map and ml, evidence for em,
            leaving subjects out for vi and nuts, responsibilities for hbi).
        starts: Starting points of each search (4 by default; vi and nuts do not search).
        read: How a table is read, as for `neurorl convert`.
        identify: Also find out by profile likelihoods whose parameters the choices bound on both sides.
        seed: Source of all randomness.
        out: Folder for tables and figures.
        quiet: No progress bars.
        json: Print JSON and nothing else.
    """
    given = {"subjects": subjects, "sessions": sessions, "steps": steps, "starts": starts}
    require_at_least_one(**{name: value for name, value in given.items() if value is not None})
    from neurorl.cli.runtime import prepare

    chosen = chosen_agents(agents)
    hold(out)
    prepare()
    from neurorl.analyse.recovery import duration
    from neurorl.analyse.steps import as_dict
    from neurorl.core.catalogue import load
    from neurorl.core.params import free_params
    from neurorl.fit.design.model_recovery import recover_models
    from neurorl.fit.design.recovery import recover
    from neurorl.fit.design.schedule import Schedule
    from neurorl.fit.methods import method_of
    from neurorl.fit.settings import differences, model_settings

    counts, about_table = None, []
    if design in names("task") or design.endswith(".py"):
        if task is not None:
            raise BadValue(f"{design} is a task itself; leave --task {task} out.")
        if read.given():
            raise BadValue(f"{design} is a task; --from, --rename, --code and the like are for tables.")
        name, schedule = design, Schedule.even(subjects or SUBJECTS, sessions or 1, steps or STEPS)
    else:
        from neurorl.cli.choices import choices_of

        if own := [f"--{option}" for option in ("sessions", "steps") if given[option] is not None]:
            raise BadValue(
                f"{design} has sessions and steps of its own; leave {' and '.join(own)} out, or name a task."
            )
        data = choices_of(design, task, "subject", subjects or SUBJECTS, read)
        counts, about_table = data.scored, list(data.notes)
        name, schedule = data.task, Schedule(data.unit, data.sessions["n_steps"].to_numpy())
    players = players_for(chosen, name, option)
    settings, notes = model_settings(players, {}, chosen), differences(players, {}, priors=True)
    notes = [*about_table, *(() if counts is None or not counts.faults else (counts.caution(),)), *notes]
    played, more = load("task", name), {"seed": seed, "starts": starts, "method": method, "quiet": quiet}
    earlier = None if out is None else Earlier(out)
    found: dict[str, Any] = {}
    began, models = time.perf_counter(), None
    with last_words(lambda: _stopped(out, found)):
        for agent, player in players.items():
            if free_params(player.params()):
                recovery = recover(player, played, schedule=schedule, identify=identify, **more)
                if out is not None:
                    _write(out, agent, recovery)
                found[agent] = recovery
        if len(players) > 1:
            took, n = time.perf_counter() - began, len(players)
            about = f"{n * n} fits" if method_of(method).infer is None else f"1 inference over {n} models"
            print(f"Model recovery by {method}: {about}, up to about {duration(took * n)}.", file=sys.stderr)
            models = recover_models(players, played, schedule, criterion=criterion, **more)
        if out is not None:
            _write_models(out, models, settings)
    notes += [f"{agent}: {sentence}" for agent, recovery in found.items() for sentence in recovery.notes]
    notes += [] if earlier is None else earlier.sentences()
    if json:
        plain = {agent: as_dict(recovery) for agent, recovery in found.items()}
        confusion = None if models is None else records(models.confusion.reset_index())
        about = {"models": {agent: one.as_dict() for agent, one in settings.items()}, "read_this_first": notes}
        about |= {} if counts is None else {"counts": counts.as_dict()}
        found_out = {"parameters": plain, "confusion": confusion}
        found_out |= {} if models is None else {"model_recovery": models.about}
        print_json({"task": name, "subjects": schedule.subjects, "method": method} | about | found_out)
        return
    for line in ([] if counts is None else [f"The table: {counts.sentence()}"]) + notes:
        print_text(line)
    print_text("".join(f"{one}\n" for one in settings.values()))
    for agent, recovery in found.items():
        print_text(f"{recovery.about} {recovery.intervals}")
        print_frame(recovery.summary, title=f"{agent} on {name}: {schedule.subjects} simulated subjects")
        if recovery.identified is not None:
            title = "Share of subjects with a determined parameter; coverage of 95 % likelihood-ratio intervals"
            print_frame(recovery.identified, title=title)
    if models is not None:
        print_text(models.about)
        print_frame(models.confusion.reset_index(), title="P(chosen | simulated)")
        print_frame(models.inversion.reset_index(), title="P(simulated | chosen)")
    if out is not None:
        print_text(f"Tables and figures are in {out}.")


def _write(out: Path, agent: str, recovery: Any) -> None:
    import pandas as pd

    from neurorl.data.files import write_table
    from neurorl.figures.profile import profile_figure
    from neurorl.figures.recovery import recovery_figure
    from neurorl.figures.save import save_figure

    write_table(recovery.table, out / f"{agent}.csv")
    write_table(recovery.summary, out / f"{agent}_summary.csv")
    write_table(recovery.trade_offs, out / f"{agent}_trade_offs.csv")
    save_figure(recovery_figure(recovery.table, recovery.summary), out / agent)
    if recovery.identified is not None:
        every = list(recovery.profiles.values())
        intervals = pd.concat([profile.table() for profile in every], ignore_index=True)
        write_table(recovery.identified, out / f"{agent}_identified.csv")
        write_table(intervals, out / f"{agent}_intervals.csv")
        curves = pd.concat([profile.curves() for profile in every], ignore_index=True)
        save_figure(profile_figure(curves, intervals), out / f"{agent}_profiles")


def _write_models(out: Path, models: Any, settings: Any) -> None:
    from neurorl.data.files import write_table
    from neurorl.figures.recovery import confusion_figure
    from neurorl.figures.save import save_figure
    from neurorl.fit.settings import settings_table

    write_table(settings_table(settings), out / "models.csv")
    if models is not None:
        write_table(models.confusion.reset_index(), out / "confusion.csv")
        write_table(models.inversion.reset_index(), out / "inversion.csv")
        save_figure(confusion_figure(models.confusion, models.inversion), out / "models")


def _stopped(out: Path | None, found: dict[str, Any]) -> str:
    """What a stopped recovery says: only what was written is called kept."""
    if out is None or not found:
        return "Stopped. No results were written."
    return f"Stopped. The results of {', '.join(found)} are written in {out}; the rest is missing."
