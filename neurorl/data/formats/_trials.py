"""From one row a trial, as most layouts have it, to one row a decision: who and when, order, choices, stages."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.text import many
from neurorl.data.checks import as_numbers, row_sentence, shown_in
from neurorl.data.format import ROW, Draft, Wish
from neurorl.ops.two_stage import TwoStage

# Columns of ours that a one-decision trial may carry in any layout.
FLAGS = ("valid", "scored", "discount", "stim", "informed")
_MOST = 2**53  # beyond, numbers of trials are no longer exact
_OURS = ("subject", "session", "trial", "step", "state", "choice", "reward")


def who_and_when(
    table: pd.DataFrame, wish: Wish, draft: Draft, *, subject: str, session: str | None = None, trial: str | None = None
) -> pd.DataFrame:
    """Columns subject, session and trial (from 0) of each row, in the file's order; problems go to the draft.

    A layout without a session has one a subject, 0, unless the caller names it; without a trial, rows are counted.
    """
    out = pd.DataFrame(index=table.index)
    if subject in table:
        out["subject"] = table[subject]
        empty = table[subject].isna() | (table[subject].astype(str).str.strip() == "")
        draft.problems += row_sentence(subject, "is empty where the name of a subject is expected", empty.to_numpy())
    elif wish.subject is not None:
        out["subject"] = wish.subject
    else:
        draft.problems.append(
            f"There is no column '{subject}', which names the subject of each row; name the "
            "subject with subject=, or rename a column."
        )
        out["subject"] = 0
    if session is not None and session in table:
        out["session"] = table[session]
        gone = table[session].isna().to_numpy()
        draft.problems += row_sentence(session, "is empty where the name of a session is expected", gone)
    else:
        out["session"] = 0 if wish.session is None else wish.session
        draft.sessions = wish.session is not None
    if trial is None or trial not in table:
        out["trial"] = out.groupby(["subject", "session"], sort=False).cumcount()
        draft.counted = True
        return out.assign(**{ROW: np.arange(len(out))})
    numbers, unusable = as_numbers(table[trial])
    broken = unusable | ~np.isfinite(numbers) | (numbers != np.floor(numbers)) | (numbers < 0) | (numbers > _MOST)
    draft.problems += row_sentence(trial, "is not a whole number from 0 or 1", broken, table[trial])
    start = 0 if broken.any() or len(numbers) == 0 or numbers.min() < 1 else 1
    if start:
        draft.notes.append(f"Column {trial} counts from 1; trials count from 0 here.")
    out["trial"] = np.where(broken, np.arange(len(numbers)), np.where(broken, 0, numbers) - start).astype(np.int64)
    again = out.duplicated().to_numpy() & ~broken
    draft.problems += row_sentence(
        trial, "repeats a trial of the same subject and session; if trials restart in each block, name its column as "
        "the session", again, table[trial]
    )  # fmt: skip
    return out.assign(**{ROW: np.arange(len(out))})


def in_order(when: pd.DataFrame, draft: Draft) -> np.ndarray:
    """Positions of the rows with each session in one piece and its trials rising; said where that changes anything."""
    subject = pd.factorize(when["subject"])[0]
    session = pd.factorize(when["session"])[0]
    order = np.lexsort((np.arange(len(when)), when["trial"].to_numpy(), session, subject))
    if (order != np.arange(len(when))).any():
        moved = many(int((order != np.arange(len(when))).sum()), "row")
        if draft.counted:
            draft.notes.append(
                f"The rows of a subject or session were not in one piece; {moved} moved, and each session keeps the "
                "order that its rows have in the file."
            )
        else:
            draft.notes.append(
                f"{moved} stood out of order; rows were sorted by trial within each subject and session."
            )
    return order


def further(table: pd.DataFrame, used: Iterable[str], draft: Draft) -> pd.DataFrame:
    """The columns that the layout does not use; names that mean something else here get "file_" in front."""
    used = set(used)
    kept = table[[name for name in table.columns if name not in used]]
    clash = [str(name) for name in kept.columns if name in _OURS or str(name).startswith("obs_")]
    if clash:
        draft.notes.append(f"Columns {', '.join(clash)} have another meaning here and are kept with file_ in front.")
    return kept.set_axis([f"file_{name}" if name in clash else name for name in kept.columns], axis=1)


def options(spaces: Spaces) -> tuple[int, ...]:
    """The action codes that answer a question: all, or those that are legal in some state where the choice is free."""
    action = spaces.discrete_action()
    if not spaces.legal:
        return tuple(range(action.n))
    free = spaces.free or (True,) * len(spaces.legal)
    rows = np.array([row for row, is_free in zip(spaces.legal, free, strict=True) if is_free], bool)
    return tuple(int(code) for code in np.flatnonzero(rows.any(axis=0)))


def labels_of_options(spaces: Spaces) -> tuple[str, ...]:
    """Labels of the options."""
    labels = spaces.discrete_action().labels
    return tuple(labels[code] for code in options(spaces))


def option_labels(spaces: Spaces, n: int, layout: str) -> tuple[str, ...]:
    """Labels of the options, or `DoesNotFit` unless there are n of them."""
    found = labels_of_options(spaces)
    if len(found) != n:
        raise DoesNotFit(
            f"The layout {layout} has {n} answers, but the task has {len(found)} ({', '.join(found)}); name another "
            "task."
        )
    return found


def one_choice(
    when: pd.DataFrame,
    option: np.ndarray,
    reward: np.ndarray,
    spaces: Spaces,
    draft: Draft,
    *,
    more: pd.DataFrame,
    state: np.ndarray | None = None,
) -> pd.DataFrame:
    """One row a decision from trials with one choice; a fixation step comes before it where the task has one.

    Args:
        when: subject, session and trial of each row.
        option: position of the answer among `options(spaces)`, -1 where missing.
        reward: NaN where empty.
        spaces: of the task.
        draft: takes the problems.
        more: further columns; valid, scored, discount, stim and informed keep their meaning.
        state: code of what was seen; None where the task has only one state.
    """
    answered = option >= 0
    valid = np.asarray(as_numbers(more["valid"])[0] != 0) if "valid" in more else answered
    flags = as_numbers(more["informed"])[0] if "informed" in more else None
    shown = shown_in(spaces.informed, state, flags, len(reward))
    empty = np.isnan(reward) & answered & valid & shown
    draft.problems += row_sentence("reward", "is empty although the trial was answered", empty)
    order = in_order(when, draft)
    codes = np.array([*options(spaces), -1])
    table = when.assign(step=0)
    if isinstance(spaces.obs, Discrete):
        table["state"] = _only_state(spaces) if state is None else state
    table = pd.concat([table.assign(choice=codes[option.astype(int)], reward=reward), more], axis=1)
    table = table.iloc[order].reset_index(drop=True)
    pre = _fixation(spaces)
    if pre is None:
        return table
    code, centre = pre
    before = table.assign(state=code, choice=centre, reward=0.0)
    before = before.assign(
        **{n: v for n, v in (("scored", False), ("discount", 1.0), ("stim", 0.0), ("informed", True)) if n in table}
    )
    return interleaved([before, table.assign(step=1)])


def two_stage(
    when: pd.DataFrame,
    first: np.ndarray,
    second: np.ndarray,
    answer: np.ndarray,
    reward: np.ndarray,
    spaces: Spaces,
    draft: Draft,
    *,
    more: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Two rows a trial (three with fixation) from trials with two stages.

    A trial without an answer at a stage ends there: where that is the second stage, the trial did not happen as far as
    learning goes (`valid` is False), since the file does not say what the first choice led to.

    Args:
        when: subject, session and trial of each row.
        first: side of the first choice, 0 left, 1 right, -1 missing.
        second: second stage, 0 A, 1 B.
        answer: side of the second answer, -1 missing.
        reward: NaN where empty.
        spaces: of a two-stage task.
        draft: takes the problems.
        more: further columns of the first and the second stage.
    """
    code = TwoStage.of(spaces)
    sides = np.array([code.left, code.right, -1])
    whole = (first >= 0) & (answer >= 0)
    draft.problems += row_sentence("reward", "is empty although both stages were answered", np.isnan(reward) & whole)
    order = in_order(when, draft)
    base = when.assign(valid=whole)
    at_first = base.assign(step=0, state=code.first, choice=sides[first.astype(int)], reward=0.0)
    at_second = base.assign(
        step=1,
        state=np.where(second == 1, code.second_b, code.second_a),
        choice=sides[answer.astype(int)],
        reward=reward,
    )
    parts = [
        pd.concat([part, columns], axis=1).iloc[order].reset_index(drop=True)
        for part, columns in zip((at_first, at_second), more, strict=True)
    ]
    whole = whole[order]
    parts[1] = parts[1][whole]
    pre = _fixation(spaces)
    if pre is not None:
        parts = [
            parts[0].assign(state=pre[0], choice=pre[1], valid=True),
            *(p.assign(step=p["step"] + 1) for p in parts),
        ]
    if not whole.all():
        draft.notes.append(
            f"Without an answer: {many(int((~whole).sum()), 'trial')}; nothing is learned from them or scored in them."
        )
        draft.notes += _odd_misses(first >= 0, answer >= 0, reward)
    return interleaved(parts)


def _odd_misses(first: np.ndarray, second: np.ndarray, reward: np.ndarray) -> list[str]:
    """What contradicts that a trial was missed: a reward, or an answer at the second stage without one at the first."""
    paid = ~(first & second) & np.isfinite(reward) & (reward != 0)
    late = second & ~first
    said = []
    if paid.any():
        said.append(
            f"Of the trials without an answer, {int(paid.sum())} are rewarded; check choices and rewards there."
        )
    if late.any():
        said.append(
            f"In {many(int(late.sum()), 'trial')} the second stage is answered but not the first; these answers are "
            "left out."
        )
    return said


def interleaved(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several parts, ordered by their index and within it by part."""
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def _only_state(spaces: Spaces) -> int:
    """The one state in which a choice is made."""
    obs, _ = spaces.discrete()
    states = [i for i, label in enumerate(obs.labels) if label != "fixation"]
    if len(states) != 1:
        raise DoesNotFit(
            f"The task has several states ({', '.join(obs.labels)}), but this layout does not say which was seen; name "
            "a task with one, or bring the table into the canonical layout with a column state."
        )
    return states[0]


def _fixation(spaces: Spaces) -> tuple[int, int] | None:
    """Codes of the state and the answer of a fixation step, where trials begin with one."""
    if isinstance(spaces.obs, Box) or "fixation" not in spaces.obs.labels or not spaces.legal:
        return None
    code = spaces.obs.index("fixation")
    return code, int(np.flatnonzero(spaces.legal[code])[0])
