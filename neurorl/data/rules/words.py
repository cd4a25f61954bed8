"""What cells that are no codes may mean: the hint beside the problem that they are none."""

import numpy as np
import pandas as pd

from neurorl.core.spaces import Discrete
from neurorl.data.numerals import plain_number
from neurorl.data.rules.remedies import recode
from neurorl.data.rules.rows import Finding, Rows

_SHOWN = 4  # words that are named


def counted_from_one(rows: Rows) -> list[Finding]:
    """Choices outside the codes that count from 1."""
    labels, values = rows.choices(), rows.written
    if len(labels) not in values or 0 in values or not values <= {-1, *range(1, len(labels) + 1)}:
        return []
    meaning = {code + 1: label for code, label in enumerate(labels)}
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


def _texts(rows: Rows, column: str) -> list[str]:
    """The words in a column, none where it holds a number as well."""
    values = rows.columns[column]
    if pd.api.types.is_numeric_dtype(values) and not isinstance(values.dtype, pd.CategoricalDtype):
        return []
    try:
        unique = pd.unique(values.dropna().astype(object))
    except TypeError:  # lists and their like
        return []
    is_word = [isinstance(value, str) and np.isnan(plain_number(value)) for value in unique]
    return [value for value in unique if value.strip()] if all(is_word) else []
