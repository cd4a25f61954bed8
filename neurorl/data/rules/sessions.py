"""Sessions that a column tells apart and nobody reads, and sessions in pieces."""

import re

import numpy as np
import pandas as pd

from neurorl.data.rules.people import differing
from neurorl.data.rules.rows import Finding, Rows

_SESSIONS = 10  # from which sessions of one trial are worth a word
# A column tells sessions apart where its name is made of these words: one of the first, others of the second. Names
# without a mark between words (sessionid, runnr) are the last.
_WORDS = frozenset(
    (
        *("session", "sessions", "sess", "ses", "run", "runs", "scan", "day", "visit", "date", "timepoint", "occasion"),
        *("wave", "block", "blocks", "blk", "miniblock", "testday"),
    )
)
_BESIDE = frozenset(
    (
        *(
            "id",
            "ids",
            "idx",
            "index",
            "number",
            "numbers",
            "num",
            "nr",
            "no",
            "n",
            "name",
            "label",
            "count",
            "counter",
        ),
        *("file", "mini", "test", "exp", "experiment", "of", "scan", "current", "this", "task", "recording", "s"),
    )
)
_FUSED = re.compile(rf"({'|'.join(sorted(_WORDS, key=len, reverse=True))})(id|idx|index|number|num|nr|no|s)?")


def is_session_like(name: object) -> bool:
    """Whether a column's name says that it tells sessions apart: run, Session ID, blockNumber, file_day, time_point."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", str(name).strip())
    text = (
        re.sub(r"[\W_]+", " ", text).strip().lower().replace("time point", "timepoint").replace("test day", "testday")
    )
    words = text.split()
    first = [word for word in words if _FUSED.fullmatch(word)]
    return bool(first) and all(word in _BESIDE or word.isdigit() for word in words if word not in first)


def sessions_ignored(rows: Rows) -> list[Finding]:
    """A column that tells sessions apart, where the file has no column that was taken as the session."""
    if rows.facts.sessions or not rows.facts.read:
        return []
    names = [str(name) for name in rows.table.columns if name != "session" and is_session_like(name)]
    names = [name for name in names if differing(rows, name)]
    if not names:
        return []
    column = names[0].removeprefix("file_")
    others = f" (columns {', '.join(names[1:])} differ as well)" if len(names) > 1 else ""
    text = (
        f"There is no column 'session', but column {column} differs within a subject{others}; without sessions, values "
        f"are carried over from one {column} to the next. Read the file with rename={{'{column}': 'session'}} to start "
        "each anew, or with session=0 to take all rows of a subject as one session."
    )
    return [rows.problem("session-ignored", text)]


def session_in_pieces(rows: Rows) -> list[Finding]:
    """A session that goes on after another of the same subject, where no trial numbers say in which order."""
    if not rows.facts.counted or rows.facts.interleaved or not rows.ordered or rows.facts.row is None:
        return []
    order = rows.in_file
    who = pd.factorize(np.asarray(rows.table["subject"]))[0][order]
    by_subject = np.argsort(who, kind="stable")  # in the order of the file within each subject
    session = rows.session[order][by_subject]
    starts = np.flatnonzero(np.diff(session, prepend=-1))
    again = starts[pd.Series(session[starts]).duplicated().to_numpy()]
    if not len(again):
        return []
    row = int(order[by_subject[again[0]]])
    subject, name = rows.table["subject"].iloc[row], rows.table["session"].iloc[row]
    text = (
        f"Session {name} of subject {subject} goes on in {rows.places(np.arange(len(rows)) == row)} after another "
        f"session of the same subject ({len(again)} such places): are two sessions called {name}? Give each a name of "
        "its own, or number the trials in a column trial."
    )
    return [rows.problem("session-in-pieces", text)]


def single_trials(rows: Rows) -> list[Finding]:
    """Sessions of one trial each, in which nothing can be learned from an earlier one."""
    if rows.facts.simulated or not rows.ordered:
        return []
    n, trials = int(rows.session.max()) + 1, int(rows.block[-1]) + 1
    if n < _SESSIONS or trials >= 2 * n or n == rows.table["subject"].nunique():
        return []
    text = (
        f"{n} sessions hold {trials} trials: values start anew in each session, so that little can be learned "
        f"from trial to trial. Check whether column {rows.facts.name('session')} numbers the trials."
    )
    return [rows.note("single-trials", text)]
