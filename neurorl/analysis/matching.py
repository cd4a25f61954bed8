"""The matching law: choices beside rewards (Herrnstein 1961; Baum 1974; Wang et al. 2018, Fig. 2a,d).

With C the choices and R the rewards of a side, one session (or block) is a point

    x = log2(R_right / R_left),    y = log2(C_right / C_left),

and a population of them has the generalised matching line y = slope x + intercept: slope 1 is matching, less is
undermatching. Points with no choice or reward on a side have no logarithm: they are left out and counted.
"""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, require_columns
from neurorl.analysis.rewarded import rewarded as as_rewarded


def matching_points(trials: pd.DataFrame, unit: Unit = ("subject", "session")) -> pd.DataFrame:
    """Choices and rewards of both sides in each unit.

    Args:
        trials: one row a trial (`sided_trials`), only those that count.
        unit: columns that name a session or block.

    Returns:
        Columns `unit`, choices_left, choices_right, rewards_left, rewards_right, log_rewards (x), log_choices (y; both
        NaN where one of the four is 0), share_choices and share_rewards (of the right side; the latter NaN without any
        reward), deviation: share of choices less share of rewards of the side that paid more, negative for
        undermatching (Trepka et al. 2021; where both paid the same, as there, of the left).
    """
    unit = columns_of(unit)
    require_columns(trials, [*unit, "choice", "reward"], "Matching")
    right, paid = trials["choice"].to_numpy() == 1, as_rewarded(trials["reward"].to_numpy(), what="Matching") > 0
    counts = trials[unit].assign(
        choices_left=~right, choices_right=right, rewards_left=~right & paid, rewards_right=right & paid
    )
    names = ["choices_left", "choices_right", "rewards_left", "rewards_right"]
    out = counts.groupby(unit, sort=False)[names].agg("sum").reset_index()
    c_left, c_right, r_left, r_right = (out[name].to_numpy(float) for name in names)
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = np.log2(r_right / r_left), np.log2(c_right / c_left)
        share_rewards = r_right / (r_left + r_right)
    there = np.isfinite(x) & np.isfinite(y)
    share_choices = c_right / (c_left + c_right)
    deviation = (share_choices - share_rewards) * np.where(share_rewards <= 0.5, -1.0, 1.0)
    return out.assign(
        log_rewards=np.where(there, x, np.nan),
        log_choices=np.where(there, y, np.nan),
        share_choices=share_choices,
        share_rewards=share_rewards,
        deviation=deviation,
    )


def matching_line(points: pd.DataFrame, by: Unit = ()) -> pd.DataFrame:
    """Least-squares line of each group of points.

    Returns:
        Columns `by`, slope, intercept (log2 units), r (Pearson), n, n_left_out. With fewer than three points, or points
        above one another, the numbers are NaN.
    """
    rows = []
    for who, part in groups(points, by):
        x, y = part["log_rewards"].to_numpy(float), part["log_choices"].to_numpy(float)
        there = np.isfinite(x)
        x, y, n = x[there], y[there], int(there.sum())
        slope = intercept = r = float("nan")
        if n > 2 and np.ptp(x) > 0:
            dx, dy = x - x.mean(), y - y.mean()
            slope = float(dx @ dy / (dx @ dx))
            intercept = float(y.mean() - slope * x.mean())
            r = float(dx @ dy / np.sqrt((dx @ dx) * (dy @ dy))) if np.ptp(y) > 0 else float("nan")
        rows.append({**who, "slope": slope, "intercept": intercept, "r": r, "n": n, "n_left_out": len(part) - n})
    return pd.DataFrame(rows)
