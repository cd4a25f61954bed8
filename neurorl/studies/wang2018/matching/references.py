"""Exact rewards of simple policies on two baited arms, and Houston & McNamara's best cycle.

These policies do not depend on rewards, so that their expected reward follows from a recursion, without simulation.
"""

import numpy as np
import pandas as pd

from neurorl.ops.baiting import cycle_rate

TRIALS = (50, 100)  # a session's, ends included
POLICIES = ("random", "alternating", "richer_only", "greedy")


def reference_rewards(p0_left: np.ndarray, total: float = 0.5, trials: tuple[int, int] = TRIALS) -> pd.DataFrame:
    """Reward per trial of each policy, averaged over base probabilities and over session lengths.

    "greedy" knows the base probabilities and takes the arm with the higher reward probability; at a tie the right arm.

    Args:
        p0_left: base probabilities of the left arm, all equally likely.
        total: sum of both arms' base probabilities.
        trials: shortest and longest session, all lengths equally likely.

    Returns:
        Columns learner, reward.
    """
    lengths = np.arange(trials[0], trials[1] + 1)
    lasts = (lengths[None] > np.arange(trials[1])[:, None]).mean(axis=1)  # chance that trial t of a session happens
    p0 = np.stack([p0_left, total - p0_left], axis=1)
    rows = [
        (name, float(expected_rewards(name, p0, trials[1]).mean(axis=0) @ lasts / lasts.sum())) for name in POLICIES
    ]
    return pd.DataFrame(rows, columns=["learner", "reward"])


def expected_rewards(policy: str, p0: np.ndarray, n_trials: int) -> np.ndarray:
    """Expected reward at each trial, [n, n_trials], for base probabilities p0 [n, 2]; see `reference_rewards`."""
    empty = 1.0 - p0  # chance that an arm has no bait now
    out = np.empty((len(p0), n_trials))
    for t in range(n_trials):
        if policy == "random":  # `empty` is then a mean over waits: half the time the arm was just chosen
            out[:, t] = (1 - empty).mean(axis=1)
            empty = (1 - p0) * (0.5 + 0.5 * empty)
            continue
        if policy == "alternating":
            left = np.full(len(p0), t % 2 == 0)
        elif policy == "richer_only":
            left = p0[:, 0] > p0[:, 1]
        else:
            left = empty[:, 0] < empty[:, 1] - 1e-12
        chosen = np.stack([left, ~left], axis=1)
        out[:, t] = np.where(chosen, 1 - empty, 0.0).sum(axis=1)
        empty = (1 - p0) * np.where(chosen, 1.0, empty)
    return out


def best_cycles(p_poor: np.ndarray, total: float = 0.5, longest: int = 60) -> pd.DataFrame:
    """The best number of trials on the richer arm between single visits to the poorer (Houston & McNamara 1981).

    Returns:
        Columns p_poor, rich_run (trials), reward (a trial, in the long run; staying on the richer arm is included).
    """
    rich = np.arange(1, longest + 1)
    rate = np.asarray(cycle_rate(total - p_poor[:, None], p_poor[:, None], rich[None]))
    best = rate.argmax(axis=1)
    return pd.DataFrame(
        {"p_poor": p_poor, "rich_run": rich[best], "reward": np.maximum(rate.max(axis=1), total - p_poor)}
    )
