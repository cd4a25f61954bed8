"""Inhibition of the units that code volatility, from the onset of the volatile period (Wang et al. 2018, Supp. 5c)."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.learning_rate_windows import window_fits
from neurorl.loop import simulate_many
from neurorl.perturb.shifts import Params, shifts

AMOUNT = -0.3  # added to the activity of each of two units
ONSET, TRIALS = 100, 200
# First trials of the windows: the stable period once choices have settled, and the volatile one.
BEFORE, AFTER = tuple(range(60, 91, 5)), tuple(range(120, 191, 5))
CONDITIONS = ("control", "coding units", "random units")


def stimulated(
    key: Any, agent: Any, stacked: Any, task: Any, strongest: pd.DataFrame, *, sessions: int, draws: int
) -> pd.DataFrame:
    """Learning rates with nothing done, the strongest units inhibited, and random other ones.

    Every condition has the same random numbers, so that all differences are due to the inhibition.

    Args:
        key: source of all randomness.
        agent, stacked: the network and its parameters [replicas].
        task: low-volatility-first sessions.
        strongest: columns replica, unit.
        sessions: of each replica and condition.
        draws: random sets of units, of the same size, none of them among the strongest.

    Returns:
        Columns replica, condition, draw, first, alpha, beta, reward (reward units a trial, volatile period).
    """
    replicas = jax.tree.leaves(stacked)[0].shape[0]
    inhibited = shifts(agent, start=ONSET)
    n_units = jax.eval_shape(inhibited.params).amounts.shape[0]
    chosen = [strongest.loc[strongest["replica"] == r, "unit"].to_numpy(int) for r in range(replicas)]
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)).ravel().tolist())
    sets = [("control", 0, [np.empty(0, int)] * replicas), ("coding units", 0, chosen)]
    for draw in range(draws):
        others = [rng.choice(np.setdiff1d(np.arange(n_units), mine), len(mine), replace=False) for mine in chosen]
        sets.append(("random units", draw, others))
    parts = []
    for condition, draw, units in sets:
        amounts = np.zeros((replicas, n_units), np.float32)
        for replica, mine in enumerate(units):
            amounts[replica, mine] = AMOUNT
        played = simulate_many(
            key,
            inhibited,
            Params(stacked, jnp.asarray(amounts)),
            task,
            TRIALS,
            subjects=replicas,
            sessions=sessions,
            stacked=True,
        )
        obs, action, reward = (np.asarray(x) for x in (played.obs, played.action, played.reward))
        for replica in range(replicas):
            at = slice(replica * sessions, (replica + 1) * sessions)
            left = action[at] == 0
            fits = window_fits(obs[at].astype(float), left, (reward[at] > 0) == left, firsts=BEFORE + AFTER)
            fits = fits.assign(replica=replica, condition=condition, draw=draw, reward=reward[at, ONSET:].mean())
            parts.append(fits)
    kept = ["replica", "condition", "draw", "first", "alpha", "beta", "reward"]
    return pd.concat(parts, ignore_index=True).loc[:, kept]
