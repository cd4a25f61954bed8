"""Foraging efficiency: reward earned, as a share of the reward attainable if the probabilities are known.

    efficiency = sum of rewards / sum over trials of the attainable reward

Without baiting, the attainable reward is the higher of both probabilities. With baiting a bait waits until it is taken.
The policy that always chooses the side with the higher current probability then makes m choices of the richer side and
one of the poorer, with

    m = floor[ln(1 - p_rich) / ln(1 - p_poor)],    attainable = reward rate of that cycle,

or p_rich where p_poor = 0 or p_rich = 1. The Allen Institute for Neural Dynamics scores its mice in this way. The best
of all cycles (Houston & McNamara 1981) earns slightly more (0.2 % at chances of 0.4 and 0.05), so an efficiency just
above 1 is possible.
"""

from typing import Literal

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, require_columns


def attainable_rate(p_left: np.ndarray, p_right: np.ndarray, *, baited: bool) -> np.ndarray:
    """Reward per trial of the policy that chooses the side with the higher current probability, elementwise.

    Args:
        p_left, p_right: chance of a reward, or of a new bait with `baited`.
        baited: whether rewards wait until they are taken.
    """
    p = np.stack(np.broadcast_arrays(np.asarray(p_left, float), np.asarray(p_right, float)))
    rich, poor = p.max(axis=0), p.min(axis=0)
    if not baited:
        return rich
    plain = (poor <= 0) | (rich >= 1)
    some_rich, some_poor = np.where(plain, 0.5, rich), np.where(plain, 0.5, poor)
    visits = np.maximum(np.floor(np.log1p(-some_rich) / np.log1p(-some_poor)), 1.0)
    of_rich = _waiting(some_rich, 1.0) + (visits - 1) * some_rich  # the first visit finds two trials' bait
    cycle = (of_rich + _waiting(some_poor, visits)) / (visits + 1)
    return np.where(plain, rich, cycle)


def foraging_efficiency(
    trials: pd.DataFrame, unit: Unit = ("subject", "session"), *, baited: bool | Literal["rule"] = "rule"
) -> pd.DataFrame:
    """Efficiency of each unit.

    Args:
        trials: one row a trial with choice, reward, p_left, p_right and, where there are such trials, valid and
            autowater_left, autowater_right. Only finished trials without water for nothing count.
        unit: columns that name a session.
        baited: whether rewards wait; "rule" reads it off the column `rule`, which says "not baited" or "baited".

    Returns:
        Columns `unit`, n_trials (that count), rewards, attainable (both sums), efficiency (NaN without trials).
    """
    unit = columns_of(unit)
    further = ["rule"] if baited == "rule" else []
    require_columns(trials, [*unit, "choice", "reward", "p_left", "p_right", *further], "Foraging efficiency")
    counts = trials["choice"].to_numpy() >= 0
    if "valid" in trials:
        counts &= trials["valid"].to_numpy(bool)
    for name in ("autowater_left", "autowater_right"):
        if name in trials:
            counts &= ~trials[name].to_numpy(bool)
    p_left, p_right = trials["p_left"].to_numpy(float), trials["p_right"].to_numpy(float)
    plain, waiting = (attainable_rate(p_left, p_right, baited=waits) for waits in (False, True))
    if baited == "rule":
        rule = trials["rule"].astype(str)
        waits = (rule.str.contains("baited") & ~rule.str.contains("not baited")).to_numpy()
    else:
        waits = np.full(len(trials), baited)
    table = trials[unit].assign(
        n_trials=counts,
        rewards=np.where(counts, np.nan_to_num(trials["reward"].to_numpy(float)), 0.0),
        attainable=np.where(counts, np.where(waits, waiting, plain), 0.0),
    )
    out = table.groupby(unit, sort=False)[["n_trials", "rewards", "attainable"]].agg("sum").reset_index()
    with np.errstate(divide="ignore", invalid="ignore"):
        return out.assign(efficiency=out["rewards"].to_numpy() / out["attainable"].to_numpy())


def _waiting(p: np.ndarray, waited: np.ndarray | float) -> np.ndarray:
    """Probability that a side is rewarded, `waited` trials since it was last chosen (`ops/baiting.py`)."""
    return 1.0 - (1.0 - p) ** (waited + 1)
