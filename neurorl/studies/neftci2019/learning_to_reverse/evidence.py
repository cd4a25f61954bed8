"""What the study of learning to reverse gathers: observers and delta rules in three kinds of reversal task."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.reversals import aligned_to_reversals, alternations, trials_to_switch
from neurorl.core import catalogue, params
from neurorl.core.agent import Agent
from neurorl.core.study import Context, Evidence
from neurorl.core.task import Task
from neurorl.core.types import Trajectory
from neurorl.data import from_trajectory
from neurorl.loop import simulate_many

SERIAL, TIMING, HAZARD = "serial_reversal", "reversal_timing", "reversal"
LEARNS, TIMES, FILTERS, CACHES = (
    "serial_reversal_observer",
    "reversal_timing_observer",
    "hmm_observer",
    "rescorla_wagner",
)

# Players of the serial task.
LEARNED, BOLD, ALONE, CACHED = (
    "hazard and noise learned",
    "... from bolder priors",
    "hazard alone learned",
    "delta rule",
)

# Priors an animal may bring to its first session: a reversal is nearly unheard of, and outcomes mislead now and then.
NAIVE = dict(a_h=0.05, b_h=500.0, a_eps=60.0, b_eps=140.0)
BOLDER = dict(a_h=0.1, b_h=200.0, a_eps=20.0, b_eps=80.0)
KNOWN_NOISE = 0.2
SETTLED = 3  # right choices in a row after which a reversal counts as learned where outcomes are noisy
# Groups that have met 0.05 to 4 reversals in 500 trials before their first session, as groups with lesions may differ.
GROUPS = {"0.05": 0.05, "1": 1.0, "2": 2.0, "4": 4.0}
SERIAL_STEPS = 640  # more than 15 reversals at the criterion take, and 13 phases of 40 trials
SCHEDULES = {"80/20": 0.8, "70/30": 0.7, "60/40": 0.6}
PRIORS = ("flat", "hazard", "uniform", "gaussian")
SHARPNESS = (0.25, 1.0, 4.0)
BLOCK = 80  # trials
COUNTED = 1500  # blocks whose changes of answer are counted
FILTER_TRIALS, FILTER_FROM = 100, 20
# The delta-rule learner is given its best settings, looked for on this grid; values start in the middle. The grid goes
# beyond the range in which the agent is fitted, so that the best setting lies inside it.
ALPHAS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
BETAS = (3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
FINALISTS, AGAIN = 8, 10  # settings that play so many times the sessions before the best is chosen
PLAIN = dict(alpha=0.2, beta=10.0)  # the learner whose switches are counted


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        noisy: sessions of the noisy serial task.
        animals: animals of each group, and delta-rule learners in the serial task.
        blocks: blocks of each schedule and player in the timing task.
        grid: blocks, and sessions of the hazard task, at each setting of the delta-rule learner.
        sessions: sessions of the hazard task.
        learners: animals that learn the prior on timing.
        lifetime: blocks in each of their lives.
    """

    noisy: int
    animals: int
    blocks: int
    grid: int
    sessions: int
    learners: int
    lifetime: int


def gather(context: Context) -> Evidence:
    """Simulate all parts."""
    scale: Scale = context.settings
    keys = iter(jax.random.split(jax.random.key(context.seed), 32))
    evidence = Evidence()
    evidence.tables |= _serial(keys, scale, evidence.numbers)
    evidence.tables |= _timing(keys, scale)
    evidence.tables |= _learned_timing(next(keys), scale)
    evidence.tables["filter"] = _filter(keys, scale)
    return evidence


def _serial(keys: Any, scale: Scale, numbers: dict[str, float]) -> dict[str, pd.DataFrame]:
    """Reversals at a criterion, certain and in the same order for every player; and noisy, 40 trials apart."""
    task = catalogue.load("task", SERIAL)
    certain, noisy = task.params(), dataclasses.replace(task.params(), p_good=jnp.asarray(0.8), phase=jnp.asarray(40))
    noisy = dataclasses.replace(noisy, reversals=jnp.asarray(12))
    observer = dataclasses.replace(_agent(LEARNS, task), greedy=True)
    knowing = dataclasses.replace(observer, known_noise=KNOWN_NOISE)
    tried = {
        LEARNED: (observer, NAIVE),
        BOLD: (observer, BOLDER),
        ALONE: (knowing, NAIVE),
    }
    parts = []
    for name, (agent, values) in tried.items():
        for kind, task_params, n in (("certain", certain, 1), ("noisy", noisy, scale.noisy)):
            played = _play(next(keys), agent, values, task, SERIAL_STEPS, n, task_params)
            parts.append(_by_reversal(played, task).assign(learner=name, task=kind))
            if name == LEARNED and kind == "certain":
                end = int(np.asarray(played.valid)[0].sum()) - 1
                numbers["hazard_end"] = float(played.latents.hazard[0, end])
                numbers["noise_end"] = float(played.latents.noise[0, end])
    caching = dataclasses.replace(_agent(CACHES, task), initial=0.5)
    for kind, task_params, n in (("certain", certain, scale.animals), ("noisy", noisy, scale.noisy)):
        played = _play(next(keys), caching, dict(alpha=0.3, beta=10.0), task, SERIAL_STEPS, n, task_params)
        parts.append(_by_reversal(played, task).assign(learner=CACHED, task=kind))

    softly = dataclasses.replace(observer, greedy=False)
    each = [params.replace(softly.params(), **(NAIVE | {"a_h": a_h})) for a_h in GROUPS.values()]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *each)
    played = simulate_many(
        next(keys), softly, stacked, task, SERIAL_STEPS, subjects=len(each), sessions=scale.animals, stacked=True
    )
    groups = _by_reversal(played, task)
    groups["group"] = np.repeat(list(GROUPS), scale.animals)[groups["session"]]
    return {"serial": pd.concat(parts, ignore_index=True), "groups": groups}


def _by_reversal(played: Trajectory, task: Task) -> pd.DataFrame:
    """Trials of each reversal; for an observer also E[h] and E[eps] on the trial before it."""
    table = _table(played, task)
    found = trials_to_switch(table)
    settled = trials_to_switch(table, in_a_row=SETTLED)["trials"]  # the same reversals in the same order
    found = found.assign(trials_settled=settled)
    if "latent_hazard" not in table:
        return found.drop(columns="subject")
    last = table.groupby(["session", "truth_phase"], as_index=False)[["latent_hazard", "latent_noise"]].last()
    last = last.assign(reversal=last["truth_phase"] + 1).rename(
        columns={"latent_hazard": "hazard", "latent_noise": "noise"}
    )
    return found.drop(columns="subject").merge(last.drop(columns="truth_phase"), on=["session", "reversal"], how="left")


def _timing(keys: Any, scale: Scale) -> dict[str, pd.DataFrame]:
    """One reversal a block: observers with each prior, the best delta-rule learner, and a sharpened prior."""
    task = catalogue.load("task", TIMING)
    kind = _agent(TIMES, task)
    caching = dataclasses.replace(_agent(CACHES, task), initial=0.5)
    blocks, curves, grids, posteriors, sharp = [], [], [], [], []
    for schedule, p_good in SCHEDULES.items():
        task_params = dataclasses.replace(task.params(), p_good=jnp.asarray(p_good))
        key = next(keys)  # the same blocks for every player
        for prior in PRIORS:
            agent = dataclasses.replace(kind, prior=prior, greedy=True)
            played = _play(key, agent, {"p_hi": p_good}, task, BLOCK, scale.blocks, task_params)
            who = dict(player=prior, schedule=schedule)
            table = _table(played, task)
            blocks.append(_by_block(played, table).assign(**who))
            curves.append(_curve(table).assign(**who))
            if prior in ("flat", "uniform"):
                posteriors.append(_example(played).assign(**who))
        grid, best = best_cacher(key, caching, task, task_params, BLOCK, scale.grid, 0)
        grids.append(grid.assign(schedule=schedule))
        for player, values in (("best delta rule", best), ("delta rule", PLAIN)):
            played = _play(key, caching, values, task, BLOCK, scale.blocks, task_params)
            who, table = dict(player=player, schedule=schedule), _table(played, task)
            blocks.append(_by_block(played, table).assign(**who))
            curves.append(_curve(table).assign(**who))
        for w in SHARPNESS:
            agent = dataclasses.replace(kind, prior="gaussian", greedy=True)
            played = _play(key, agent, {"p_hi": p_good, "sd": 12.0, "w": w}, task, BLOCK, scale.blocks, task_params)
            sharp.append(_by_block(played, _table(played, task)).assign(w=w, schedule=schedule))
    tables = {"blocks": blocks, "curves": curves, "grid": grids, "posteriors": posteriors, "sharpened": sharp}
    return {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}


def _by_block(played: Trajectory, table: pd.DataFrame) -> pd.DataFrame:
    """One row per block: accuracy, changes of answer around the reversal, and final error of its estimated trial."""
    right = (np.asarray(played.action) == np.asarray(played.truth.best)).mean(axis=1)
    out = pd.DataFrame({"session": np.arange(len(right)), "accuracy": right})
    out = out.merge(alternations(table)[["session", "changes"]], on="session", how="left")
    if hasattr(played.latents, "timing"):
        out["estimate"] = np.asarray(played.latents.reversal)[:, -1].astype(float)
        out["error"] = np.abs(out["estimate"] - np.asarray(played.truth.reversal)[:, 0])
    return out


def _curve(table: pd.DataFrame) -> pd.DataFrame:
    """Share of choices of the arm that becomes the better one, by distance from the reversal."""
    near = aligned_to_reversals(table, before=10, after=25)
    return near.groupby("offset", as_index=False).agg(new=("new", "mean"), n=("new", "size"))


def _example(played: Trajectory, block: int = 0) -> pd.DataFrame:
    """How the posterior over the reversal's trial moves through one block: columns trial, m, p, reversal."""
    timing = np.asarray(played.latents.timing)[block]
    trial, m = np.meshgrid(np.arange(timing.shape[0]), 1 + np.arange(timing.shape[1]), indexing="ij")
    reversal = int(np.asarray(played.truth.reversal)[block, 0])
    return pd.DataFrame({"trial": trial.ravel(), "m": m.ravel(), "p": timing.ravel(), "reversal": reversal})


def best_cacher(
    key: Any, agent: Agent, task: Task, task_params: Any, n_steps: int, sessions: int, since: int
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Accuracy from trial `since` on at each setting of the grid, and the best setting.

    The best settings of the grid are run again for longer, since the maximum of 84 noisy estimates is biased.
    """

    def accuracy(key: Any, settings: list[dict[str, float]], sessions: int) -> np.ndarray:
        each = [dataclasses.replace(agent.params(), **_arrays(values)) for values in settings]
        stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *each)
        size = dict(subjects=len(each), sessions=sessions, stacked=True)
        played = simulate_many(key, agent, stacked, task, n_steps, task_params=task_params, **size)
        right = np.asarray(played.action == played.truth.best)[:, since:].mean(axis=1)
        return right.reshape(len(each), sessions).mean(axis=1)

    settings = [dict(alpha=a, beta=b) for a in ALPHAS for b in BETAS]
    right = accuracy(key, settings, sessions)
    finalists = [settings[i] for i in np.argsort(right)[-FINALISTS:]]
    again = accuracy(jax.random.fold_in(key, 1), finalists, AGAIN * sessions)
    return pd.DataFrame(settings).assign(accuracy=right), finalists[int(again.argmax())]


def _learned_timing(key: Any, scale: Scale) -> dict[str, pd.DataFrame]:
    """Observers that learn the timing of reversals from block to block, at 70/30."""
    task = dataclasses.replace(catalogue.load("task", TIMING), blocks=scale.lifetime)
    agent = dataclasses.replace(_agent(TIMES, task), prior="learned", greedy=True)
    task_params = dataclasses.replace(task.params(), p_good=jnp.asarray(SCHEDULES["70/30"]))
    values = {"p_hi": SCHEDULES["70/30"]}
    played = _play(key, agent, values, task, BLOCK * scale.lifetime, scale.learners, task_params)
    shape = (scale.learners, scale.lifetime, BLOCK)
    right = np.asarray(played.action == played.truth.best).reshape(shape).mean(axis=2)
    # On a block's first trial nothing has been seen of it: the posterior is the prior.
    believed = np.asarray(played.latents.timing).reshape(*shape, BLOCK)[:, :, 0]
    animal, block = np.meshgrid(np.arange(scale.learners), np.arange(scale.lifetime), indexing="ij")
    rows = {"animal": animal, "block": block, "accuracy": right, "within": believed[:, :, 29:50].sum(axis=2)}
    priors = believed.mean(axis=0)
    shown = sorted({0, scale.lifetime // 10, scale.lifetime // 3, scale.lifetime - 1})
    course = [pd.DataFrame({"block": b, "m": 1 + np.arange(BLOCK), "p": priors[b]}) for b in shown]
    learned = pd.DataFrame({name: values.ravel() for name, values in rows.items()})
    return {"learned": learned, "learned_priors": pd.concat(course, ignore_index=True)}


def _filter(keys: Any, scale: Scale) -> pd.DataFrame:
    """A hidden Markov model of the task beside the best delta-rule learner: 80/20, hazard .04."""
    task = catalogue.load("task", HAZARD)
    key = next(keys)
    observer = _agent(FILTERS, task)
    played = _play(key, observer, {"beta": 20.0}, task, FILTER_TRIALS, scale.sessions, task.params())
    caching = dataclasses.replace(_agent(CACHES, task), initial=0.5)
    _, best = best_cacher(key, caching, task, task.params(), FILTER_TRIALS, scale.grid, FILTER_FROM)
    cached = _play(next(keys), caching, best, task, FILTER_TRIALS, scale.sessions, task.params())
    rows = []
    for name, each in (("hidden Markov model", played), ("best delta rule", cached)):
        right = np.asarray(each.action == each.truth.best)[:, FILTER_FROM:].mean(axis=1)
        rows.append(pd.DataFrame({"player": name, "session": np.arange(len(right)), "accuracy": right}))
    return pd.concat(rows, ignore_index=True)


def _table(played: Trajectory, task: Task) -> pd.DataFrame:
    """The first sessions as a table, with the columns needed for counts by trial."""
    few = jax.tree.map(lambda leaf: leaf[:COUNTED], played)
    number = np.arange(few.reward.shape[0])
    return from_trajectory(few, task.spaces, subjects=number, sessions=number).table


def _agent(name: str, task: Task) -> Agent:
    return catalogue.load("agent", name).for_spaces(task.spaces)


def _play(
    key: Any, agent: Agent, values: dict[str, float], task: Task, n_steps: int, sessions: int, task_params: Any
) -> Trajectory:
    own = dataclasses.replace(agent.params(), **_arrays(values))
    return simulate_many(key, agent, own, task, n_steps, subjects=1, sessions=sessions, task_params=task_params)


def _arrays(values: dict[str, float]) -> dict[str, Any]:
    """Parameters as given; the grid of the delta rule exceeds the range in which beta is fitted."""
    return {name: jnp.asarray(value, float) for name, value in values.items()}
