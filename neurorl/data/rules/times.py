"""Times that contradict the order of the rows, where nothing else says it."""

import numpy as np

from neurorl.data.checks import as_numbers
from neurorl.data.rules.rows import Finding, Rows

_TIMES = frozenset(
    (
        *("onset", "start_time", "start", "timestamp", "trial_start", "trial_onset", "trial_start_time", "time_start"),
        *("onset_time", "onsets", "trial_time", "cue_onset", "stimulus_onset", "gocue_start_time"),
    )
)
_MANY = 1 / 20  # falls per row, from which the rows are not in order


def time_falls(rows: Rows) -> list[Finding]:
    """A column of times that falls within a session whose trials have no numbers.

    A few falls may be clocks that start anew where runs were joined: they are said. More are refused.
    """
    if not rows.facts.counted or rows.facts.simulated or not rows.ordered:
        return []
    for column in rows.columns:
        if column.strip().lower().removeprefix("file_").replace(" ", "_") not in _TIMES:
            continue
        times, unusable = as_numbers(rows.columns[column])
        use = np.isfinite(times) & ~unusable
        at, time, session = np.flatnonzero(use), times[use], rows.session[use]
        falls = at[1:][(np.diff(time) < 0) & (np.diff(session) == 0)]
        if not len(falls):
            continue
        where = np.isin(np.arange(len(rows)), falls)
        text = (
            f"Column {column} falls within a session in {rows.places(where)}, and no column trial numbers the trials: "
            "the rows seem not to be in the order of time. Sort them, or add a column trial."
        )
        many = len(falls) > _MANY * len(at)
        return [rows.problem("time-falls", text) if many else rows.note("time-falls", text)]
    return []
