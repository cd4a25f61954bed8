"""`neurorl train`: weights of a network from a task, with progress, checkpoints and resume."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from neurorl.cli.arguments import (
    AgentName,
    Flag,
    Json,
    OptionalCount,
    OptionalFolder,
    OptionalNumber,
    TaskName,
    require_at_least_one,
)
from neurorl.cli.output import print_json, print_table

EXAMPLES = (
    "neurorl train two_step lstm",
    "neurorl train two_step lstm --sessions 40000 --replicas 8 --out runs/eight",
    "neurorl train two_step lstm --out runs/eight --sessions 40000 --replicas 8 --resume",
    "neurorl train two_step lstm --recipe paper",
    "neurorl train bandit_correlated gru --hidden 32 --entropy 0.3 0",
)

Schedule = Annotated[tuple[float, ...] | None, tyro.conf.arg(metavar="START [END]", help_behavior_hint="")]


def command(
    task: TaskName,
    agent: AgentName,
    /,
    out: OptionalFolder = None,
    resume: Flag = False,
    recipe: Literal["fast", "paper"] = "fast",
    sessions: OptionalCount = None,
    replicas: OptionalCount = None,
    trials: int = 100,
    hidden: int = 48,
    parallel: OptionalCount = None,
    discount: OptionalNumber = None,
    step_size: Schedule = None,
    entropy: Schedule = None,
    value_cost: OptionalNumber = None,
    seed: int = 0,
    quiet: Flag = False,
    json: Json = False,
) -> int:
    """Train replicas of a network on a task by advantage actor-critic, and keep metrics and checkpoints.

    Ctrl-C, a kill or a full disk loses at most the chunk in progress: the same command with --resume goes on, and ends
    with the same weights as if nothing had happened.

    Args:
        task: A name or a file of your own.
        agent: A network: lstm, gru, vanilla_rnn, or a file of your own.
        out: Folder of metrics.csv and checkpoints; runs/train/TASK-AGENT-seedN by default.
        resume: Go on from the newest whole checkpoint in that folder.
        recipe: fast (Adam, 16 sessions an update) or paper (Wang et al. 2018: RMSProp, 1 session an update).
        sessions: Sessions each replica is trained on.
        replicas: Networks with different seeds, trained in one call.
        trials: Trials in a session.
        hidden: Hidden units.
        parallel: Sessions averaged in one update.
        discount: Reward discount per step, 0 to 1.
        step_size: Learning rate of the optimiser: one value, or a start and an end.
        entropy: Weight of the entropy bonus: one value, or a start and an end.
        value_cost: Weight of the value loss.
        seed: Source of all randomness.
        quiet: No progress bar.
        json: Print JSON and nothing else.
    """
    from neurorl.cli.runtime import prepare

    require_at_least_one(trials=trials, hidden=hidden)
    prepare()
    from neurorl.core.catalogue import load
    from neurorl.train import TrainConfig, train_agent

    loaded = load("task", task)
    network = load("agent", agent).for_spaces(loaded.spaces)
    if any(field.name == "hidden" for field in dataclasses.fields(network)):
        network = dataclasses.replace(network, hidden=hidden)
    asked: dict[str, Any] = dict(
        sessions=sessions,
        replicas=replicas,
        parallel=parallel,
        discount=discount,
        value_cost=value_cost,
        step_size=_schedule("step-size", step_size),
        entropy=_schedule("entropy", entropy),
    )
    settings = {name: value for name, value in asked.items() if value is not None}
    settings["steps"] = trials * loaded.spaces.steps_per_trial
    config = TrainConfig.paper(**settings) if recipe == "paper" else TrainConfig(**settings)
    folder = out or Path("runs") / "train" / f"{Path(task).stem}-{Path(agent).stem}-seed{seed}"
    fitted = train_agent(
        network, loaded, config, seed=seed, folder=folder, resume=resume, quiet=quiet, name=f"Training {agent}"
    )
    _show(fitted.curve, config.replicas, folder, f"{task} {agent}", as_json=json)
    return 0


def _schedule(name: str, values: tuple[float, ...] | None) -> Any:
    from neurorl.core.errors import BadValue
    from neurorl.train import Schedule

    if values is None:
        return None
    if len(values) not in (1, 2):
        raise BadValue(f"--{name} takes one value, or a start and an end; got {len(values)} values.")
    return Schedule(values[0], values[-1])


def _show(curve: Any, replicas: int, folder: Path, names: str, *, as_json: bool) -> None:
    last = {name: curve[name][-replicas:] for name in ("replica", "sessions", "reward", "entropy", "value_loss")}
    rows = list(zip(*(column.tolist() for column in last.values()), strict=True))
    if as_json:
        print_json({"folder": folder, "last": [dict(zip(last, row, strict=True)) for row in rows]})
        return
    shown = [(r, f"{n:,}", f"{reward:.3f}", f"{entropy:.3f}", f"{loss:.4f}") for r, n, reward, entropy, loss in rows]
    print_table(("replica", "sessions", "reward per trial", "entropy (nats)", "value loss"), shown, title="Last chunk")
    print(f"Metrics and checkpoints: {folder}")
    print(f"Let them play: neurorl simulate {names} --trained {folder} --out choices.csv")
