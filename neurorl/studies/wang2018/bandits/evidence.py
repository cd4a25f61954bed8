"""What the bandit study gathers: two trained networks and the classical learners, on the same problems."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.end_state import end_state, plane
from neurorl.analysis.regret import cumulative_regret, regret_curve
from neurorl.core import catalogue
from neurorl.core.fitted import Fitted
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.data import recording
from neurorl.loop import run
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.studies.wang2018.bandits.problems import FIXED, KNOWN, LEARNERS, PROBLEMS, TRIALS, arms, horizons
from neurorl.train import TrainConfig

AGENT = "lstm"
TASKS = {"independent": "bandit", "correlated": "bandit_correlated"}  # what a network was trained on -> task
NETWORKS = tuple(f"network_{name}" for name in TASKS)
DRAWN = ("independent", "correlated")  # problems that are drawn anew in each session: their activity is analysed
SHOWN_P_LEFT = (0.99, 0.46, 0.33, 0.01)  # Fig. 1e
SHOWN_SESSIONS = 11  # Fig. 1c
EARLY = 20  # the other trial at which published regret is read off


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how each network is trained.
        sessions: test sessions of each replica on each problem, an even number.
        beside: sessions of each classical learner on each problem, an even number.
        learners: who plays beside the networks, names in `LEARNERS`.
    """

    train: TrainConfig
    sessions: int
    beside: int
    learners: tuple[str, ...] = tuple(LEARNERS)


def networks(scale: Scale) -> tuple[Network, ...]:
    """A network trained on independent arms and one trained on correlated arms; both see the trial index."""
    return tuple(
        Network(f"wang2018/bandits_{name}", task, AGENT, scale.train, task_options={"clock": True})
        for name, task in TASKS.items()
    )


def gather(context: Context) -> Evidence:
    """Train both networks, freeze them, and run networks and classical learners on every problem."""
    scale: Scale = context.settings
    parts: dict[str, list[pd.DataFrame]] = {}
    evidence = Evidence()
    keys = jax.random.split(jax.random.key(context.seed), 3)
    for spec, key in zip(networks(scale), keys, strict=False):
        fitted, agent, task = trained(context, spec)
        name = spec.name.rpartition("_")[2]
        _add(parts, "learning_curve", pd.DataFrame(fitted.curve).assign(network=name))
        kept = _network(parts, name, fitted, agent, bool(getattr(task, "clock", False)), scale, context.seed, key)
        evidence.recordings |= {f"units_trained_{name}_tested_{problem}": kept[problem] for problem in DRAWN}
    task = catalogue.load("task", "bandit")
    for name, key in zip(scale.learners, jax.random.split(keys[2], len(scale.learners)), strict=True):
        kind, options = LEARNERS[name]
        agent = replace(catalogue.load("agent", kind).for_spaces(task.spaces), **options)
        for problem, p, played in play_all(key, agent, agent.params(), task, None, scale.beside, context.seed):
            _scores(parts, name, problem, p, played)
    evidence.tables = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    evidence.tables["horizons"] = horizons()
    return evidence


def play_all(
    key: Any,
    agent: Any,
    params: Any,
    task: Task,
    replicas: int | None,
    sessions: int,
    seed: int,
    *,
    paying: bool = True,
) -> Iterator[tuple[str, np.ndarray, Trajectory]]:
    """Every problem with its reward probabilities [sessions, 2] and what was played, [replicas, sessions, trials].

    All problems are played on the same task with its probabilities held, so that an agent is compiled once. With
    `replicas` the leaves of params have a leading axis; None is one player with plain params. Without `paying` the
    choices are judged by the same probabilities, but no arm ever pays.
    """
    for i, problem in enumerate(PROBLEMS):
        p = arms(problem, sessions, seed)
        keys = jax.random.split(jax.random.fold_in(key, i), (replicas or 1, sessions))
        yield problem, p, _play(agent, task, replicas is not None, keys, params, jnp.asarray(p if paying else 0.0 * p))


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def _play(agent: Any, task: Any, stacked: bool, keys: Any, params: Any, p: Any) -> Trajectory:
    def session(key: Any, params: Any, p: Any) -> Trajectory:
        return run(key, agent, params, task, replace(task.params(), low=p, high=p), TRIALS)

    one = jax.vmap(session, in_axes=(0, None, 0))
    return jax.vmap(one, in_axes=(0, 0 if stacked else None, None))(keys, params, p)


def _network(
    parts: dict[str, list[pd.DataFrame]],
    name: str,
    fitted: Fitted,
    agent: Any,
    clock: bool,
    scale: Scale,
    seed: int,
    key: Any,
) -> dict[str, xr.Dataset]:
    """Regret, choices and activity of a trained network; returns recordings of the replica that is shown."""
    task = replace(catalogue.load("task", "bandit"), clock=clock)
    n = replicas_of(fitted)
    learner = f"network_{name}"
    activity: dict[str, xr.Dataset] = {}
    for problem, p, played in play_all(key, agent, fitted.params, task, n, scale.sessions, seed):
        _scores(parts, learner, problem, p, played)
        if problem in FIXED:
            _add(parts, "choices", _choices(learner, problem, p, played))
        if problem in DRAWN:
            flat = jax.tree.map(lambda leaf: leaf.reshape(-1, *leaf.shape[2:]), played)
            activity[problem] = recording(flat, replicas=n, keep=("latent_h", "action", "reward", "truth_p_reward"))
    # With frozen weights, arms that never pay and a network that hears nothing of rewards (`feedback="none"`) are the
    # same: its input is 0 throughout. So no second program has to be compiled.
    for problem, p, played in play_all(key, agent, fitted.params, task, n, scale.sessions, seed, paying=False):
        _scores(parts, f"{learner}_without_reward", problem, p, played)
    shown = best_replica(pd.concat(parts["sessions"]), learner)
    for problem, recorded in activity.items():
        _encoding(parts, name, problem, recorded, shown)
    return {problem: recorded.isel(replica=[shown]) for problem, recorded in activity.items()}


def best_replica(sessions: pd.DataFrame, learner: str) -> int:
    """The replica with the least regret on every other session of the known problem.

    Wang et al. 2016 chose networks on half of their test sessions and showed them on the other half.
    """
    mine = sessions[(sessions["learner"] == learner) & (sessions["problem"] == KNOWN) & (sessions["session"] % 2 == 0)]
    return int(mine.groupby("subject")["at_100"].mean().idxmin())


def _scores(parts: dict, learner: str, problem: str, p: np.ndarray, played: Trajectory) -> None:
    regret = cumulative_regret(np.asarray(played.action), p)
    reward = np.asarray(played.reward).mean(axis=-1)
    for subject, (lost, earned) in enumerate(zip(regret, reward, strict=True)):
        who = {"learner": learner, "problem": problem, "subject": subject}
        session = {"session": np.arange(len(p)), "p_left": p[:, 0], "p_right": p[:, 1], "reward": earned}
        _add(parts, "sessions", pd.DataFrame(who | session | {"at_20": lost[:, EARLY - 1], "at_100": lost[:, -1]}))
        _add(parts, "curves", regret_curve(lost).assign(**who))
        _add(parts, "curves_held_out", regret_curve(lost[1::2]).assign(**who))


def _choices(learner: str, problem: str, p: np.ndarray, played: Trajectory) -> pd.DataFrame:
    """Choices of a few sessions each way, of the first replica."""
    rows = []
    for start in (0, len(p) // 2):
        for session in range(start, min(start + SHOWN_SESSIONS, start + len(p) // 2)):
            who = {"learner": learner, "problem": problem, "session": session, "p_left": p[session, 0]}
            choice = np.asarray(played.action[0, session])
            rows.append(pd.DataFrame(who | {"trial": np.arange(1, TRIALS + 1), "choice": choice}))
    return pd.concat(rows, ignore_index=True)


def _encoding(parts: dict, name: str, problem: str, recorded: xr.Dataset, shown: int) -> None:
    """Where the activity of each replica ends, and the plane in which that of one is drawn."""
    for r in range(recorded.sizes["replica"]):
        mine = recorded.isel(replica=r, drop=True)
        p = mine["truth_p_reward"].isel(step=0).to_numpy().astype(float)
        sides = pd.DataFrame({"p_left": p[:, 0], "p_right": p[:, 1], "difference": p[:, 0] - p[:, 1]})
        who = {"network": name, "problem": problem, "subject": r}
        activity = mine["latent_h"].drop_vars(["trial", "trial_step"], errors="ignore")
        _add(parts, "end_states", end_state(activity, sides).assign(**who))
        if r != shown:
            continue
        score, _ = plane(activity)
        score = score * np.where(np.corrcoef(score[:, -1, 0], p[:, 0])[0, 1] < 0, [-1.0, 1.0], [1.0, 1.0])
        ends = {"session": np.arange(len(p)), "pc_1": score[:, -1, 0], "pc_2": score[:, -1, 1]}
        _add(parts, "points", pd.DataFrame(who | ends).assign(p_left=p[:, 0], p_right=p[:, 1]))
        for left in SHOWN_P_LEFT if problem == "correlated" else ():
            wanted = [left, 1.0 - left]
            session = int(np.abs(p - wanted).sum(axis=1).argmin())
            path = {"pc_1": score[session, :, 0], "pc_2": score[session, :, 1], "trial": np.arange(1, TRIALS + 1)}
            choice = {"choice": mine["action"].to_numpy()[session]}
            at = {"session": session, "p_left": p[session, 0], "p_right": p[session, 1]}
            _add(parts, "paths", pd.DataFrame(who | at | path | choice))


def _add(parts: dict[str, list[pd.DataFrame]], name: str, table: pd.DataFrame) -> None:
    parts.setdefault(name, []).append(table)
