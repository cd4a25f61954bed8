"""Steps and trials: steps a trial does not have, stages that are missing, trials that are."""

import numpy as np

from neurorl.core.spaces import Discrete
from neurorl.core.text import many
from neurorl.data.rules.rows import Finding, Rows


def beyond_the_trial(rows: Rows) -> list[Finding]:
    """Steps that a trial of the task does not have, unless a forbidden choice came before or trials are self-paced."""
    if rows.facts.simulated or rows.spaces.self_paced:
        return []
    steps = rows.spaces.steps_per_trial
    far = np.isfinite(rows.step) & (rows.step >= steps)  # others are no steps at all
    if far.any() and rows.ordered and rows.forbidden.any():
        far &= ~_of_block(rows, rows.forbidden)
    if not far.any():
        return []
    last = f"steps 0 to {steps - 1}" if steps > 1 else "one step, 0"
    highest = int(rows.step[far].max())
    advice = "count steps from 0 within each trial"
    if steps == 1 and rows.facts.read:
        advice += ", or name the task whose trials have more"
    elif steps == 1:
        advice += ", or give Spaces(..., steps_per_trial=...), or self_paced=True where trials differ in length"
    where = rows.places(far)
    text = f"{where[0].upper()}{where[1:]}: step goes up to {highest}, but a trial of the task has {last}; {advice}."
    return [rows.problem("step-beyond", text)]


def stage_missing(rows: Rows) -> list[Finding]:
    """Trials without all steps that other trials have, though nothing in them was missed."""
    if rows.facts.simulated or rows.spaces.self_paced or rows.spaces.steps_per_trial < 2 or not rows.ordered:
        return []
    length = np.bincount(rows.block)
    first = np.flatnonzero(np.diff(rows.block, prepend=-1))
    of_session = rows.session[first]
    last = np.diff(of_session, append=-1) != 0
    marked = _any(rows, rows.missing | ~rows.valid | rows.forbidden)
    whole = _expected(rows)
    short = ~marked & (length < whole)
    found = []
    if (short & ~last).any():
        where = (short & ~last)[rows.block]
        there = sorted({int(step) for step in rows.step[where]})
        absent = [step for step in range(rows.spaces.steps_per_trial) if step not in there] or [whole - 1]
        n = int((short & ~last).sum())
        text = (
            f"{n} {'trial has' if n == 1 else 'trials have'} fewer than the {whole} steps that a trial has here, and "
            f"no choice in {'it' if n == 1 else 'them'} is marked as missing: {rows.places(where)} (without step "
            f"{', '.join(map(str, absent))}). Add the missing steps; if the subject missed one, add it with an empty "
            "choice, or mark the trial with valid = False."
        )
        found.append(rows.problem("stage-missing", text))
    ends = short & last
    if ends.any():
        n = int(ends.sum())
        where = rows.places(ends[rows.block])
        text = f"The last trial of {many(n, 'session')} ends before its last step ({where})."
        found.append(rows.note("last-trial-short", text))
    return found


def gaps(rows: Rows) -> list[Finding]:
    """Trial numbers that are left out within a session, or before its first row."""
    if not rows.ordered or len(rows) < 2:
        return []
    jump = (np.diff(rows.session, prepend=-1) == 0) & (np.diff(rows.trial, prepend=0) > 1)
    starts = np.diff(rows.session, prepend=-1) != 0
    late = starts & (rows.trial > 1)
    if not (jump | late).any():
        return []
    parts = []
    if jump.any():
        at = int(np.flatnonzero(jump)[0])
        sessions = len(np.unique(rows.session[jump]))
        parts.append(
            f"Trial numbers have {many(int(jump.sum()), 'gap')} in {many(sessions, 'session')} (the first: trial "
            f"{rows.trial[at - 1]:g} is followed by {rows.trial[at]:g}, {rows.places(np.arange(len(rows)) == at)})"
        )
    if late.any():
        at = int(np.flatnonzero(late)[0])
        n = int(late.sum())
        parts.append(
            f"{'T' if not parts else 't'}he first trial of {many(n, 'session')} is not 0 or 1 (the first: trial "
            f"{rows.trial[at]:g}, {rows.places(np.arange(len(rows)) == at)})"
        )
    text = f"{'; '.join(parts)}. Agents go from one row to the next: trials in between are not learned from."
    return [rows.note("gaps", text)]


def _expected(rows: Rows) -> int:
    """How many steps a whole trial has in this table; states without a choice may be left out throughout."""
    spaces = rows.spaces
    whole = spaces.steps_per_trial
    if isinstance(spaces.obs, Discrete) and "fixation" in spaces.obs.labels:
        whole -= not (rows.state == spaces.obs.index("fixation")).any()
    return min(whole, int(np.bincount(rows.block).max()))


def _any(rows: Rows, where: np.ndarray) -> np.ndarray:
    """For each trial, whether any of its rows is in the mask."""
    return np.bincount(rows.block, weights=where) > 0


def _of_block(rows: Rows, where: np.ndarray) -> np.ndarray:
    """Rows of trials that have a row in the mask."""
    return _any(rows, where)[rows.block]
