"""From a file's values to our codes: said by the user, by the layout, or by labels; never guessed in silence."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from neurorl.data.checks import as_numbers, row_sentence
from neurorl.data.format import Draft, Wish
from neurorl.data.labels import NOTHING, label_codes
from neurorl.data.numerals import plain_number

MISSING = "missing"


def recoded(column: pd.Series, name: str, wish: Wish, draft: Draft) -> pd.Series:
    """A column with the user's codes applied; labels of the task and "missing" become codes.

    Values that the user does not name stay as they are.
    """
    assert wish.spaces is not None
    labels: Sequence[str] = ()
    if name == "choice":
        labels = getattr(wish.spaces.action, "labels", ())
    elif name == "state":
        labels = getattr(wish.spaces.obs, "labels", ())
    table = {key(old): target(new, labels, name, draft) for old, new in wish.codes[name].items()}
    kept = [key(value) for value in column]
    unknown = [old for old in table if old not in set(kept)]
    if unknown:
        draft.problems.append(
            f"Column {name} holds no {', '.join(map(str, unknown))} to recode; it holds {some(set(kept))}."
        )
    draft.codes[name] = {str(old): _shown(new, labels) for old, new in table.items()}
    by_label = {label: code for label, code in label_codes(labels).items() if label not in table}
    coded = name in ("choice", "state")  # words beside numbers made these text; elsewhere "01" is a name
    values = [
        table.get(k, by_label.get(k.lower(), v) if isinstance(k, str) else k if coded else v)
        for k, v in zip(kept, column, strict=True)
    ]
    return pd.Series(values, column.index)


def mapped(
    column: pd.Series,
    name: str,
    codes: Mapping[Any, int | float],
    labels: Sequence[str],
    wish: Wish,
    draft: Draft,
    *,
    missing: Sequence[Any] = (),
) -> np.ndarray:
    """Codes of a column by a layout's own map, over which the user's goes.

    Args:
        column: values of the file.
        name: its name in the layout.
        codes: the layout's values -> codes from 0.
        labels: what the codes from 0 mean.
        wish: the user's codes.
        draft: takes the map that was used, and a problem where a value is in none.
        missing: values that stand for no answer; empty ones do so always.

    Returns:
        codes as floats, -1 where missing.
    """
    table: dict[Any, float] = {key(old): float(new) for old, new in codes.items()}
    table |= {key(old): -1.0 for old in missing}
    given = wish.codes.get(name, {})
    table |= {key(old): float(target(new, labels, name, draft)) for old, new in given.items()}
    keys = [key(value) for value in column]
    there = dict.fromkeys(keys)
    out = np.array([table.get(k, np.nan) for k in keys], float)
    empty = np.array([k is None for k in keys], bool)
    expected = ", ".join(f"{old} ({_shown(new, labels)})" for old, new in table.items())
    draft.problems += row_sentence(name, f"is not one of {expected}", np.isnan(out) & ~empty, column)
    used = sorted((old for old in there if old in table), key=lambda old: (isinstance(old, str), old))
    draft.codes[name] = {str(old): _shown(table[old], labels) for old in used}
    if empty.any():
        draft.codes[name]["empty"] = MISSING
    return np.where(np.isnan(out), -1.0, out)


def from_values(column: pd.Series, name: str, labels: Sequence[str], wish: Wish, draft: Draft) -> np.ndarray:
    """Codes of a column whose layout does not say them: by label, or 0-based, or 1-based where that is certain.

    -1 beside other codes means missing. Values that leave a doubt are a problem that asks for `codes`.
    """
    given = wish.codes.get(name)
    if given:
        return mapped(column, name, {}, labels, wish, draft)
    keys = [k for k in dict.fromkeys(key(value) for value in column) if k is not None]
    by_label = label_codes(labels)
    if keys and all(str(k).lower() in by_label for k in keys):
        return mapped(column, name, {k: by_label[str(k).lower()] for k in keys}, labels, wish, draft)
    words = {k for k in keys if isinstance(k, str)}
    nothing = [k for k in words if k.lower() in NOTHING and k.lower() not in by_label]
    if words and all(k.lower() in by_label or k in nothing for k in words) and len(words) == len(keys):
        table = {k: by_label[k.lower()] for k in words if k not in nothing}
        return mapped(column, name, table, labels, wish, draft, missing=nothing)
    n, values = len(labels), {k for k in keys if not isinstance(k, str)}
    if not words and values <= {-1, *range(n)} and values != {-1, 1}:
        if 0 not in values and values - {-1}:
            draft.notes.append(f"Column {name} holds no 0 and no {n}; its codes were taken to count from 0.")
        return mapped(column, name, {i: i for i in range(n)}, labels, wish, draft, missing=[-1])
    if not words and n in values and values <= {-1, *range(1, n + 1)}:
        draft.notes.append(f"Column {name} holds {n} and no 0; its codes were taken to count from 1.")
        return mapped(column, name, {i + 1: i for i in range(n)}, labels, wish, draft, missing=[-1])
    wanted = ", ".join(f"'{label}'" for label in labels)
    example = keys[0] if keys else 0
    draft.problems.append(
        f"Column {name} holds {some(keys)}; their meaning is not clear. Say for each value that it is one of "
        f"{wanted}, or 'missing': for example codes={{'{name}': {{{example!r}: '{labels[0]}'}}}}."
    )
    return np.full(len(column), -1.0)


def key(value: Any) -> Any:
    """A value as it is compared: 1, 1.0, True and "1" are one, text without outer spaces, None where empty."""
    if value is None or value is pd.NA or (isinstance(value, float | np.floating) and np.isnan(value)):
        return None
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str):
        text = value.strip()
        value = plain_number(text)
        if np.isnan(value):
            return None if text.lower() in ("", "nan") else text
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)  # a date, a list: it may be named, but it is no number
    return int(number) if number.is_integer() else number


def target(value: Any, labels: Sequence[str], name: str, draft: Draft) -> float:
    """A code that the user wrote as a number, as a label, or as "missing"."""
    if isinstance(value, str):
        text = value.strip()
        if text.lower() == MISSING:
            return -1 if labels else float("nan")
        if text in labels:
            return labels.index(text)
        number = plain_number(text)
        if np.isnan(number):
            known = f"{', '.join(labels)}, " if labels else "a number, "
            draft.problems.append(f"codes of {name}: '{value}' is not one of {known}missing.")
            return number
        return key(number)
    return key(value) if value is not None else -1


def rewards(column: pd.Series, name: str, wish: Wish, draft: Draft) -> np.ndarray:
    """Rewards as numbers: recoded as given in `codes`, and -a / a as 0 / 1 where the task pays 0 to 1; NaN where empty.

    Whether the task pays them is judged later, by the rules that all tables must pass.
    """
    draft.names["reward"] = name
    given = {key(old): target(new, (), name, draft) for old, new in wish.codes.get(name, {}).items()}
    numbers, unusable = as_numbers(column)
    if given:
        keys = [key(value) for value in column]
        known = np.array([k in given for k in keys], bool)
        numbers = np.where(known, [given.get(k, np.nan) for k in keys], numbers)
        unusable = unusable & ~known
        draft.codes[name] = {str(old): f"{new:g}" for old, new in given.items()}
    draft.problems += row_sentence(name, "holds text where a reward is expected", unusable, column)
    words = [value for value in dict.fromkeys(map(key, column[unusable])) if isinstance(value, str)]
    if words and not np.isfinite(numbers[~unusable]).any():
        draft.problems.append(
            f"If the words in column {name} ({some(words)}) are rewards, give the reward of each: for example "
            f"codes={{'{name}': {dict.fromkeys(words[:4], 0)!r}}}."
        )
    numbers = np.where(unusable, 0.0, numbers)  # said already
    if wish.spaces is None or given:
        return numbers
    low, high = wish.spaces.reward
    values = np.unique(numbers[np.isfinite(numbers)])
    if (low, high) == (0.0, 1.0) and len(values) and values[0] < 0 and set(np.abs(values)) == {values[-1]}:
        draft.codes[name] = {f"{values[0]:g}": "0", f"{values[-1]:g}": "1"}
        draft.notes.append(
            f"Rewards {values[0]:g} and {values[-1]:g} became 0 and 1, which the task pays; codes={{'{name}': ...}} or "
            "another task keeps them."
        )
        return np.where(np.isfinite(numbers), (numbers > 0).astype(float), numbers)  # infinite ones are judged later
    return numbers


def highest(column: pd.Series, *, at_least: int) -> int:
    """The highest whole number of a column that can be a code, for layouts whose number of arms nothing else says."""
    numbers = as_numbers(column)[0]
    codes = numbers[np.isfinite(numbers) & (numbers < 1000)]
    return int(max(at_least, *codes)) if len(codes) else at_least


def some(values: Any) -> str:
    """A few of the values, sorted where they can be."""
    listed = [key(value) for value in values if key(value) is not None]
    try:
        listed = sorted(listed)
    except TypeError:
        listed = sorted(listed, key=str)
    return ", ".join(map(str, listed[:8])) + (", ..." if len(listed) > 8 else "") if listed else "nothing"


def _shown(code: float, labels: Sequence[str]) -> str:
    if np.isnan(code) or (code == -1 and labels):
        return MISSING
    return f"{int(code)} {labels[int(code)]}" if labels and 0 <= code < len(labels) else f"{code:g}"
