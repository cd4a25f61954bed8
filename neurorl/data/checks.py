"""Everything that can be wrong with a table of decisions, found in one pass."""

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api import types as dtypes

from neurorl.core.text import cut
from neurorl.data.numerals import plain_number

if TYPE_CHECKING:
    from neurorl.data.schema import Column

_SHOWN = 5  # row numbers named in a problem; the rest are counted
_COUNTED = 2.0**53  # beyond it, neighbouring whole numbers are one float
_MOST = 2.0**63  # what a whole number of 64 bits with a sign holds

# Names that other packages and data sets use. They are suggested, never taken silently.
ALSO_CALLED = {
    "subject": ("subjid", "subj_idx", "participant", "participant_id", "subject_id", "subj", "sub", "id"),
    "session": ("session_id", "sess", "ses", "run", "block", "day", "visit"),
    "trial": ("trial_id", "trial_number", "trial_index"),
    "step": ("stage",),
    "state": ("obs", "observation", "stimulus", "cue"),
    "choice": ("action", "response", "key_resp", "chosen"),
    "reward": ("outcome", "feedback", "rewarded", "payoff"),
}


def as_numbers(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """A column as floats (NaN where empty), and the rows that hold something else than a number."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = pd.Series(np.asarray(column))
    if dtypes.is_numeric_dtype(column) and not dtypes.is_complex_dtype(column):
        return column.to_numpy(dtype=float, na_value=np.nan), np.zeros(len(column), bool)
    empty = column.isna().to_numpy(dtype=bool)
    if not (dtypes.is_object_dtype(column) or dtypes.is_string_dtype(column)):
        return np.full(len(column), np.nan), ~empty
    values = column.to_numpy(dtype=object)
    is_text = np.array([isinstance(value, str) for value in values], bool)
    numbers = np.array([_number(value) for value in values], float)
    not_a_number = np.isnan(numbers) & ~empty
    # One stray word turns a whole CSV column into text: then only the word is to blame.
    return numbers, not_a_number if not_a_number.any() else is_text


def as_flags(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """A column as True or False, and the rows that hold something else than True, False, 1 or 0."""
    numbers, unusable = as_numbers(column)
    return numbers == 1, unusable | ~np.isin(numbers, (0.0, 1.0))


def as_labels(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """A column as text or as whole numbers, and the rows that hold neither (or nothing)."""
    values = pd.Series(np.asarray(column)) if isinstance(column.dtype, pd.CategoricalDtype) else column
    values = values.reset_index(drop=True)
    if dtypes.is_bool_dtype(values) or not (dtypes.is_numeric_dtype(values) or _may_be_text(values)):
        return values, np.ones(len(values), bool)
    if isinstance(values.dtype, pd.StringDtype):
        texts, place = pd.factorize(values)[::-1]  # few names stand in many rows
        blank = np.array([str(text).strip() == "" for text in texts] + [True], bool)
        return pd.Series(values.to_list()), blank[place]
    if _may_be_text(values):
        entries = values.to_list()
        is_text = np.array([isinstance(v, str) and v.strip() != "" for v in entries], bool)
        is_int = np.array([isinstance(v, int | np.integer) and not isinstance(v, bool) for v in entries], bool)
        usable = is_text if is_text.sum() >= is_int.sum() else is_int
        return pd.Series(entries), ~usable
    numbers, _ = as_numbers(values)
    unusable = ~_whole(numbers) | (numbers >= _MOST)
    return (values if unusable.any() else values.astype("int64")), unusable


def session_ids(subject: Any, session: Any) -> np.ndarray:
    """Number of each row's session (0, 1, ... in order of appearance), from two columns of labels."""
    of_subject, _ = pd.factorize(subject)
    of_session, sessions = pd.factorize(session)
    return pd.factorize(of_subject.astype(np.int64) * (len(sessions) + 1) + of_session)[0]


def problems(columns: Sequence["Column"], table: Any, informed: Sequence[bool] = ()) -> list[str]:
    """All problems of a table, one sentence each; `informed` as in `Spaces`."""
    if not isinstance(table, pd.DataFrame):
        return [f"The table must be a pandas DataFrame, not {type(table).__name__}."]
    if len(table) == 0:
        return ["The table has no rows."]
    twice = table.columns[table.columns.duplicated()].unique()
    found = [f"There is more than one column called '{name}'; keep one." for name in twice]
    table = table.loc[:, ~table.columns.duplicated()]
    found += _missing_columns(columns, table)

    values: dict[str, np.ndarray] = {}
    labels: dict[str, np.ndarray] = {}
    for column in columns:
        if column.name not in table:
            continue
        series = table[column.name]
        if column.kind == "label":
            cleaned, unusable = as_labels(series)
            labels[column.name] = np.where(unusable, -1, pd.factorize(cleaned)[0])
            found += row_sentence(column.name, "holds neither text nor a whole number", unusable, series)
        elif column.kind == "flag":
            flags, unusable = as_flags(series)
            values[column.name] = np.where(unusable, np.nan, flags)
            found += row_sentence(column.name, "is neither True nor False", unusable, series)
        else:
            values[column.name], more = _numbers(column, series)
            found += more
    found += _across(table, values, shown_in(informed, values.get("state"), values.get("informed"), len(table)))
    found += _sequence(labels, values)
    return found


def _numbers(column: "Column", series: pd.Series) -> tuple[np.ndarray, list[str]]:
    """The numbers of one column and what is wrong with each of them on its own."""
    numbers, unusable = as_numbers(series)
    name = column.name
    expected = f"a code is expected ({column.allowed})" if column.labels else "a number is expected"
    found = row_sentence(name, f"holds {_dtype_word(series)} where {expected}", unusable, series)
    empty = np.isnan(numbers) & ~unusable
    may_lack = name in ("choice", "reward") or name.startswith("feedback")  # a missed trial has none of them
    if not may_lack:
        found += row_sentence(name, "is empty", empty)
    if column.kind == "number":
        found += row_sentence(name, "is infinite", np.isinf(numbers), series)
        if name == "discount":
            found += row_sentence(
                name, "is outside 0 to 1", np.isfinite(numbers) & ((numbers < 0) | (numbers > 1)), series
            )
        return numbers, found
    broken = ~_whole(numbers) & ~np.isnan(numbers)
    found += row_sentence(name, "is not a whole number", broken, series)
    if column.kind == "count":
        found += row_sentence(name, "is too large a number to be a count", (numbers > _COUNTED) & ~broken, series)
        return numbers, found + row_sentence(name, "is negative", (numbers < 0) & ~broken, series)
    lowest = -1 if may_lack else 0
    outside = ((numbers < lowest) | (numbers >= len(column.labels))) & ~broken
    missing = {"choice": ", or -1 where missing", "feedback": ", or -1 where it was not shown"}.get(name, "")
    return numbers, found + row_sentence(name, f"is not one of the codes {column.allowed}{missing}", outside, series)


def shown_in(informed: Sequence[bool], state: np.ndarray | None, flags: np.ndarray | None, n: int) -> np.ndarray:
    """For n rows, whether an outcome was shown: as column `informed` says, else as the spaces say of the state."""
    if flags is not None:
        return flags != 0
    if not informed or state is None:
        return np.ones(n, bool)
    sound = (state >= 0) & (state < len(informed)) & (state == np.floor(state))
    return ~sound | np.asarray(informed, bool)[np.where(sound, state, 0).astype(np.int64)]


def _across(table: pd.DataFrame, values: dict[str, np.ndarray], shown: np.ndarray) -> list[str]:
    """Problems that show only when choice, reward, valid and informed are seen together."""
    found: list[str] = []
    if "choice" not in values:
        return found
    missing = np.isnan(values["choice"]) & table["choice"].isna().to_numpy(dtype=bool) | (values["choice"] == -1)
    happened = ~missing
    if "valid" in values:
        what = "is True although the choice is missing; write False, since the step cannot be learned from"
        found += row_sentence("valid", what, (values["valid"] == 1) & missing)
        happened &= values["valid"] != 0
    if "reward" in values:
        empty = table["reward"].isna().to_numpy(dtype=bool)
        what = "is empty although the step happened (choice given and valid)"
        found += row_sentence("reward", what, empty & happened & shown)
    return found


def _sequence(labels: dict[str, np.ndarray], values: dict[str, np.ndarray]) -> list[str]:
    """Repeated and unordered steps, and sessions in pieces."""
    if len(labels) < 2 or "trial" not in values or "step" not in values:
        return []
    usable = (labels["subject"] >= 0) & (labels["session"] >= 0)
    usable &= np.isfinite(values["trial"]) & np.isfinite(values["step"])
    rows = np.flatnonzero(usable)
    session = session_ids(labels["subject"][rows], labels["session"][rows])
    trial, step = values["trial"][rows], values["step"][rows]

    def flagged(positions: np.ndarray) -> np.ndarray:
        mask = np.zeros(len(usable), bool)
        mask[rows[positions]] = True
        return mask

    repeated = pd.DataFrame({"session": session, "trial": trial, "step": step}).duplicated().to_numpy()
    found = row_sentence(
        "the step", "repeats the subject, session, trial and step of an earlier row", flagged(repeated)
    )

    order = np.argsort(session, kind="stable")  # each row beside the one before it in its session
    s, t, k = session[order], trial[order], step[order]
    back = np.zeros(len(s), bool)
    back[1:] = (s[1:] == s[:-1]) & ((t[1:] < t[:-1]) | ((t[1:] == t[:-1]) & (k[1:] < k[:-1])))
    found += row_sentence(
        "the step", "comes after a later trial or step of its session; sort the table", flagged(order[back])
    )

    starts = np.flatnonzero(np.diff(session, prepend=-1) != 0)
    again = starts[pd.Series(session[starts]).duplicated().to_numpy()]
    what = "goes on after other rows interrupted it; keep its rows together"
    return found + row_sentence("the session", what, flagged(again))


def _missing_columns(columns: Sequence["Column"], table: pd.DataFrame) -> list[str]:
    known = {column.name for column in columns}
    others = [str(name) for name in table.columns if name not in known]
    found = []
    for column in columns:
        if column.name in table:
            continue
        near = nearest_column(column.name, others)
        if column.required:
            hint = f" Is it '{near}'? Then read the file with rename={{'{near}': '{column.name}'}}." if near else ""
            found.append(f"There is no column '{column.name}' ({column.doc}).{hint}")
        elif near and near.strip().lower() == column.name:
            found.append(f"Column '{near}' would be ignored; rename it to '{column.name}', or to something else.")
    return found


def called(table: pd.DataFrame, what: str) -> list[str]:
    """The columns of this meaning: the one of its name first, then those of names that people use for it."""
    lower = {str(name).lower(): str(name) for name in reversed(list(table.columns))}
    return [lower[name] for name in (what, *ALSO_CALLED.get(what, ())) if name in lower]


def nearest_column(name: str, others: list[str]) -> str | None:
    """The column that the user most likely meant, if any."""
    lower = {other.strip().lower(): other for other in reversed(others)}
    for candidate in (name, *ALSO_CALLED.get(name, ())):
        if candidate in lower:
            return lower[candidate]
    close = difflib.get_close_matches(name, list(lower), n=1, cutoff=0.75)
    return lower[close[0]] if close else None


def row_sentence(name: str, what: str, rows: np.ndarray, series: pd.Series | None = None) -> list[str]:
    """One sentence for all rows with this problem, or nothing."""
    where = np.flatnonzero(rows)
    if len(where) == 0:
        return []
    example = "" if series is None else f" (it holds {shown(series.iloc[where[0]])})"
    place = places(where)
    return [f"{place[0].upper()}{place[1:]}: {name} {what}{example}."]


def places(rows: Sequence[int] | np.ndarray) -> str:
    """Row numbers in words: "row 3", "rows 3, 4", "rows 3, 4, 5, 6, 7, ... (20 rows)"."""
    listed = ", ".join(str(row) for row in rows[:_SHOWN])
    if len(rows) == 1:
        return f"row {listed}"
    return f"rows {listed}" if len(rows) <= _SHOWN else f"rows {listed}, ... ({len(rows)} rows)"


def shown(value: Any) -> str:
    """A cell as Python writes it, cut to 40 characters."""
    return cut(repr(value.item() if isinstance(value, np.generic) else value), 40)


def _dtype_word(series: pd.Series) -> str:
    return "text or another object" if _may_be_text(series) else f"values of type {series.dtype}"


def _may_be_text(column: pd.Series) -> bool:
    return dtypes.is_object_dtype(column) or dtypes.is_string_dtype(column)


def _number(value: Any) -> float:
    if isinstance(value, str):
        return plain_number(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _whole(numbers: np.ndarray) -> np.ndarray:
    return np.isfinite(numbers) & (numbers == np.floor(numbers))
