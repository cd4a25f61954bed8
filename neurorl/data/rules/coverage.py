"""How much of what the task asks was answered, and how much of what it offers was chosen."""

import numpy as np
import pandas as pd

from neurorl.data.rules.rows import Finding, Rows

_TOO_MANY = 1 / 3  # missing choices, as a share of all
_ENOUGH = 10  # choices of a subject, from which a share is worth a word
_ENOUGH_OF_A_STEP = 20  # choices at a step, from which an option that none took is worth a word
_SHOWN = 5


def never_chosen(rows: Rows) -> list[Finding]:
    """Options that were never chosen, at all or at one of the steps of a trial."""
    asked = rows.happened & rows.free & ~rows.forbidden
    if not asked.any():
        return []
    options, absent = _absent(rows, asked)
    name, labels = rows.facts.name("choice"), rows.choices()

    def sentence(absent: list[int], asked: np.ndarray, where: str = "") -> str:
        listed = ", ".join(f"{code} {labels[code]}" for code in absent[:_SHOWN])
        more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
        return f"Never chosen in {int(asked.sum())} choices{where}: {listed}{more}."

    if absent:
        text = sentence(absent, asked)
        if absent == [0] and len(options) > 2 and options[0] == 0:
            text += f" If column {name} counts from 1, every choice is read as the next option; recode it."
        return [rows.note("never-chosen", text)]
    found = []
    if rows.spaces.steps_per_trial > 1 and not rows.spaces.self_paced and not rows.facts.simulated:
        for step in np.unique(rows.step[asked & np.isfinite(rows.step)]).tolist():
            here = asked & (rows.step == step)
            _, absent = _absent(rows, here)
            if absent and here.sum() >= _ENOUGH_OF_A_STEP:
                found.append(rows.note("never-chosen", sentence(absent, here, f" at step {step:g}")))
    return found


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
        f"A choice is missing but rewarded in {rows.places(paid)}; such rows are neither learned from nor scored. "
        f"Check columns {rows.facts.name('choice')} and {rows.facts.name('reward')} there."
    )
    return [rows.note("paid-when-missing", text)]


def offered(rows: Rows, asked: np.ndarray | None = None) -> list[int]:
    """Action codes that can be chosen freely in a state that occurs, or that occurs among the rows asked."""
    spaces = rows.spaces
    if not spaces.legal:
        return list(range(spaces.discrete_action().n))
    seen = np.unique(rows.state[(rows.state >= 0) & (True if asked is None else asked)])
    legal, free = np.asarray(spaces.legal, bool), np.asarray(spaces.free or (True,) * len(spaces.legal), bool)
    return np.flatnonzero(legal[seen[free[seen]]].any(axis=0)).tolist()


def _absent(rows: Rows, asked: np.ndarray) -> tuple[list[int], list[int]]:
    """Options that the rows asked offer, and those of them that none chose."""
    options = offered(rows, asked)
    counts = np.bincount(rows.choice[asked], minlength=rows.spaces.discrete_action().n)
    return options, [code for code in options if not counts[code]]
