"""Means over units (subjects, sessions, seeds) with their 95 % intervals.

The interval is Student's: mean +- t_{0.975, n-1} s / sqrt(n), with s the standard deviation over units.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from neurorl.core.errors import BadData

Unit = str | Sequence[str]


def columns_of(unit: Unit) -> list[str]:
    """The unit as a list of column names: "subject" and ("subject", "session") are both units; () pools all rows."""
    return [unit] if isinstance(unit, str) else list(unit)


def require_columns(table: pd.DataFrame, columns: Sequence[str], purpose: str) -> None:
    """Raise `BadData` naming all columns that `purpose` needs and `table` lacks."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise BadData(
            f"{purpose} needs the column{'s' * (len(missing) > 1)} {', '.join(missing)}; "
            f"the table has {', '.join(map(str, table.columns))}."
        )


def groups(table: pd.DataFrame, unit: Unit) -> list[tuple[dict[str, object], pd.DataFrame]]:
    """The rows of each unit in order of appearance, with what names the unit: [({"subject": 3}, rows), ...]."""
    columns = columns_of(unit)
    if table.empty:
        raise BadData(
            "There is nothing to analyse: the table has no rows. Check that trials were completed and that `valid` "
            "is True there."
        )
    if not columns:
        return [({}, table)]
    grouped = table.groupby(columns, sort=False)
    return [(dict(zip(columns, tuple(key), strict=True)), rows) for key, rows in grouped]  # type: ignore[arg-type]


def over_units(table: pd.DataFrame, value: str, by: Unit = ()) -> pd.DataFrame:
    """Mean of `value` over the rows of each `by` group, one row a unit, with Student's 95 % interval.

    Units whose value is missing are left out and not counted. A single unit has no interval: its `low`
    and `high` are NaN.

    Args:
        table: one row a unit (and group).
        value: the column to average.
        by: columns that are kept apart; () gives one row.

    Returns:
        Columns `by`, mean, low, high, n_units.
    """
    by = columns_of(by)
    require_columns(table, [*by, value], "A mean over units")
    there = table[table[value].notna()]
    if by:
        grouped = there.groupby(by, sort=False)[value]
        out = grouped.agg(["mean", "std", "count"]).reset_index()
    else:
        column = there[value]
        out = pd.DataFrame({"mean": [column.mean()], "std": [column.std()], "count": [len(column)]})
    n = out["count"].to_numpy()
    half = stdtrit(np.maximum(n - 1, 1), 0.975) * out["std"].to_numpy() / np.sqrt(np.maximum(n, 1))
    out = out.drop(columns=["std", "count"])
    return out.assign(low=out["mean"] - half, high=out["mean"] + half, n_units=n)
