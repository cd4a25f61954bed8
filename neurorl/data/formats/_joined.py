"""Rows that are events of one trial, joined in one row."""

from pathlib import Path

import pandas as pd

from neurorl.core.text import many
from neurorl.data.checks import called


def several_values(table: pd.DataFrame, keys: list[str], path: Path) -> list[str]:
    """Trials whose rows hold different choices or rewards, of which the first would be taken."""
    found = []
    for what in ("choice", "reward"):
        name = next(iter(called(table, what)), None)
        if name is None or name in keys:
            continue
        different = table.groupby(keys, sort=False)[name].nunique()
        several = different[different > 1]
        if len(several):
            first = several.index[0]
            shown = " and ".join(f"{k} {v}" for k, v in zip(keys, first if len(keys) > 1 else [first], strict=True))
            found.append(
                f"{path.name}: the rows of {many(len(several), 'trial')} hold different values of "
                f"{name} (the first: {shown}). If they are different trials, give each a number of its own, or rename "
                f"the column that tells sessions apart to session; if they are events of one trial, say which event "
                f"holds the {what} with event= (--event {what}=EVENT:{name})."
            )
    return found


def merged(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Events of one trial in one row: first values that are not empty, and the onset of each kind of event."""
    grouped = table.groupby(keys, sort=False)
    out = grouped.first().reset_index()
    if {"onset", "trial_type"} <= set(table):
        for kind in table["trial_type"].dropna().unique():
            onsets = table.loc[table["trial_type"] == kind, :].drop_duplicates(keys).set_index(keys)["onset"]
            out[f"onset_{kind}"] = onsets.reindex(
                pd.MultiIndex.from_frame(out[keys]) if len(keys) > 1 else out[keys[0]]
            ).to_numpy()
        out = out.drop(columns="trial_type")
    return out
