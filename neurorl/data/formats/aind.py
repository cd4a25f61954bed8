"""Dynamic foraging of the Allen Institute for Neural Dynamics: NWB trials, or the table made of them (df_trials).

Columns: animal_response (0 left, 1 right, 2 ignored), rewarded_historyL and rewarded_historyR (the reward earned),
reward_probabilityL and reward_probabilityR (here p_left and p_right); in tables also ses_idx ("SUBJECT_DATE_TIME"),
subject_id, trial and earned_reward. Water given unasked (auto_waterL, auto_waterR) is not a reward earned: such trials
stay in, and how many there are is said; the columns are kept, so that they can be left out.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.text import many
from neurorl.data.checks import as_flags
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import mapped
from neurorl.data.formats._nwb import nwb_files, read_all, trial_columns, write_sessions
from neurorl.data.formats._trials import further, one_choice, option_labels, who_and_when
from neurorl.data.formats._wide import joined, one_choice_trials, text_table
from neurorl.data.source import Source
from neurorl.ops.arms import arm_spaces

_SIDES = {"reward_probabilityL": "p_left", "reward_probabilityR": "p_right"}
_EARNED = ("rewarded_historyL", "rewarded_historyR")


def matches(source: Source) -> str | None:
    """A column animal_response."""
    if "animal_response" in source.columns or "animal_response" in trial_columns(source):
        return "its trials have a column animal_response"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """Trials of NWB files or of a table."""
    spaces = wish.spaces or arm_spaces(2)
    draft = Draft(None, spaces)
    draft.names["choice"] = "animal_response"
    if nwb_files(source):
        table, subject, session = read_all(source, wish, draft), "subject", "session"
    else:
        table = source.table
        subject = next((name for name in ("subject_id", "subject") if name in table), "subject")
        session = next((name for name in ("ses_idx", "session", "session_id") if name in table), "session")
        if subject not in table and session in table and wish.subject is None:
            table = table.assign(subject=[str(label).split("_")[0] for label in table[session]])
            draft.notes.append(f"There is no column for the subject; the subject is the part before _ in {session}.")
    trial = "trial" if "trial" in table else None
    when = who_and_when(table, wish, draft, subject=subject, session=session, trial=trial)
    labels = option_labels(spaces, 2, "aind")
    if "animal_response" not in table:
        draft.problems.append("There is no column animal_response (0 left, 1 right, 2 ignored).")
        return draft
    if pd.api.types.is_bool_dtype(table["animal_response"]):
        draft.problems.append(
            "animal_response holds True and False; 0 left, 1 right and 2 ignored are expected. Is it the column of "
            "rewards? Then rename it."
        )
    option = mapped(table["animal_response"], "animal_response", {0: 0, 1: 1}, labels, wish, draft, missing=[2])
    reward = _earned(table, draft)
    draft.notes += _elsewhere(table, option)
    water = [name for name in ("auto_waterL", "auto_waterR") if name in table]
    given = np.zeros(len(table), bool)
    for name in water:
        given |= as_flags(table[name])[0]
    if given.any():
        draft.notes.append(
            f"In {many(int(given.sum()), 'trial')} water was given without a response ({', '.join(water)}); these "
            "trials are kept."
        )
    used = (subject, session, "trial", "animal_response", "earned_reward", *_EARNED)
    more = further(table, used, draft).rename(columns=_SIDES)
    draft.table = one_choice(when, option, reward, spaces, draft, more=more)
    return draft


def _earned(table: pd.DataFrame, draft: Draft) -> np.ndarray:
    names = [name for name in ("earned_reward",) if name in table] or [name for name in _EARNED if name in table]
    if not names:
        draft.problems.append("There is no column earned_reward, nor rewarded_historyL and rewarded_historyR.")
        return np.zeros(len(table))
    out = np.zeros(len(table), bool)
    for name in names:
        flags, unusable = as_flags(table[name])
        if unusable.any():
            draft.problems.append(f"Row {int(np.flatnonzero(unusable)[0])}: {name} is neither True nor False.")
        out |= flags
    return out.astype(float)


def _elsewhere(table: pd.DataFrame, option: np.ndarray) -> list[str]:
    """A note on rewards that the file books on the side that was not chosen."""
    odd = np.zeros(len(table), bool)
    for side, name in enumerate(_EARNED):
        if name in table:
            odd |= as_flags(table[name])[0] & (option == 1 - side)
    if not odd.any():
        return []
    return [
        f"In {many(int(odd.sum()), 'trial')} a reward is recorded on the side that was not chosen "
        f"({', '.join(_EARNED)}); check that 0 is left and 1 is right."
    ]


def write(dataset: Dataset, path: Path) -> list[str]:
    """NWB files, one a session, or a text table, with the columns above."""
    trials, lost = one_choice_trials(dataset, "aind")
    if len(dataset.schema.spaces.discrete_action().labels) < 2 or trials["option"].max() > 1:
        raise BadValue("The layout aind holds choices between left and right; write this data set as 'table'.")
    paid = trials["reward"].to_numpy()
    if not np.isin(paid[~np.isnan(paid)], (0, 1)).all():
        raise BadValue("The layout aind holds rewards 0 and 1 only; write this data set as 'table'.")
    if np.isnan(paid).any():
        lost.append("Empty rewards of ignored trials are 0 now.")
    option, won = trials["option"].to_numpy(), paid == 1
    columns: dict[str, Any] = {"animal_response": np.where(option < 0, 2, option)}
    columns |= {name: won & (option == side) for side, name in enumerate(_EARNED)}
    rest = trials.drop(columns=["subject", "session", "trial", "option", "reward", "state"], errors="ignore")
    rest = rest.rename(columns={new: old for old, new in _SIDES.items()})
    trial = trials["trial"] + 1
    if path.name.lower().endswith((".csv", ".tsv", ".txt")):
        head = {"subject_id": trials["subject"], "ses_idx": trials["session"], "trial": trial}
        text_table(joined(head | columns, rest, lost, reserved=("earned_reward", "session_id")), path, "aind")
        return lost
    head = {"subject": trials["subject"], "session": trials["session"], "trial": trial}
    says = {"animal_response": "0 left, 1 right, 2 ignored", "trial": "number of the trial, from 1"}
    return lost + write_sessions(
        joined(head | columns, rest, lost, reserved=("earned_reward", "session_id")), path, says
    )


FORMAT = Format(
    card=Card(
        title="AIND dynamic foraging",
        summary="Mice between two spouts at the Allen Institute: NWB trials or df_trials with animal_response, "
        "rewarded_history and reward_probability.",
        refs=("rubel2022",),
        tags=("nwb", "text", "mouse", "foraging"),
    ),
    extensions=(".nwb", "/", ".csv", ".tsv", ".parquet", ".xlsx"),
    columns="animal_response, rewarded_historyL, rewarded_historyR, reward_probabilityL, reward_probabilityR; in "
    "tables ses_idx, subject_id, trial, earned_reward",
    matches=matches,
    read=read,
    write=write,
)
