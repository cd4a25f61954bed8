"""`neurorl simulate`: an agent plays a task; the table of its choices is the result."""

import sys
from typing import Annotated, Any

import tyro

from neurorl.cli.agents import player_for
from neurorl.cli.arguments import (
    AgentName,
    Json,
    OptionalCount,
    OptionalFile,
    OptionalFolder,
    Options,
    Perturbations,
    Settings,
    TaskName,
    numbers,
    require_at_least_one,
    writable_table,
)
from neurorl.cli.output import print_json, print_pairs
from neurorl.core.errors import BadValue

EXAMPLES = (
    "neurorl simulate bandit rescorla_wagner --set alpha=0.2 --set beta=3 --subjects 20 --steps 300 --out choices.csv",
    "neurorl simulate bandit rescorla_wagner --option initial=0 --out pessimists.csv",
    "neurorl simulate two_step hybrid --trials 200 --out trials.csv",
    "neurorl simulate two_step hybrid --params fits/hybrid.csv --out as_fitted.parquet",
    "neurorl simulate what_where_reversal object_action --lesion ventral_striatum=0.4 --steps 80 --out lesioned.csv",
    "neurorl simulate gridworld q_learning --task-option maze=S..G/.##./.... --trials 50 --steps 5000 --out maze.csv",
    "neurorl simulate two_step lstm --trained wang2018/two_step --with 'mismatch(0.4)' --out on_device.csv",
    "neurorl simulate bandit q_learning --with 'synaptic(q, bits(6))' --out six_bits.csv",
    "neurorl simulate two_step lstm --trained runs/lstm --out network.csv",
    "neurorl simulate matching lstm --trained wang2018/matching --out network.csv",
    "neurorl simulate bandit my_agent.py > choices.csv",
)


def command(
    task: TaskName,
    agent: AgentName,
    /,
    set_: Settings = (),
    option: Options = (),
    task_set: Annotated[Settings, tyro.conf.arg(name="task-set", metavar="NAME=VALUE")] = (),
    task_option: Annotated[Settings, tyro.conf.arg(name="task-option", metavar="NAME=VALUE")] = (),
    lesion: Annotated[Settings, tyro.conf.arg(name="lesion", metavar="PART=GAIN")] = (),
    freeze: Annotated[Settings, tyro.conf.arg(name="freeze", metavar="PART=PLASTICITY")] = (),
    with_: Perturbations = (),
    params: OptionalFile = None,
    trained: OptionalFolder = None,
    subjects: OptionalCount = None,
    sessions: int = 1,
    steps: OptionalCount = None,
    trials: OptionalCount = None,
    seed: int = 0,
    out: OptionalFile = None,
    json: Json = False,
) -> None:
    """Let an agent play a task and write one row a decision, with the agent's latents and the task's truth.

    Args:
        task: A task's name or a file of your own.
        agent: An agent's name or a file of your own.
        set_: A free parameter of the agent.
        option: A setting of the agent that is not fitted, such as initial=0.5 (`neurorl show AGENT` lists them).
        task_set: A number among the settings of the task, such as a reward probability.
        task_option: What kind of task it is, such as maze=four_rooms or n_arms=4; @FILE stands for the text of a file.
        lesion: A part of the agent (`neurorl show AGENT` lists them) that sends only so much; 0 is a total lesion.
        freeze: A part of the agent that learns only so much (0 is frozen).
        with_: A perturbation: lesion(PART, GAIN), freeze(PART), dopamine_at_choice(LEVEL), dopamine_at_learning(GAIN),
            synaptic(FIELD, SYNAPSE), or a synapse such as bits(6) for the weights of a trained network. May be given
            several times, and is applied in order.
        params: A table with one row a subject and the parameters as columns, as `neurorl fit` writes it.
        trained: The folder of a `neurorl train` run or a network of the zoo; replicas are shared out over subjects.
        subjects: How many play (20, or one a row of --params).
        sessions: Sessions of each subject.
        steps: Steps (decisions) in a session (300); with --trials the most that a session may take.
        trials: Trials in a session; where a trial lasts as long as the subject takes, give --steps as well.
        seed: Source of all randomness.
        out: Where to write the table, .csv or .parquet; standard output without it.
        json: Print a summary as JSON and nothing else (needs --out).
    """
    if json and out is None:
        raise BadValue("--json prints a summary, so the table must be written to a file; add --out choices.csv.")
    if params is not None and trained is not None:
        raise BadValue("--params and --trained both say where parameters come from; give one of them.")
    if option and trained is not None:
        raise BadValue(f"A trained network keeps the options of its training; remove --option {option[0]}.")
    if out is not None:
        writable_table(out)
    given = {"steps": steps, "trials": trials, "subjects": subjects}
    require_at_least_one(sessions=sessions, **{name: n for name, n in given.items() if n is not None})
    from neurorl.cli.runtime import prepare

    prepare()
    import jax

    from neurorl.cli.fits import task_with
    from neurorl.cli.perturbations import applied
    from neurorl.cli.players import as_trained, names_of, perturbed, played_by, same_as_fitted, with_settings
    from neurorl.core.options import settings_of
    from neurorl.data import from_trajectory
    from neurorl.data.cells import neutral
    from neurorl.loop.many import simulate_many

    played = task_with(task, task_option)
    player = player_for(agent, task, option, played)
    player = player if trained is None else as_trained(player, trained, agent)
    if params is not None:
        same_as_fitted(player, agent, params)
    who, n = played_by(player, numbers(set_), params, trained, subjects)
    who = perturbed(player, who, numbers(lesion, "--lesion"), numbers(freeze, "--freeze"))
    player, who = applied(player, who, with_, seed, n)
    trajectory = simulate_many(
        jax.random.key(seed),
        player,
        who,
        played,
        300 if steps is None and trials is None else steps,
        subjects=n,
        sessions=sessions,
        n_trials=trials,
        task_params=with_settings(played.params(), numbers(task_set, "--task-set")),
        stacked=True,
    )
    dataset = from_trajectory(
        trajectory,
        played.spaces,
        subjects=[subject for subject in names_of(params, n) for _ in range(sessions)],
        sessions=[*range(sessions)] * n,
    )
    if out is None:
        neutral(dataset.table).to_csv(sys.stdout, index=False)
        return
    dataset.write(out)
    summary = _summary(dataset.table) | ({"with": ", ".join(with_)} if with_ else {}) | {"out": out}
    options = settings_of(player)
    if json:
        print_json({"task": task, "agent": agent, "options": options, "seed": seed} | summary)
    else:
        about = {"options": ", ".join(f"{name} {value}" for name, value in options.items())} if options else {}
        shown = about | {name.replace("_", " "): value for name, value in summary.items()}
        print_pairs(shown, title=f"{agent} on {task}")


def _summary(table: Any) -> dict[str, Any]:
    sessions = table.groupby(["subject", "session"])
    trials = sessions["trial"].nunique()
    per_trial = (sessions["reward"].sum() / trials).groupby("subject").mean()
    return {
        "subjects": len(per_trial),
        "sessions": len(trials),
        "steps": len(table),
        "trials": int(trials.sum()),
        "reward_per_trial": per_trial.mean(),
        "sd_over_subjects": per_trial.std(),
    }
