"""The bandits on which the study tests, and the learners that play beside the networks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from neurorl.ops.bayes_adaptive import solve_two_arms, value_of
from neurorl.ops.gittins import finite_horizon_indices
from neurorl.tasks.bandit_correlated import EASY, HARD, MEDIUM

TRIALS = 100  # of a session
KNOWN = "medium"  # the problem of Fig. 1d
FIXED = {"easy": EASY, "medium": MEDIUM, "hard": HARD}  # p_left; p_right = 1 - p_left
PROBLEMS = ("independent", "correlated", *FIXED)

# name -> (agent of the catalogue, its options)
LEARNERS: dict[str, tuple[str, dict[str, Any]]] = {
    "gittins": ("gittins", {"horizon": TRIALS}),
    "gittins_discounted": ("gittins", {"horizon": TRIALS, "discount": 0.95}),
    "ucb": ("ucb", {}),
    "ucb1": ("ucb", {"exploration": 2.0}),
    "thompson": ("thompson", {}),
    "bayes_independent": ("bayes_adaptive", {"horizon": TRIALS}),
    "bayes_correlated": ("bayes_adaptive", {"arms": "correlated"}),
}
HORIZONS = (5, 10, 20, 50, 100)


def arms(problem: str, sessions: int, seed: int) -> np.ndarray:
    """Reward probabilities [sessions, 2] of a problem; the second half of the sessions mirrors the first.

    A learner that cannot tell the arms apart, or receives no reward, therefore meets each problem both ways.
    """
    n = sessions // 2
    u = np.random.default_rng(seed).random((n, 2))
    if problem == "independent":
        half = u
    else:
        left = np.full(n, FIXED[problem]) if problem in FIXED else u[:, 0]
        half = np.stack([left, 1.0 - left], axis=1)
    return np.concatenate([half, half[:, ::-1]])


def horizons() -> pd.DataFrame:
    """Expected regret by session length, computed exactly and averaged over independent uniform arms.

    Of two uniform arms the better pays 2/3 on average; regret is that value less the reward earned.

    Returns:
        columns horizon (trials), learner, regret (reward units).
    """
    rows = []
    for horizon in HORIZONS:
        values = {
            "bayes_independent": solve_two_arms(horizon).value,
            "gittins": value_of(horizon, _by_index(_gittins(horizon))),
            "ucb": value_of(horizon, _by_index(_ucb(0.5))),
            "ucb1": value_of(horizon, _by_index(_ucb(2.0))),
            "random": horizon / 2,
        }
        rows += [(horizon, name, horizon * 2 / 3 - value) for name, value in values.items()]
    return pd.DataFrame(rows, columns=["horizon", "learner", "regret"])


def _by_index(index: Callable[[int, np.ndarray, np.ndarray], np.ndarray]) -> Callable[[int, int], np.ndarray]:
    """A learner that takes the arm with the larger index(trial, wins, losses); ties are split equally."""

    def first(t: int, n1: int) -> np.ndarray:
        s1, s2 = np.arange(n1 + 1), np.arange(t - n1 + 1)
        one, two = index(t, s1, n1 - s1)[:, None], index(t, s2, t - n1 - s2)[None, :]
        with np.errstate(invalid="ignore"):
            gain = np.where(one == two, 0.0, one - two)  # two untried arms both have an infinite index
        return (gain > 1e-6) + 0.5 * (np.abs(gain) <= 1e-6)

    return first


def _gittins(horizon: int) -> Callable[[int, np.ndarray, np.ndarray], np.ndarray]:
    table = finite_horizon_indices(horizon)
    return lambda t, wins, losses: table[horizon - t, wins, losses]


def _ucb(exploration: float) -> Callable[[int, np.ndarray, np.ndarray], np.ndarray]:
    def index(t: int, wins: np.ndarray, losses: np.ndarray) -> np.ndarray:
        n = wins + losses
        tried = np.maximum(n, 1)
        return np.where(n == 0, np.inf, wins / tried + np.sqrt(exploration * np.log(max(t, 1)) / tried))

    return index
