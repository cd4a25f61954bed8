"""Rows at the end of a table that hold nothing, as spreadsheets leave them."""

import numpy as np
import pandas as pd

from neurorl.core.text import many


def without_empty_end(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """The table without rows at its end that are empty in every column; how many these were goes to the notes."""
    full = np.asarray(table.notna()).any(axis=1)
    last = int(np.flatnonzero(full).max(initial=-1)) + 1
    empty = len(table) - last
    if not empty or not last:
        return table
    notes.append(f"{many(empty, 'empty row')} at the end dropped.")
    return table.iloc[:last, :]
