"""The same rows twice: an export appended to itself, a session under two names."""

from typing import Any

import numpy as np
import pandas as pd
from pandas import util

from neurorl.core.spaces import Discrete
from neurorl.data.checks import as_numbers
from neurorl.data.rules.rows import COLUMNS, Finding, Rows
from neurorl.data.rules.sessions import is_session_like

_hashed: Any = util  # pandas says nothing of the types of its hashes

# How many rows must agree, and how often they must change from one to the next: sessions of one answer and one outcome
# agree by chance. More is asked of a part that is followed by other rows than of exact copies.
_LEAST, _CHANGES = 10, 5
_LEAST_PART, _CHANGES_PART = 20, 8
_WINDOW, _PLACES = 10, 300  # rows by which a return is found, and how many returns are looked at
_WORDS = {2: "twice", 3: "three times", 4: "four times"}


def appended_twice(rows: Rows) -> list[Finding]:
    """The same rows again below themselves, where trials have no numbers of their own."""
    if not rows.facts.counted or not rows.ordered:
        return []
    key, (starts, ends) = _happened(rows), _bounds(rows)
    remedy = "Was an export appended to an older one? Delete the copies; if the rows are right, number the trials in a "
    remedy += "column trial."
    in_file, who = key[rows.in_file], rows.session[rows.in_file]
    for times, word in _WORDS.items():
        part = len(key) // times
        if len(np.unique(who[:part])) > 1 and _is_copied(in_file ^ who.astype(np.uint64), times, changes=1):
            return [rows.problem("appended-twice", f"All rows of the file occur {word}. {remedy}")]
    found = [start for start, end in zip(starts, ends, strict=True) if _repeats(key[start:end])]
    if not found:
        return []
    subject = rows.table["subject"].iloc[int(found[0])]
    text = (
        f"In {len(found)} of {len(starts)} sessions the same rows occur twice, one copy after the other (the "
        f"first: subject {subject}). {remedy}"
    )
    return [rows.problem("appended-twice", text)]


def same_sessions(rows: Rows) -> list[Finding]:
    """Sessions that agree with an earlier one in all that the table holds, but for the names."""
    if rows.facts.simulated or not rows.ordered:
        return []
    starts, ends = _bounds(rows)
    if len(starts) < 2:
        return []
    key = _happened(rows)
    whole = _copied_whole(rows, key, starts, ends)
    if whole:
        return whole
    changed = np.diff(key, prepend=key[:1]) != 0
    changed[starts] = False
    telling = (ends - starts >= _LEAST_PART) & (np.add.reduceat(changed.astype(int), starts) >= _CHANGES_PART)
    again = telling & pd.Series(_prints(key, starts, ends)).duplicated().to_numpy()
    if not again.any():
        return []
    prints = _prints(key * np.uint64(1099511628211) + _further(rows), starts, ends)
    again = telling & pd.Series(prints).duplicated().to_numpy()
    if not again.any():
        return []
    second = int(np.flatnonzero(again)[0])
    first = int(np.flatnonzero(prints == prints[second])[0])
    n = int(again.sum())

    def named(session: int) -> str:
        row = rows.table.iloc[int(starts[session])]
        return f"subject {row['subject']}, session {row['session']}"

    text = (
        f"{n} session{' holds' if n == 1 else 's hold'} exactly the rows of an earlier one (the first: "
        f"{named(second)}, and {named(first)}); were the same data read twice?"
    )
    return [rows.note("same-sessions", text)]


def _copied_whole(rows: Rows, key: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> list[Finding]:
    """Each session as often as any other, and more than once: together they tell more than short sessions alone."""
    exact = _prints(key * np.uint64(1099511628211) + _further(rows), starts, ends)
    _, first, counts = np.unique(exact, return_index=True, return_counts=True)
    word = _WORDS.get(int(counts[0]))
    if word is None or len(counts) < 2 or (counts != counts[0]).any():
        return []
    part = np.concatenate([key[starts[session] : ends[session]] for session in np.sort(first)])
    if len(part) < _LEAST_PART or not _tells(part, _CHANGES_PART):
        return []
    text = f"Each of {len(counts)} sessions occurs in the table {word}, row by row, under other names; were the same "
    return [rows.note("same-sessions", f"{text}data read {word}?")]


def _bounds(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """First row of each session, and the one after its last."""
    return rows.starts, np.append(rows.starts[1:], len(rows))


def _happened(rows: Rows) -> np.ndarray:
    """A number for what happened in each row: step, what was seen, choice and reward."""
    seen = [name for name in rows.columns if name.startswith("obs_")]
    vectors = [as_numbers(rows.columns[name])[0] for name in seen]
    parts = [rows.step, *([rows.state] if isinstance(rows.spaces.obs, Discrete) else vectors)]
    mixed = np.zeros(len(rows), np.uint64)
    for part in (*parts, rows.choice, np.nan_to_num(rows.reward, nan=-9e99)):
        mixed = mixed * np.uint64(1099511628211) + _hashed.hash_array(np.asarray(part, float))
    return mixed


def _further(rows: Rows) -> np.ndarray:
    """A number for what else each row holds; names of sessions and counts of rows may differ between copies."""
    names = [name for name in rows.table if name not in COLUMNS and not is_session_like(name)]
    try:
        return _hashed.hash_pandas_object(rows.table[names], index=False).to_numpy()
    except TypeError:  # a column of lists
        return np.zeros(len(rows), np.uint64)


def _prints(key: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """A number for each session that depends on its rows and their order."""
    position = np.arange(len(key)) - np.repeat(starts, ends - starts)
    mixed = _hashed.hash_array(key + position.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    return np.add.reduceat(mixed, starts)


def _repeats(key: np.ndarray) -> bool:
    """Whether a session is copies of its first part, or begins with a part that comes a second time at once."""
    if len(key) < 2 * _LEAST:
        return False
    if any(_is_copied(key, times, _CHANGES) for times in _WORDS):
        return True
    lengths = _returns(key, _LEAST_PART, len(key) // 2)
    return any(np.array_equal(key[:n], key[n : 2 * n]) and _tells(key[:n], _CHANGES_PART) for n in lengths)


def _returns(key: np.ndarray, least: int, most: int) -> list[int]:
    """Places from `least` to `most` at which rows go on as they began; the first hundreds of them."""
    places = np.arange(least, most + 1)
    for i in range(_WINDOW):
        at = np.minimum(places + i, len(key) - 1)
        places = places[(places + i >= len(key)) | (key[at] == key[i])]  # a short part ends within the window
    return places[:_PLACES].tolist()


def _is_copied(key: np.ndarray, times: int, changes: int) -> bool:
    """Whether rows are their first part `times` times; some layouts do not hold what the very last row was paid."""
    n, rest = divmod(len(key), times)
    if rest or n < _LEAST or not np.array_equal(key[: -n - 1], key[n:-1]):
        return False
    return _tells(key[:n], changes)


def _tells(part: np.ndarray, changes: int) -> bool:
    """Whether a part varies, and does not itself repeat something shorter, as a fixed sequence of cues would."""
    if (np.diff(part) != 0).sum() < changes:
        return False
    return not any(np.array_equal(part[:-k], part[k:]) for k in _returns(part, 1, len(part) // 2))
