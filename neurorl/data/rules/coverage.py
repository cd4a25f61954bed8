"""How much of what the task asks was answered, and how much of what it offers was chosen."""

import numpy as np
import pandas as pd

from neurorl.data.rules.rows import Finding, Rows

_TOO_MANY = 1 / 3  # missing choices, as a share of all
_ENOUGH = 10  # choices of a subject, from which a share is worth a word
_SHOWN = 5


def never_chosen(rows: Rows) -> list[Finding]:
    """Options that nobody ever chose."""
    asked = rows.happened & rows.free & ~rows.forbidden
    if not asked.any():
        return []
    counts = np.bincount(rows.choice[asked], minlength=rows.spaces.discrete_action().n)
    options = offered(rows)
    absent = [code for code in options if not counts[code]]
    if not absent:
        return []
    name, labels = rows.facts.name("choice"), rows.choices()
    listed = ", ".join(f"{code} {labels[code]}" for code in absent[:_SHOWN])
    more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
    text = f"Never chosen in {int(asked.sum())} choices: {listed}{more}."
    if absent == [0] and len(options) > 2 and options[0] == 0:
        text += f" If column {name} counts from 1, every choice is taken for the next option; recode it."
    return [rows.note("never-chosen", text)]


def missing(rows: Rows) -> list[Finding]:
    """More than a third of the choices missing, of all or of a subject."""
    gone = rows.missing
    if not gone.any():
        return []
    share = gone.mean()
    if share > _TOO_MANY:
        text = (
            f"{int(gone.sum())} of {len(rows)} choices are missing ({100 * share:.0f}%), more than a third; check what "
            f"column {rows.facts.name('choice')} holds there."
        )
        return [rows.note("many-missing", text)]
    codes, who = pd.factorize(np.asarray(rows.table["subject"]))
    total, none = np.bincount(codes), np.bincount(codes, weights=gone)
    some = [str(who[i]) for i in np.flatnonzero((none / total > _TOO_MANY) & (total >= _ENOUGH))]
    if not some:
        return []
    listed = ", ".join(some[:_SHOWN]) + (f", ... ({len(some)} subjects)" if len(some) > _SHOWN else "")
    return [rows.note("many-missing", f"More than a third of the choices are missing in: {listed}.")]


def paid_when_missing(rows: Rows) -> list[Finding]:
    """A reward beside a choice that is missing."""
    paid = rows.missing & np.isfinite(rows.reward) & (rows.reward != 0)
    if not paid.any():
        return []
    text = (
        f"A choice is missing and yet paid in {rows.places(paid)}; such a row is neither learned from nor scored. "
        f"Check columns {rows.facts.name('choice')} and {rows.facts.name('reward')} there."
    )
    return [rows.note("paid-when-missing", text)]


def offered(rows: Rows) -> list[int]:
    """Action codes that can be chosen freely in a state that occurs."""
    spaces = rows.spaces
    if not spaces.legal:
        return list(range(spaces.discrete_action().n))
    seen = np.unique(rows.state[rows.state >= 0])
    legal, free = np.asarray(spaces.legal, bool), np.asarray(spaces.free or (True,) * len(spaces.legal), bool)
    return np.flatnonzero(legal[seen[free[seen]]].any(axis=0)).tolist()
