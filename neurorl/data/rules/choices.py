"""Choices that the task does not allow, and codes for a missing choice that may be answers."""

import numpy as np

from neurorl.core.spaces import Discrete
from neurorl.core.text import many
from neurorl.data.rules.coverage import offered
from neurorl.data.rules.remedies import recode
from neurorl.data.rules.rows import Finding, Rows

_SHOWN = 4  # pairs of state and choice that are named; the rest are counted
_PAID, _ROWS = 3, 1 / 10  # paid rows without a choice, and all of them as a share, from which they may be answers
_SHARE = 1 / 3  # of choices that are -1 although rewards stand beside them, from which they are asked about


def forbidden(rows: Rows) -> list[Finding]:
    """Choices that the task does not accept in their state: refused, unless the table marks them as not scored.

    A subject may break the task's order, and some tasks charge for it. So a choice that cost the lowest reward, below
    0, is only said, and so is one where nothing is scored anyway (a fixation step), unless it is the rule there, which
    points to wrong codes.
    """
    bad = rows.forbidden & ~rows.unscored
    low = rows.spaces.reward[0]
    charged = (rows.reward == low) if low < 0 else np.zeros(len(rows), bool)
    refused = bad & ~charged & (rows.free | _usual(rows, bad & ~charged))
    found = []
    if refused.any():
        text = (
            f"{_listed(rows, refused)}{_sides(rows, refused)} Correct the codes, name the task the choices were made "
            "on, or keep such choices unscored: add a column scored that is False in their rows (True in the others)."
        )
        found.append(rows.problem("forbidden", text))
    if (bad & ~refused).any() and not rows.facts.simulated:
        found.append(rows.note("forbidden", f"{_listed(rows, bad & ~refused)} They are not scored."))
    kept = int((rows.forbidden & rows.unscored & rows.free).sum())
    if kept and not rows.facts.simulated:
        text = f"{many(kept, 'choice')} that the task forbids in that state {'are' if kept > 1 else 'is'} not "
        found.append(rows.note("forbidden", f"{text}scored, as column scored says."))
    return found


def _usual(rows: Rows, bad: np.ndarray) -> np.ndarray:
    """Where more than half of the choices in a state are forbidden."""
    if not bad.any():
        return bad
    known = rows.happened & (rows.state >= 0)
    all_, wrong = np.bincount(rows.state[known]), np.bincount(rows.state[bad], minlength=int(rows.state.max()) + 1)
    share = wrong[: len(all_)] / np.maximum(all_, 1)
    return bad & (share[np.minimum(rows.state, len(share) - 1)] > 0.5)


def _listed(rows: Rows, bad: np.ndarray) -> str:
    """Which choices are forbidden, state by state, and where they stand."""
    obs, labels = rows.spaces.obs, rows.choices()
    assert isinstance(obs, Discrete)
    name = rows.facts.name("choice")
    listed = []
    pairs = np.unique(np.stack([rows.state[bad], rows.choice[bad]]), axis=1).T.tolist()
    for state, choice in pairs[:_SHOWN]:
        here = bad & (rows.state == state) & (rows.choice == choice)
        accepted = ", ".join(f"{a} {label}" for a, label in enumerate(labels) if rows.spaces.legal[state][a])
        listed.append(
            f"in state {state} {obs.labels[state]} {name} is {choice} {labels[choice]} in {rows.places(here)}, but "
            f"only {accepted} can be chosen there"
        )
    if len(pairs) > _SHOWN:
        listed.append(f"and {len(pairs) - _SHOWN} more pairs of state and choice")
    return f"The task forbids {int(bad.sum())} of {int(rows.happened.sum())} choices: {'; '.join(listed)}."


def _sides(rows: Rows, bad: np.ndarray) -> str:
    """A hint where the choices in a state are counted from 0 among the options that it has."""
    for state in np.unique(rows.state[bad]).tolist():
        accepted = [code for code, is_legal in enumerate(rows.spaces.legal[state]) if is_legal]
        used = np.unique(rows.choice[rows.happened & (rows.state == state)]).tolist()
        if len(accepted) > 1 and used == list(range(len(accepted))) and used != accepted:
            obs = rows.spaces.obs
            label = obs.labels[state] if isinstance(obs, Discrete) else state
            named = ", ".join(f"{code} {rows.choices()[code]}" for code in accepted)
            return (
                f" In state {label} the choices are {', '.join(map(str, used))}, as if sides were counted there; the "
                f"codes of the options are {named}."
            )
    return ""


def minus_one(rows: Rows) -> list[Finding]:
    """Of two options, -1 may be one: asked about where it is not plainly a missing choice."""
    if rows.facts.coded or rows.spaces.discrete_action().n != 2:
        return []
    asked = rows.minus_one
    paid = asked & np.isfinite(rows.reward)
    zero, one = int((rows.choice == 0).sum()), int((rows.choice == 1).sum())
    only = zero == 0
    most = only and asked.sum() >= _PAID and asked.mean() > _SHARE and (paid == asked).all()
    if not one or not (most or (rows.reward[paid] != 0).any()):  # a missed trial is often written with a reward of 0
        return []
    if not only and int(asked.sum()) <= max(zero, _SHARE * len(rows)):
        return []
    name, (left, right) = rows.facts.name("choice"), rows.choices()
    values = "-1 and 1" if only else f"-1 ({int(asked.sum())} rows), 0 ({zero}) and 1 ({one})"
    middle = {} if only else {0: "missing"}
    answers = recode(rows.facts, name, {-1: left, **middle, 1: right})
    text = (
        f"Column {name} holds {values}, and rewards are present in {int(paid.sum())} of {int(asked.sum())} values "
        f"of -1, so that -1 may be a choice, not a missing one. If it is a choice, {answers} (or the other way "
        f"round); if it is missing, {recode(rows.facts, name, {-1: 'missing'})}."
    )
    return [rows.problem("minus-one", text)]


def missing_chosen(rows: Rows) -> list[Finding]:
    """Of two options only one is ever chosen, and the layout's code for a missing choice stands beside rewards.

    Such a file may hold other codes than its layout: -1 and 1 where 0, 1 and -1 are expected, or 1 and 2 where 2 is
    a trial without an answer.
    """
    facts = rows.facts
    if not facts.read or facts.told or not facts.coded or len(offered(rows)) != 2:
        return []
    chosen = np.unique(rows.choice[rows.happened & rows.free])
    gone = rows.missing & rows.free
    paid = gone & np.isfinite(rows.reward) & (rows.reward != 0)
    if len(chosen) != 1 or paid.sum() < _PAID or gone.sum() < _ROWS * len(rows):
        return []
    name, labels = facts.name("choice"), rows.choices()
    only = labels[int(chosen[0])]
    other = next(labels[code] for code in offered(rows) if code != chosen[0])
    text = (
        f"Only {only} was ever chosen, and {int(paid.sum())} of {int(gone.sum())} trials that count as missed are "
        f"paid, so that what is read as a missing choice in column {name} may be {other}. Say what the values of "
        f"{name} mean with codes={{'{name}': ...}}: for each a label, or 'missing'."
    )
    return [rows.problem("missing-chosen", text)]
