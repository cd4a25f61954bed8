"""What cells that are no codes may mean: the hint beside the problem that they are none."""

from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.spaces import Discrete
from neurorl.data.checks import as_numbers
from neurorl.data.labels import NOTHING
from neurorl.data.numerals import plain_number
from neurorl.data.rules.remedies import recode
from neurorl.data.rules.rows import Finding, Rows

_SHOWN = 4  # words that are named
_SEVERAL = 3  # choices of the last code from 1, from which 0 may be a missing one
_STAND_INS = frozenset((-9999.0, -999.0, -99.0, -9.0, 9.0, 99.0, 999.0, 9999.0))
_MARKS = frozenset(("-", "--", ".", "?", "*", "x", "skip", "skipped", "too slow", "late", "no answer"))


def counted_from_one(rows: Rows) -> list[Finding]:
    """Choices outside the codes that count from 1."""
    labels, values = rows.choices(), rows.written
    if len(labels) not in values or not values <= {-1, *range(len(labels) + 1)}:
        return []
    meaning = {code + 1: label for code, label in enumerate(labels)}
    if 0 in values:
        if (as_numbers(rows.columns["choice"])[0] == len(labels)).sum() < _SEVERAL:
            return []  # one slip of the pen among codes from 0
        advice = recode(rows.facts, rows.facts.name("choice"), {0: "missing", **meaning})
        text = f"If the choices are counted from 1, and 0 is a missing one, {advice}."
        return [rows.problem("counted-from-one", text)]
    advice = recode(rows.facts, rows.facts.name("choice"), meaning)
    return [rows.problem("counted-from-one", f"The choices look as if they were counted from 1; then {advice}.")]


def words(rows: Rows) -> list[Finding]:
    """Choices, states or rewards that are words, but not the task's labels."""
    allowed = {"choice": (*rows.choices(), "missing"), "reward": ("a number",)}
    if isinstance(rows.spaces.obs, Discrete):
        allowed["state"] = rows.spaces.obs.labels
    found = []
    for column, meanings in allowed.items():
        values = _texts(rows, column)
        if not values:
            continue
        name = rows.facts.name(column)
        first = meanings[0] if column != "reward" else 1
        some = ", ".join(meanings[:6]) + (", ..." if len(meanings) > 6 else "")
        listed = ", ".join(values[:_SHOWN]) + (", ..." if len(values) > _SHOWN else "")
        text = (
            f"Column {name} holds words ({listed}) that are not the task's. Say what each means ({some}); for example, "
            f"{recode(rows.facts, name, {values[0]: first})}."
        )
        found.append(rows.problem("words", text))
    return found


def stand_ins(rows: Rows) -> list[Finding]:
    """Values of the choice that often stand for a missing one: 999, -9, "missed", "-"."""
    column, n = rows.columns["choice"], len(rows.choices())
    odd: list[int | str] = [int(value) for value in sorted(rows.written) if value in _STAND_INS and not 0 <= value < n]
    if not pd.api.types.is_numeric_dtype(column) and not _texts(rows, "choice"):
        words_ = [value for value in _unique(column) if isinstance(value, str) and np.isnan(plain_number(value))]
        odd += [value for value in words_ if value.strip().lower() in NOTHING | _MARKS and value.strip()]
    if not odd:
        return []
    name = rows.facts.name("choice")
    listed = ", ".join(map(str, odd[:_SHOWN]))
    advice = recode(rows.facts, name, dict.fromkeys(odd[:_SHOWN], "missing"))
    return [rows.problem("stand-ins", f"Where {name} is {listed}, the choice may be missing; then {advice}.")]


def _texts(rows: Rows, column: str) -> list[str]:
    """The words in a column, none where it holds a number as well."""
    values = rows.columns[column]
    if pd.api.types.is_numeric_dtype(values):
        return []
    unique = _unique(values)
    is_word = [isinstance(value, str) and np.isnan(plain_number(value)) for value in unique]
    return [value for value in unique if value.strip()] if all(is_word) else []


def _unique(column: pd.Series) -> list[Any]:
    """What a column holds, each once; nothing where it holds lists and their like."""
    try:
        return list(pd.unique(column.dropna().astype(object)))
    except TypeError:
        return []
