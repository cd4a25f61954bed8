"""Choices and states written as the task's labels ("left") instead of codes (0)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from neurorl.data.schema import Schema

# Words for a choice that was not made.
NOTHING = frozenset(
    (
        *("missing", "missed", "miss", "ignore", "ignored", "none", "no response", "no_response", "nogo", "omission"),
        *("timeout", "time out", "na", "n/a", "nan", ""),
    )
)


def label_codes(labels: Sequence[str]) -> dict[str, int]:
    """Label in lower case -> code; of left and right also the first letter."""
    codes = {label.lower(): code for code, label in enumerate(labels)}
    if len(codes) < len(labels):  # labels that differ in case alone
        return {label: code for code, label in enumerate(labels)}
    if set(codes) == {"left", "right"}:
        codes |= {"l": codes["left"], "r": codes["right"]}
    return codes


def labelled(table: pd.DataFrame, schema: "Schema") -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """The table with columns of labels as codes, and what each label became.

    A column is read so only where every value is a label of the task, or, for the choice, a word for none.
    """
    if not isinstance(table, pd.DataFrame):
        return table, {}
    found: dict[str, Any] = {}
    said: dict[str, dict[str, str]] = {}
    columns: dict[Any, pd.Series] = dict(table.items())
    for column in schema.columns:
        if column.kind != "code" or list(table.columns).count(column.name) != 1:
            continue
        codes = _codes(columns[column.name], column.labels, column.name == "choice")
        if codes is None:
            continue
        place, unique = pd.factorize(columns[column.name])
        values = np.array([codes.get(_word(value), np.nan) for value in unique] + [np.nan])
        found[column.name] = values[place]
        said[column.name] = {
            str(value): "missing" if np.isnan(code) else f"{int(code)} {column.labels[int(code)]}"
            for value, code in zip(unique, values, strict=False)
        }
    return (table.assign(**found), said) if found else (table, {})


def _codes(column: pd.Series, labels: Sequence[str], may_be_missing: bool) -> dict[str, float] | None:
    """Label -> code where the column holds labels only, else None."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_complex_dtype(column):
        return None
    if pd.api.types.is_numeric_dtype(column) and not isinstance(column.dtype, pd.CategoricalDtype):
        numbers = column.dropna().unique()
        as_codes = set(np.asarray(numbers, float).tolist()) <= {-1.0, *map(float, range(len(labels)))}
        if as_codes or not all(float(n).is_integer() and str(int(n)) in labels for n in numbers):
            return None  # labels such as "12" are taken only where the numbers are no codes
        return {str(float(label)): code for code, label in enumerate(labels) if label.lstrip("-").isdigit()}
    try:
        unique = [value for value in pd.unique(column.astype(object)) if not _is_empty(value)]
    except TypeError:  # lists and their like
        return None
    if not unique or not all(isinstance(value, str) for value in unique):
        return None
    codes: dict[str, float] = dict(label_codes(labels))
    if may_be_missing:
        codes = {word: np.nan for word in NOTHING} | codes
    words = {_word(value) for value in unique}
    lower = {word.lower() for word in words}
    if not lower <= set(codes) or not lower & set(label_codes(labels)):
        return None
    return {word: codes[word.lower()] for word in words}


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(float(value)) if not _is_empty(value) else ""


def _is_empty(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float | np.floating) and bool(np.isnan(value)))
