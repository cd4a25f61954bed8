"""HSSM and HDDM: one row a trial with a response at one of two boundaries, a response time, and feedback.

Columns: participant_id or subj_idx; response (-1 and 1, or 0 and 1: lower and upper boundary, here the task's first and
second answer); rt (s); feedback; trial_id or trial; split_by. Missing answers are -999 or empty. With HDDM, values of
different `split_by` never meet: it is the state where the task has several, else a session of its own.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete
from neurorl.core.text import many
from neurorl.data.checks import as_numbers, row_sentence
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import from_values, mapped, rewards, some
from neurorl.data.formats._trials import further, one_choice, option_labels, who_and_when
from neurorl.data.formats._wide import joined, names_sessions, one_choice_trials, text_table
from neurorl.data.source import Source
from neurorl.ops.arms import arm_spaces

MISSING = -999


def matches(source: Source) -> str | None:
    """A subject, a response, and rt or feedback, under the names of HSSM or HDDM."""
    who = next((name for name in ("participant_id", "subj_idx") if name in source.columns), None)
    if who and "response" in source.columns and source.columns & {"rt", "feedback"}:
        return f"it has columns {who} and response"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """The trials."""
    table, spaces = source.table, wish.spaces or arm_spaces(2)
    draft = Draft(None, wish.spaces)
    draft.names["choice"] = "response"
    who = next((name for name in ("participant_id", "subj_idx") if name in table), "participant_id")
    trial = next((name for name in ("trial_id", "trial") if name in table), None)
    if "feedback" not in table or "response" not in table:
        missing = ", ".join(name for name in ("response", "feedback") if name not in table)
        draft.problems.append(f"There is no column {missing}; models of learning need the choice and its reward.")
        return draft
    labels = option_labels(spaces, 2, "hssm")
    several = isinstance(spaces.obs, Discrete) and len([s for s in spaces.obs.labels if s != "fixation"]) > 1
    split = "split_by" if "split_by" in table else None
    table, session = _sessions(table, split if not several else None, draft)
    when = who_and_when(table, wish, draft, subject=who, session=session, trial=trial)
    option = _responses(table["response"], labels, wish, draft)
    state = None
    if several and split is not None and isinstance(spaces.obs, Discrete):
        state = from_values(table[split], split, spaces.obs.labels, wish, draft)
        draft.problems += row_sentence(split, "is empty", state < 0)
        state = state.astype(int)
    paid = table["feedback"].where(as_numbers(table["feedback"])[0] != MISSING)
    reward = rewards(paid, "feedback", wish, draft)
    used = [who, trial or "trial", "session", "response", "feedback", *([split] if split else [])]
    more = further(table, [name for name in used if name != "_session"], draft).drop(
        columns="_session", errors="ignore"
    )
    if "rt" in more:
        more = more.assign(rt=_times(table["rt"], option, draft))
    if wish.spaces is None:
        found = reward[np.isfinite(reward)]
        spaces = arm_spaces(2) if not len(found) else _paying(found)
    draft.spaces, draft.table = spaces, one_choice(when, option, reward, spaces, draft, more=more, state=state)
    return draft


def _sessions(table: pd.DataFrame, split: str | None, draft: Draft) -> tuple[pd.DataFrame, str | None]:
    """What makes a session: a column of that name, split_by if it is not a state, or both."""
    here = "session" if "session" in table else None
    if split is None or table[split].nunique() < 2:
        return table, here
    draft.interleaved = True
    draft.notes.append("Each value of split_by is a separate session: values are not carried over between them.")
    if here is None:
        return table, split
    return table.assign(_session=table[here].astype(str) + "/" + table[split].astype(str)), "_session"


def _responses(column: pd.Series, labels: tuple[str, ...], wish: Wish, draft: Draft) -> np.ndarray:
    values = as_numbers(column)[0]
    found = set(np.unique(values[np.isfinite(values)]).astype(float)) - {float(MISSING)}
    if found <= {-1.0, 1.0} or "response" in wish.codes:
        codes: dict[Any, int] = {-1: 0, 1: 1}
    elif found <= {0.0, 1.0}:
        codes = {0: 0, 1: 1}
    else:
        draft.problems.append(
            f"Column response holds {some(found)}; -1 and 1, or 0 and 1 are expected (-999 or empty where missing). "
            "Say what others mean with codes={'response': {...}}."
        )
        return np.full(len(column), -1.0)
    return mapped(column, "response", codes, labels, wish, draft, missing=[MISSING])


def _times(column: pd.Series, option: np.ndarray, draft: Draft) -> np.ndarray:
    """Response times, s; NaN where missing."""
    times, unusable = as_numbers(column)
    times = np.where(times == MISSING, np.nan, times)
    draft.problems += row_sentence("rt", "is not a number", unusable, column)
    draft.problems += row_sentence("rt", "is negative; a response time in seconds is expected", times < 0, column)
    gone = int((np.isnan(times) & (option >= 0)).sum())
    if gone:
        draft.notes.append(f"Without a response time: {many(gone, 'answered trial')}; models of choice do not need it.")
    return times


def _paying(found: np.ndarray) -> Any:
    from dataclasses import replace

    spaces = arm_spaces(2)
    low, high = spaces.reward
    return replace(spaces, reward=(float(min(low, found.min())), float(max(high, found.max()))))


def write(dataset: Dataset, path: Path) -> list[str]:
    """HSSM's names: participant_id, trial_id, split_by, response 0 or 1, rt, feedback; -999 where missing."""
    trials, lost = one_choice_trials(dataset, "hssm")
    option_labels(dataset.schema.spaces, 2, "hssm")
    several = isinstance(dataset.schema.spaces.obs, Discrete) and trials["state"].nunique() > 1
    sessions = names_sessions(dataset)
    columns: dict[str, Any] = {"participant_id": trials["subject"], "trial_id": trials["trial"] + 1}
    if sessions:
        columns["session"] = trials["session"]
    if several and isinstance(dataset.schema.spaces.obs, Discrete):
        columns["split_by"] = np.asarray(dataset.schema.spaces.obs.labels)[trials["state"]]
    columns["response"] = trials["option"].where(trials["option"] >= 0, MISSING)
    if "rt" in trials:
        columns["rt"] = trials["rt"].where(trials["rt"].notna(), MISSING)
    columns["feedback"] = trials["reward"].where(trials["reward"].notna(), MISSING)
    rest = trials.drop(columns=["subject", "session", "trial", "option", "reward", "state", "rt"], errors="ignore")
    text_table(joined(columns, rest, lost, reserved=("split_by", "subj_idx", "trial")), path, "hssm")
    return lost


FORMAT = Format(
    card=Card(
        title="HSSM and HDDM",
        summary="One row a trial with participant_id or subj_idx, response (-1 and 1, or 0 and 1), rt in seconds and "
        "feedback.",
        refs=("wiecki2013",),
        tags=("text", "human", "response times"),
    ),
    extensions=(".csv", ".tsv", ".txt", ".parquet", ".xlsx"),
    columns="participant_id or subj_idx, response, feedback; optional rt, trial_id or trial, split_by, session",
    matches=matches,
    read=read,
    write=write,
)
