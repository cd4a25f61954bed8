"""Learners in mazes: length of trials, reward if the maze changes, and values during learning."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array

from neurorl.core import catalogue
from neurorl.core.params import replace as with_params
from neurorl.loop import begin, go_on
from neurorl.ops.markov_decision import best
from neurorl.studies.neftci2019.model_based_control.exact import map_table

FIRST = 30  # trials that are looked at in the maze that does not change
AROUND = 40  # trials that are looked at after the goal has moved, and a quarter as many before
EVERY = 50  # steps between two points of a cumulative curve
EXPLORING = 0.5  # epsilon with which learners settle: each comes by every cell


@dataclass(frozen=True)
class Learner:
    """An agent of the catalogue with its options and parameters; all are epsilon-greedy, epsilon = .1.

    Attributes:
        agent: name in the catalogue.
        options: fields that differ from their defaults.
        params: free parameters that differ from their defaults.
        steps: how long it walks in a maze that does not change.
    """

    agent: str
    options: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, float] = field(default_factory=dict)
    steps: int = 0


_EXACT = {"alpha": 1.0, "eta": 1.0, "epsilon": 0.1}  # the model is what was seen last
MODEL_FREE, PLANNER = "model_free", "planner"
LEARNERS = {
    MODEL_FREE: Learner("dyna_q", {"n": 0}, steps=12_000),
    "dyna_5": Learner("dyna_q", {"n": 5}, steps=6_000),
    "dyna_50": Learner("dyna_q", {"n": 50}, steps=5_000),
    "sweeping_5": Learner("prioritised_sweeping", {"n": 5}, steps=5_000),
    PLANNER: Learner("certainty_equivalent", {"depth": 20}, _EXACT, steps=3_000),
}
KNOWING = (MODEL_FREE, "dyna_50")  # whose maps are drawn
SETTLED = (MODEL_FREE, PLANNER)  # whose answers are compared when they have explored much
NEVER = 1_000_000  # trials
# After Sutton & Barto 2018, Figs. 8.4 and 8.5, whose settings are not printed: ten rehearsals, alpha 1.
CURIOUS = {
    "dyna": Learner("dyna_q", {"n": 10}, {"alpha": 1.0}),
    "dyna_plus": Learner("dyna_q_plus", {"n": 10}, {"alpha": 1.0, "kappa": 1e-3}),
}
CHANGING = {"blocking": 3_000, "shortcut": 6_000}  # steps of a session
MOVED = {
    MODEL_FREE: replace(LEARNERS[MODEL_FREE], steps=14_000),
    "successor": Learner("successor_learner", steps=4_500),
    "dyna_plus": Learner("dyna_q_plus", {"n": 50}, {"kappa": 1e-3}, steps=3_500),
    PLANNER: replace(LEARNERS[PLANNER], steps=2_000),
}


class Walks(NamedTuple):
    """Sessions of several runs, [runs, steps], and the values each run ended with, [runs, cells, 4] (None for some)."""

    cell: np.ndarray
    trial: np.ndarray
    in_trial: np.ndarray
    discount: np.ndarray
    reward: np.ndarray
    q: np.ndarray | None


def gather_mazes(key: Any, runs: int) -> tuple[dict[str, pd.DataFrame], dict[str, float]]:
    """All tables and numbers of the learners in mazes.

    Returns:
        tables `trials` (maze "dyna"), `relocation` (trial 0 is the first after the change), `changing` (cumulative
        reward) and `known` (maps in the second trial); and numbers `settled_<learner>`: `best_answers` where
        the goal never moves and much is explored.
    """
    keys = iter(jax.random.split(key, len(LEARNERS) + len(MOVED) + len(CHANGING) * len(CURIOUS)))
    trials, known, numbers = [], [], {}
    for name, learner in LEARNERS.items():
        made, own = made_for(learner, "dyna"), next(keys)
        walks = walk(own, *made, learner.steps, runs)
        trials.append(trial_lengths(walks).assign(learner=name))
        if name in KNOWING:
            known.append(known_map(own, *made, walks, learner.steps, runs).assign(learner=name))
    moved = []
    for name, learner in MOVED.items():
        (agent, params, task), own = made_for(learner, "relocation"), next(keys)
        if name in SETTLED:
            settled = walk(own, agent, with_params(params, epsilon=EXPLORING), task, learner.steps, runs, change=NEVER)
            numbers[f"settled_{name}"] = best_answers(settled, task)
        lengths = trial_lengths(walk(own, agent, params, task, learner.steps, runs))
        moved.append(lengths.assign(learner=name, trial=lengths["trial"] - task.layout.change))
    changing = [
        cumulative(walk(next(keys), *made_for(learner, maze), steps, runs)).assign(learner=name, maze=maze)
        for maze, steps in CHANGING.items()
        for name, learner in CURIOUS.items()
    ]
    tables = {
        "trials": pd.concat(trials, ignore_index=True).query(f"trial < {FIRST}"),
        "relocation": pd.concat(moved, ignore_index=True).query(f"-{AROUND // 4} <= trial < {AROUND}"),
        "changing": pd.concat(changing, ignore_index=True),
        "known": pd.concat(known, ignore_index=True),
    }
    return {name: table.reset_index(drop=True) for name, table in tables.items()}, numbers


def walk(
    key: Any,
    agent: Any,
    params: Any,
    task: Any,
    steps: int,
    runs: int,
    *,
    stop: int | None = None,
    change: int | None = None,
) -> Walks:
    """Let `runs` learners walk for this number of steps.

    Args:
        key, agent, params, task, steps, runs: the learners, the maze, the number of steps and of runs.
        stop: step after which learning stops; by default none.
        change: step at which the maze changes, in place of its own setting.
    """
    settings = task.params() if change is None else replace(task.params(), change=jnp.asarray(change))
    stop = steps if stop is None else stop
    walks: Walks = _walker(agent, task, steps)(jax.random.split(key, runs), params, settings, stop)
    return jax.tree.map(np.asarray, walks)


@functools.lru_cache(maxsize=32)
def _walker(agent: Any, task: Any, steps: int) -> Any:
    def session(key: Array, params: Any, settings: Any, stop: Array) -> Walks:
        keys = jax.random.split(key, 4)
        going = begin(keys[:2], agent, params, task, settings)
        valid = jnp.arange(steps) < stop
        end, t = go_on(keys[2:], agent, params, task, settings, going, steps, valid=valid)
        q = getattr(end.agent_state, "q", None)
        return Walks(t.obs, t.truth.trial, t.truth.in_trial, t.discount, t.reward, q)

    return jax.jit(jax.vmap(session, in_axes=(0, None, None, None)))


def trial_lengths(walks: Walks) -> pd.DataFrame:
    """Steps of each trial that was walked to its end: columns run, trial (from 0), steps."""
    run, step = np.nonzero(walks.discount == 0)
    return pd.DataFrame({"run": run, "trial": walks.trial[run, step], "steps": walks.in_trial[run, step] + 1})


def cumulative(walks: Walks) -> pd.DataFrame:
    """Reward earned so far by each run, every `EVERY` steps: columns run, step, reward."""
    earned = np.cumsum(walks.reward, axis=1)[:, EVERY - 1 :: EVERY]
    run, point = np.indices(earned.shape)
    return pd.DataFrame({"run": run.ravel(), "step": (point.ravel() + 1) * EVERY, "reward": earned.ravel()})


def best_answers(walks: Walks, task: Any) -> float:
    """Share of the last half of all steps on which the learned action of the cell lies on a shortest path."""
    assert walks.q is not None
    table, left = task.grid, task.grid.steps_to_goal()
    after = np.where(table.ends[0], 0.0, left[table.successors[0]])
    is_best = after == after.min(axis=1, keepdims=True)
    learned = np.take_along_axis(is_best[None], walks.q.argmax(axis=2)[..., None], axis=2)[..., 0]  # [runs, cells]
    late = walks.cell[:, walks.cell.shape[1] // 2 :]
    return float(np.take_along_axis(learned, late, axis=1).mean())


def known_map(key: Any, agent: Any, params: Any, task: Any, walks: Walks, steps: int, runs: int) -> pd.DataFrame:
    """Values and best answers of the first run half-way through its second trial (Sutton & Barto 2018, Fig. 8.3)."""
    first, second = np.flatnonzero(walks.discount[0] == 0)[:2]
    stop = int(first + second + 1) // 2
    q = walk(key, agent, params, task, steps, runs, stop=stop).q
    q = np.zeros((task.grid.n, 4)) if q is None else q[0].astype(float)
    some = q.max(axis=1, keepdims=True) > 0  # where nothing is known yet no answer is drawn
    return map_table(task.grid, q.max(axis=1), best(q) & some).assign(
        here=np.arange(task.grid.n) == walks.cell[0, stop]
    )


def made_for(learner: Learner, maze: str) -> tuple[Any, Any, Any]:
    """The agent, its parameters, and the maze as a task."""
    task = replace(catalogue.load("task", "gridworld"), maze=maze)
    agent = replace(catalogue.load("agent", learner.agent).for_spaces(task.spaces), greedy=True, **learner.options)
    return agent, with_params(agent.params(), **learner.params), task
