"""The canonical table: one row a decision, as `Dataset` holds and writes it.

Columns: subject, session, trial (from 0), step (decision within the trial, from 0), state (or obs_0, obs_1, ...),
choice (-1 or empty where missing), reward; feedback (or feedback_0, ...) where the task shows more than the reward;
valid, scored, discount, stim and informed (False where no outcome was shown) where they differ from the default; any
others are kept. What can have but one meaning may be left out and is said: session where trials do not repeat (0),
trial where rows are in order (counted), step where a trial is one decision (0), state where there is only one (0).
"""

from pathlib import Path

import numpy as np
import pandas as pd

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete
from neurorl.data.checks import nearest_column
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._codes import key, recoded, rewards
from neurorl.data.labels import labelled
from neurorl.data.rules.sessions import is_session_like
from neurorl.data.schema import Schema
from neurorl.data.source import Source

_NEEDED = ("subject", "choice", "reward")


def matches(source: Source) -> str | None:
    """Subject, choice and reward under our names."""
    if all(name in source.columns for name in _NEEDED):
        return "it has columns subject, choice and reward"
    return None


def read(source: Source, wish: Wish) -> Draft:
    """The table with what was left out filled in, and codes replaced as given."""
    assert wish.spaces is not None
    draft = Draft(source.table.copy(), wish.spaces, raw=True, coded=-1 in map(key, wish.codes.get("choice", {})))
    table = draft.table
    assert table is not None
    for name in wish.codes:
        if name == "reward" and name in table:
            continue
        if name in table:
            table[name] = recoded(table[name], name, wish, draft)
        else:
            draft.problems.append(f"There is no column '{name}' to recode; there are {', '.join(map(str, table))}.")
    table, said = labelled(table, Schema.of(wish.spaces))
    draft.codes |= said
    if "reward" in table:
        table["reward"] = rewards(table["reward"], "reward", wish, draft)
    draft.table = table
    _fill(table, wish, draft)
    return draft


def _fill(table: pd.DataFrame, wish: Wish, draft: Draft) -> None:
    """Add what can have but one meaning; where another column may be meant, nothing is added."""
    spaces = wish.spaces
    assert spaces is not None
    known = set(Schema.of(spaces).names)
    others = [str(name) for name in table.columns if name not in known]

    def absent(name: str) -> bool:
        # A column that tells sessions apart is judged by the rules, which know whether it differs within a subject.
        near = [other for other in others if name != "session" or not is_session_like(other)]
        return name not in table and nearest_column(name, near) is None

    for name in ("subject", "session"):
        given = getattr(wish, name)
        if given is not None and name not in table:
            table[name] = given
    if "subject" not in table:
        return
    if absent("session"):
        keys = [name for name in ("subject", "trial", "step") if name in table]
        again = table.duplicated(keys) if "trial" in table else pd.Series(False, table.index)
        if again.any():
            row = int(np.flatnonzero(again)[0])
            draft.problems.append(
                f"Row {row}: trial {table['trial'].iloc[row]} of subject {table['subject'].iloc[row]} occurs earlier "
                f"in the file ({int(again.sum())} such rows), and there is no column session. If trials restart in "
                "each session, name its column with rename={'OLD': 'session'}; if two people share a name, or rows "
                "are duplicated, correct the file."
            )
        else:
            draft.notes.append("There is no column session: each subject has one, 0.")
        table["session"] = 0
        draft.sessions = False
    one_step = spaces.steps_per_trial == 1
    if one_step and absent("trial") and "session" in table:
        table["trial"] = table.groupby(["subject", "session"], sort=False).cumcount()
        draft.counted = True
        draft.notes.append("There is no column trial: trials were counted in the order of the rows.")
    if one_step and absent("step"):
        table["step"] = 0
        draft.notes.append("There is no column step: each trial is one decision, step 0.")
    if isinstance(spaces.obs, Discrete) and spaces.obs.n == 1 and absent("state"):
        table["state"] = 0
        draft.notes.append(f"There is no column state: it is always 0 {spaces.obs.labels[0]}.")


def write(dataset: Dataset, path: Path) -> list[str]:
    """The table as it is."""
    dataset.write(path)
    return []


FORMAT = Format(
    card=Card(
        title="Canonical table",
        summary="One row a decision: subject, session, trial, step, state, choice, reward, and whatever else is known.",
        tags=("csv", "parquet", "text"),
    ),
    extensions=(".csv", ".tsv", ".txt", ".csv.gz", ".parquet", ".xlsx"),
    columns="subject, session, trial, step, state (or obs_0, ...), choice, reward",
    matches=matches,
    read=read,
    write=write,
    spaces=False,
)
