"""Regret in bandits: what a player lost by not knowing the best arm from the start.

    R_T = sum_{t<=T} (max_i p_i - p_{a_t}),

of the arms' reward probabilities, not of the rewards paid, so that luck does not enter (Wang et al. 2016; Lai &
Robbins 1985).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.special import stdtrit

from neurorl.analysis.over_units import require_columns
from neurorl.core.errors import BadData


def cumulative_regret(
    choice: Int[np.ndarray, "*batch sessions trials"], p_reward: Float[np.ndarray, "sessions arms"]
) -> Float[np.ndarray, "*batch sessions trials"]:
    """Regret so far after each trial.

    Args:
        choice: the arm chosen, from 0; leading axes (replicas) may stand before sessions and trials.
        p_reward: reward probability of each arm, fixed within a session.

    Raises:
        BadData: a choice names no arm, or the numbers of sessions differ.
    """
    choice, p_reward = np.asarray(choice), np.asarray(p_reward, float)
    n_arms = p_reward.shape[-1]
    if choice.shape[-2] != p_reward.shape[0]:
        raise BadData(
            f"{choice.shape[-2]} sessions were played, but reward probabilities are given for {len(p_reward)}."
        )
    if choice.min() < 0 or choice.max() >= n_arms:
        raise BadData(
            f"Choices are arms 0 to {n_arms - 1}, but there are choices from {choice.min()} to {choice.max()}."
        )
    lost = p_reward.max(axis=1, keepdims=True) - p_reward
    return np.cumsum(np.take_along_axis(np.broadcast_to(lost, (*choice.shape[:-1], n_arms)), choice, axis=-1), axis=-1)


def regret_of_table(table: pd.DataFrame, probabilities: Sequence[str] | None = None) -> pd.DataFrame:
    """Regret so far on each row of a table of decisions, one step a trial.

    Args:
        table: columns subject, session, trial, choice, and the arms' reward probabilities.
        probabilities: names of the latter, in the arms' order; by default truth_p_reward_0, truth_p_reward_1, ...

    Returns:
        columns subject, session, trial, regret, in the table's order.
    """
    if probabilities is None:
        probabilities = [name for name in table.columns if str(name).startswith("truth_p_reward_")]
        if not probabilities:
            raise BadData(
                "Regret needs the arms' reward probabilities: simulate with latents (columns truth_p_reward_0, ...), "
                "or name their columns."
            )
    require_columns(table, ["subject", "session", "trial", "choice", *probabilities], "Regret")
    p = table[list(probabilities)].to_numpy(float)
    choice = table["choice"].to_numpy(int)
    if choice.min() < 0 or choice.max() >= p.shape[1]:
        raise BadData(f"Choices are arms 0 to {p.shape[1] - 1}; drop rows without a choice first.")
    lost = p.max(axis=1) - p[np.arange(len(p)), choice]
    out = table[["subject", "session", "trial"]].assign(lost=lost)
    return out.assign(regret=out.groupby(["subject", "session"], sort=False)["lost"].cumsum()).drop(columns="lost")


def regret_curve(regret: Float[np.ndarray, "units trials"]) -> pd.DataFrame:
    """Mean regret after each trial with Student's 95 % interval over units (sessions, or replicas).

    Returns:
        columns trial (from 1), mean, low, high, n_units; a single unit has no interval.
    """
    n, n_trials = regret.shape
    mean = regret.mean(axis=0)
    spread = regret.std(axis=0, ddof=1) if n > 1 else np.full(n_trials, np.nan)
    half = stdtrit(max(n - 1, 1), 0.975) * spread / np.sqrt(n)
    return pd.DataFrame(
        {"trial": np.arange(1, n_trials + 1), "mean": mean, "low": mean - half, "high": mean + half, "n_units": n}
    )
