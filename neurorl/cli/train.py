"""`neurorl train`: weights of a network from a task, with progress, checkpoints and resume."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from tyro.conf import Positional

from neurorl.cli.algorithms import USUAL, chosen_algorithm, given
from neurorl.cli.arguments import (
    AlgorithmSettings,
    Flag,
    Json,
    OptionalCount,
    OptionalFile,
    OptionalFolder,
    OptionalNumber,
    Options,
    require_at_least_one,
)
from neurorl.cli.output import print_json, print_table

EXAMPLES = (
    "neurorl train two_step lstm",
    "neurorl train two_step lstm --sessions 40000 --replicas 8 --out runs/eight",
    "neurorl train two_step lstm --out runs/eight --sessions 40000 --replicas 8 --resume",
    "neurorl train two_step lstm --recipe paper",
    "neurorl train bandit_correlated gru --hidden 32 --entropy 0.3 0 --keep mine.npz",
    "neurorl train catch feedforward --algorithm v_trace --setting lag=16 --trials 1 --sessions 12800",
    "neurorl train wang2018/matching",
)

TaskOrNetwork = Annotated[str, Positional, tyro.conf.arg(metavar="TASK|NETWORK", help_behavior_hint="")]
AlgorithmName = Annotated[str, tyro.conf.arg(metavar="ALGORITHM", help_behavior_hint="")]
Schedule = Annotated[tuple[float, ...] | None, tyro.conf.arg(metavar="START [END]", help_behavior_hint="")]


def command(
    task: TaskOrNetwork,
    agent: Annotated[str | None, Positional, tyro.conf.arg(metavar="[AGENT]", help_behavior_hint="")] = None,
    /,
    out: OptionalFolder = None,
    resume: Flag = False,
    algorithm: AlgorithmName = USUAL,
    setting: AlgorithmSettings = (),
    recipe: Literal["fast", "paper"] = "fast",
    sessions: OptionalCount = None,
    replicas: OptionalCount = None,
    trials: OptionalCount = None,
    hidden: int = 48,
    feedback: Literal["reward", "rpe", "none"] = "reward",
    option: Options = (),
    parallel: OptionalCount = None,
    discount: OptionalNumber = None,
    step_size: Schedule = None,
    entropy: Schedule = None,
    value_cost: OptionalNumber = None,
    seed: OptionalCount = None,
    keep: OptionalFile = None,
    quiet: Flag = False,
    json: Json = False,
) -> int:
    """Train replicas of a network on a task, and keep metrics and checkpoints.

    Ctrl-C, a kill or a full disk loses at most the chunk in progress: the same command with --resume goes on, and ends
    with the same weights as if nothing had happened. A name of the zoo in place of task and agent trains that network
    again, by its own recipe and from its own seed.

    Args:
        task: A task's name or a file of your own, or the name of a network of the zoo (`neurorl list zoo`).
        agent: A network: lstm, gru, vanilla_rnn, or a file of your own. Also the file of the agent that a network in a
            .npz file was trained with, where that is yours: a file of weights never chooses code.
        out: Folder of metrics.csv and checkpoints; runs/train/TASK-AGENT-seedN by default.
        resume: Go on from the newest whole checkpoint in that folder.
        algorithm: How to train: actor_critic, another of `neurorl list algorithms`, or a file of your own.
        setting: A setting of the algorithm, such as lag=16 or step_size=(3e-3,3e-4) (`neurorl show ALGORITHM` lists
            them).
        recipe: fast (the defaults of the algorithm) or paper (its published settings; for actor_critic those of Wang et
            al. 2018: RMSProp, 1 session an update).
        sessions: Sessions each replica is trained on.
        replicas: Networks with different seeds, trained in one call.
        trials: Trials in a session (100).
        hidden: Hidden units.
        feedback: Input of the network from an outcome: the reward, its own prediction error, or none.
        option: Another setting of the network, such as scale=2 (`neurorl show AGENT` lists them).
        parallel: Sessions averaged in one update.
        discount: Reward discount per step, 0 to 1.
        step_size: Learning rate of the optimiser: one value, or a start and an end.
        entropy: Weight of the entropy bonus: one value, or a start and an end.
        value_cost: Weight of the value loss.
        seed: Source of all randomness (0, or that of the network of the zoo).
        keep: Write the trained network to this .npz file, which `neurorl.load_zoo` opens.
        quiet: No progress bar.
        json: Print JSON and nothing else.
    """
    from neurorl.cli.networks import beside_the_zoo, is_network, named_network, same_devices
    from neurorl.cli.runtime import prepare
    from neurorl.core.errors import BadValue

    require_at_least_one(hidden=hidden, **({} if trials is None else {"trials": trials}))
    if keep is not None and keep.suffix != ".npz":
        raise BadValue(f"--keep {keep} must end in .npz.")
    from neurorl.core.lock import require_file, require_folder
    from neurorl.core.study import Network

    if keep is not None:
        require_file(keep)
    if out is not None:
        require_folder(out)
    again = agent is None or task.endswith(".npz")
    if again and not is_network(task):
        raise BadValue(
            f"Which agent should learn {task}? Name one: neurorl train {task} lstm. `neurorl list zoo` lists the "
            "networks that can be trained again by their name alone."
        )
    if again and agent is not None and not agent.endswith(".py"):
        raise BadValue(f"{task} is trained again by its own recipe and agent; leave {agent} out.")
    if again and (hidden, trials, algorithm, recipe, feedback, option) != (48, None, USUAL, "fast", "reward", ()):
        raise BadValue(
            f"{task} is trained as its recipe says, so --hidden, --trials, --algorithm, --recipe, --feedback and "
            "--option do not apply; leave them out, or name a task and an agent."
        )
    asked: dict[str, Any] = dict(
        sessions=sessions,
        replicas=replicas,
        parallel=parallel,
        discount=discount,
        value_cost=value_cost,
        step_size=_schedule("step-size", step_size),
        entropy=_schedule("entropy", entropy),
    )
    flags = {name: value for name, value in asked.items() if value is not None}
    if again:
        same_devices(task)
    prepare()
    from neurorl.train import train_agent, with_settings
    from neurorl.zoo import write_zoo

    if again:
        network, its_seed, study, scale = named_network(task, agent)
        network = dataclasses.replace(network, config=with_settings(network.config, given(flags, setting)))
    else:
        own = _own_options(task, str(agent), hidden, feedback, option)
        config = chosen_algorithm(algorithm, recipe, flags | _length(task, trials, setting), setting)
        name = f"{Path(task).stem}-{Path(str(agent)).stem}"
        network = Network(name, task, str(agent), config, agent_options=own, algorithm=algorithm)
        its_seed, study, scale = 0, "", ""
    seed = its_seed if seed is None else seed
    learner, loaded = network.make()
    name = "".join(c if c.isalnum() or c in "-_. " else "-" for c in network.name)
    folder = out or Path("runs") / "train" / f"{name}-seed{seed}"
    fitted = train_agent(
        learner, loaded, network.config, seed=seed, folder=folder, resume=resume, quiet=quiet, name=f"Training {name}"
    )
    if keep is not None:
        write_zoo(keep, network, fitted, seed=seed, study=study, scale=scale)
    _show(fitted.curve, network.config.replicas, folder, f"{network.task} {network.agent}", as_json=json)
    if not json:
        if keep is not None:
            print(f"Written: {keep}; load it with neurorl.load_zoo({str(keep)!r})")
        beside = beside_the_zoo(task, fitted.params, seed) if again else ""
        if beside:
            print(beside)
    return 0


def _length(task: str, trials: int | None, setting: tuple[str, ...]) -> dict[str, int]:
    """Steps of a session: those of this number of trials, unless the steps are set."""
    from neurorl.core.catalogue import load

    if trials is None and any(text.partition("=")[0].strip() == "steps" for text in setting):
        return {}
    return {"steps": (100 if trials is None else trials) * load("task", task).spaces.steps_per_trial}


def _own_options(task: str, agent: str, hidden: int, feedback: str, given: tuple[str, ...]) -> dict[str, Any]:
    """The options of the network that the command line sets; --hidden and --feedback are two of them."""
    from neurorl.cli.agents import player_for
    from neurorl.core.errors import BadValue
    from neurorl.core.options import settings_of

    usual = settings_of(player_for(agent, task))
    named = {text.partition("=")[0].rpartition(".")[2].strip() for text in given}
    for name, value, default in (("hidden", hidden, 48), ("feedback", feedback, "reward")):
        if value != default and name in named:
            raise BadValue(f"--{name} {value} and --option say the same setting twice; leave one of the two out.")
    if feedback != "reward" and "feedback" not in usual:
        raise BadValue(f"{agent} accepts only the reward as feedback; remove --feedback.")
    asked: dict[str, Any] = {"hidden": hidden} if "hidden" in usual else {}
    asked |= {"feedback": feedback} if feedback != "reward" else {}
    set_by_name = settings_of(player_for(agent, task, given))
    return asked | {name: set_by_name[name] for name in named}


def _schedule(name: str, values: tuple[float, ...] | None) -> Any:
    from neurorl.core.errors import BadValue
    from neurorl.train import Schedule

    if values is None:
        return None
    if len(values) not in (1, 2):
        raise BadValue(f"--{name} takes one value, or a start and an end; got {len(values)} values.")
    return Schedule(values[0], values[-1])


def _show(curve: Any, replicas: int, folder: Path, names: str, *, as_json: bool) -> None:
    names_of = [name for name in curve if name != "seconds"]
    last = {name: curve[name][-replicas:] for name in names_of}
    rows = list(zip(*(column.tolist() for column in last.values()), strict=True))
    if as_json:
        print_json({"folder": folder, "last": [dict(zip(last, row, strict=True)) for row in rows]})
        return
    shown = [(r, f"{n:,}", *(f"{value:.4g}" for value in values)) for r, n, *values in rows]
    print_table([name.replace("_", " ") for name in names_of], shown, title="Last chunk, means over its updates")
    print(f"Metrics and checkpoints: {folder}")
    print(f"Let them play: neurorl simulate {names} --trained {folder} --out choices.csv")
