"""Text cells that a spreadsheet would run as a formula: written with an apostrophe in front, and read without it.

Spreadsheets evaluate text that begins with =, +, -, @, a tab or a line break, so that a label from somebody's file
could run a command in the program that opens a table made from it. In CSV written here such cells begin with an
apostrophe, which spreadsheets take as "this is text"; numbers stay as they are. Readers take one apostrophe away, so
that tables come back exactly.
"""

import re
from typing import Any

import numpy as np
import pandas as pd

_RISKY = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NEUTRAL = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?inf")


def neutral(table: pd.DataFrame) -> pd.DataFrame:
    """The table as CSV may hold it: an apostrophe before cells and names that a spreadsheet would run."""
    return _mapped(table, _with_apostrophe)


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """The inverse of `neutral`."""
    return _mapped(table, _without_apostrophe)


def _with_apostrophe(text: str) -> str:
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def _without_apostrophe(text: str) -> str:
    return text[1:] if _NEUTRAL.match(text) else text


def _mapped(table: pd.DataFrame, change: Any) -> pd.DataFrame:
    """The table with a function applied to all texts in it, names included; unchanged columns are not copied."""
    changed = {}
    for i in range(table.shape[1]):
        column = table.iloc[:, i]
        if isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype(object)
        if not (pd.api.types.is_object_dtype(column) or pd.api.types.is_string_dtype(column)):
            continue
        code, unique = pd.factorize(column)
        new = [change(value) if isinstance(value, str) else value for value in unique]
        if any(isinstance(old, str) and old != now for old, now in zip(unique, new, strict=True)):
            values = np.array([*new, None], object)[code]  # -1, empty, is the last
            changed[i] = pd.Series(
                np.where(code < 0, column.to_numpy(dtype=object), values), column.index, dtype=object
            )
    names = [change(name) if isinstance(name, str) else name for name in table.columns]
    if not changed and names == list(table.columns):
        return table
    columns = [changed.get(i, table.iloc[:, i]) for i in range(table.shape[1])]
    return pd.concat(columns, axis=1).set_axis(names, axis=1) if columns else table
