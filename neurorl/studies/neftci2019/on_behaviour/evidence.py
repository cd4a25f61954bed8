"""What the study of learning on behaviour gathers: the same learners with the same samples in four ways."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.regret import cumulative_regret, regret_curve
from neurorl.core import catalogue
from neurorl.core.params import replace as with_params
from neurorl.core.study import Context, Evidence
from neurorl.loop import Batch, ExperienceReplay, Mode, OnBehaviour, Parallel, learn

MAZE, WALKER = "gridworld", "dyna_q"
BANDIT, CHOOSER = "bandit", "rescorla_wagner"
MAZE_MODES: tuple[Mode, ...] = (
    OnBehaviour(),
    Parallel(4),
    Parallel(16),
    Batch(100),
    Batch(1_000),
    Batch(4_000),
    ExperienceReplay(5, capacity=1_000),
)
BANDIT_MODES: tuple[Mode, ...] = (
    OnBehaviour(),
    Parallel(4),
    Parallel(16),
    Batch(4),
    Batch(16),
    Batch(64),
    ExperienceReplay(5, capacity=1_000),
)
MAZE_SAMPLES, BANDIT_SAMPLES = 16_000, 320  # whole numbers of batches and of ticks of all copies
EVERY = 160  # samples between two points of a curve in the maze
PAYING = (0.25, 0.75)
ALPHA = 0.1  # of the chooser; the walker's is its default, .1
SHORTEST = 14  # steps from start to goal
MASTERED, TRIALS = 20.0, 10  # criterion: so few steps a trial, on average over so many trials in a row


@dataclass(frozen=True)
class Scale:
    """How much is simulated.

    Attributes:
        walkers: runs in the maze, of each way.
        choosers: runs on the bandit, of each way.
    """

    walkers: int
    choosers: int


def gather(context: Context) -> Evidence:
    """All runs in all ways; regret is computed from the same steps that are learned from."""
    scale: Scale = context.settings
    key_maze, key_bandit = jax.random.split(jax.random.key(context.seed))
    mazes = [walks(key_maze, mode, scale.walkers) for mode in MAZE_MODES]
    bandits = [choices(key_bandit, mode, scale.choosers) for mode in BANDIT_MODES]
    return Evidence(
        tables={
            "maze": pd.concat([runs for runs, _ in mazes], ignore_index=True),
            "maze_curves": pd.concat([curves for _, curves in mazes], ignore_index=True),
            "bandit": pd.concat([runs for runs, _ in bandits], ignore_index=True),
            "bandit_curves": pd.concat([curves for _, curves in bandits], ignore_index=True),
        }
    )


def way(mode: Mode) -> dict[str, Any]:
    """The way and its number: copies, stored transitions, or remembered ones a step."""
    match mode:
        case Parallel(n):
            return {"way": "copies", "n": n}
        case Batch(k):
            return {"way": "batches", "n": k}
        case ExperienceReplay(n, _):
            return {"way": "replay", "n": n}
    return {"way": "on_behaviour", "n": 1}


def copies_of(mode: Mode) -> int:
    """Samples a tick."""
    return mode.n if isinstance(mode, Parallel) else 1


def walks(key: Any, mode: Mode, runs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs in the maze.

    Returns:
        one row a run, with way, n, run, ticks and samples to the criterion, reached (whether it was), regret
        (goals forgone in all); and curves, with way, n, tick, sample, a_copy and in_all (mean goals forgone so far).
    """
    task = catalogue.load("task", MAZE)
    agent = replace(catalogue.load("agent", WALKER).for_spaces(task.spaces), n=0, greedy=True)
    n = copies_of(mode)
    t = _learner(agent, task, mode, MAZE_SAMPLES // n)(jax.random.split(key, runs), agent.params(), task.params())
    ends, steps = (np.asarray(leaf).reshape(runs, -1, n) for leaf in (t.discount == 0, t.truth.in_trial + 1))
    to_criterion = np.array([ticks_to_criterion(*run) for run in zip(ends, steps, strict=True)])
    samples = np.arange(1, MAZE_SAMPLES // n + 1) * n
    forgone = samples / SHORTEST - np.cumsum(ends.sum(axis=2), axis=1)  # [runs, ticks], over all copies
    who = way(mode)
    table = pd.DataFrame(
        {
            **who,
            "run": np.arange(runs),
            "ticks": np.minimum(to_criterion, MAZE_SAMPLES // n),
            "samples": np.minimum(to_criterion * n, MAZE_SAMPLES),
            "reached": np.isfinite(to_criterion),
            "regret": forgone[:, -1],
        }
    )
    at = np.arange(EVERY // n - 1, MAZE_SAMPLES // n, EVERY // n)
    in_all = forgone.mean(axis=0)[at]
    return table, pd.DataFrame({**who, "tick": at + 1, "sample": samples[at], "a_copy": in_all / n, "in_all": in_all})


def ticks_to_criterion(ends: np.ndarray, steps: np.ndarray) -> float:
    """The tick (from 1) that ends the first `TRIALS` trials in a row with at most `MASTERED` steps on average.

    Trials count in the order in which they end, those of all copies together.

    Args:
        ends: whether a trial ended, [ticks, copies].
        steps: its steps so far, [ticks, copies].

    Returns:
        infinity where the criterion is never met.
    """
    tick, copy = np.nonzero(ends)
    lengths = steps[tick, copy]
    if len(lengths) < TRIALS:
        return np.inf
    mean = np.convolve(lengths, np.full(TRIALS, 1 / TRIALS), "valid")
    met = np.flatnonzero(mean <= MASTERED)
    return float(tick[met[0] + TRIALS - 1] + 1) if len(met) else np.inf


def choices(key: Any, mode: Mode, runs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Runs on the bandit.

    Returns:
        one row a run, with way, n, run, regret (in all, reward units); and curves of regret a copy, with way, n, trial
        (the tick), mean, low, high, n_units.
    """
    task = catalogue.load("task", BANDIT)
    agent = catalogue.load("agent", CHOOSER)(task.spaces, initial=0.0)
    params = with_params(agent.params(), alpha=ALPHA)
    fixed = jnp.asarray(PAYING)
    n = copies_of(mode)
    learner = _learner(agent, task, mode, BANDIT_SAMPLES // n)
    t = learner(jax.random.split(key, runs), params, replace(task.params(), low=fixed, high=fixed))
    choice = np.moveaxis(np.asarray(t.action).reshape(runs, -1, n), 2, 0)  # [copies, runs, ticks]
    regret = cumulative_regret(choice, np.tile(PAYING, (runs, 1)))
    who = way(mode)
    table = pd.DataFrame({**who, "run": np.arange(runs), "regret": regret[..., -1].sum(axis=0)})
    return table, regret_curve(regret.mean(axis=0)).assign(**who)


@functools.lru_cache(maxsize=32)
def _learner(agent: Any, task: Any, mode: Mode, n_ticks: int) -> Any:
    def session(key: Any, params: Any, settings: Any) -> Any:
        _, t = learn(key, agent, params, task, settings, n_ticks, mode)
        return replace(t, latents=None, obs=None, next_obs=None)

    return jax.jit(jax.vmap(session, (0, None, None)))
