"""Sessions that a column tells apart and nobody reads, and sessions in pieces."""

import numpy as np
import pandas as pd

from neurorl.data.rules.people import differing
from neurorl.data.rules.rows import Finding, Rows

SESSION_LIKE = frozenset(
    (
        *("session", "sessions", "session_id", "sessionid", "session_number", "session_num", "session_nr", "sessionnr"),
        *("sess", "ses", "sess_id", "ses_id", "ses_idx", "sessno", "run", "runs", "run_id", "run_number", "runnr"),
        *(
            "run_num",
            "day",
            "day_number",
            "visit",
            "visit_id",
            "visitnr",
            "date",
            "timepoint",
            "time_point",
            "occasion",
        ),
        *("wave", "block", "block_id", "block_number", "blocknr", "block_num", "file_session", "testday", "test_day"),
    )
)


def is_session_like(name: object) -> bool:
    """Whether a column's name says that it tells sessions apart."""
    return str(name).strip().lower().replace(" ", "_").replace("-", "_") in SESSION_LIKE


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
    order = np.argsort(rows.facts.row, kind="stable")
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
