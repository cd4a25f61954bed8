"""Choices between a safe and a risky option: how often the risky one is taken, by block and condition.

Wang et al. 2018, Fig. 7, after Stopper et al. 2014: the share of risky choices among free pulls, in blocks in which
the risky option is better and in those in which the safe one is; and how much a manipulation changes it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, over_units, require_columns
from neurorl.core.errors import BadData


def risky_share(
    table: pd.DataFrame, unit: Unit = "subject", by: Sequence[str] = ("condition", "p_large")
) -> pd.DataFrame:
    """Share of risky choices among free pulls.

    Args:
        table: one row a trial: columns `unit`, `by`, free (whether both options could be had) and pulled (0 safe,
            1 risky, anything else for no pull).
        unit: columns that name a unit.
        by: columns that are kept apart.

    Returns:
        Columns `unit`, `by`, risky (share, 0 to 1), n_pulls.
    """
    keys = [*columns_of(unit), *by]
    require_columns(table, [*keys, "free", "pulled"], "The share of risky choices")
    pulls = table[table["free"].astype(bool) & table["pulled"].isin((0, 1))]
    if pulls.empty:
        raise BadData(
            "There are no free pulls in the table: `free` is True and `pulled` is 0 or 1 in none of its rows."
        )
    grouped = (pulls["pulled"] == 1).groupby([pulls[key] for key in keys], sort=False)
    return grouped.agg(risky="mean", n_pulls="size").reset_index()


def risky_summary(shares: pd.DataFrame, by: Sequence[str] = ("condition", "p_large")) -> pd.DataFrame:
    """Mean share of risky choices over units, with the standard error of the mean and Student's 95 % interval.

    Returns:
        Columns `by`, mean, low, high, n_units, sem (NaN for a single unit).
    """
    by = list(by)
    out = over_units(shares, "risky", by)
    spread = shares.groupby(by, sort=False)["risky"].std().to_numpy(np.float64)  # in the same order
    return out.assign(sem=spread / np.sqrt(out["n_units"].to_numpy()))


def risky_change(
    shares: pd.DataFrame, baseline: object, unit: Unit = "subject", condition: str = "condition", block: str = "p_large"
) -> pd.DataFrame:
    """What each condition changes in each unit and block, against the baseline condition.

    Args:
        shares: from `risky_share`.
        baseline: the value of `condition` that the others are compared with.
        unit: columns that name a unit.
        condition, block: columns of the condition and of the block.

    Returns:
        Columns `unit`, `condition`, `block`, change (of the share; NaN where the unit lacks the baseline).
    """
    keys = columns_of(unit)
    require_columns(shares, [*keys, condition, block, "risky"], "A change of risky choices")
    before = shares.loc[shares[condition] == baseline, [*keys, block, "risky"]]
    if before.empty:
        raise BadData(f"No row has {condition} = {baseline!r}, which the others are to be compared with.")
    others = shares.loc[shares[condition] != baseline, :]
    pairs = others.merge(before, on=[*keys, block], how="left", suffixes=("", "_before"))
    change = pairs["risky"] - pairs["risky_before"]
    return pairs[[*keys, condition, block]].assign(change=change.to_numpy(np.float64))
