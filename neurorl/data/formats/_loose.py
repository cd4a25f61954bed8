"""Tables of trials whose columns have no fixed names (NWB, BIDS): found by the names people use, and said."""

import numpy as np
import pandas as pd

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data.checks import as_numbers, called, row_sentence
from neurorl.data.format import Draft, Wish
from neurorl.data.formats._codes import from_values, rewards
from neurorl.data.formats._trials import further, in_order, labels_of_options, one_choice, who_and_when


def loose_rows(table: pd.DataFrame, wish: Wish, draft: Draft) -> Draft:
    """Canonical rows of a table that has columns subject and session, and others under names that people use.

    Args:
        table: one row a trial, or one a decision where there is a column step.
        wish: its spaces must be given.
        draft: takes rows, codes, notes and problems.
    """
    spaces = wish.spaces
    assert spaces is not None
    names = {what: found_column(table, what, draft) for what in ("trial", "step", "state", "choice", "reward")}
    for what in ("choice", "reward"):
        if names[what] is None:
            there = ", ".join(str(name) for name in table.columns if name not in ("subject", "session"))
            draft.problems.append(f"No column holds the {what}; the columns are {there}. Rename one to '{what}'.")
    choice, reward = names["choice"], names["reward"]
    if choice is None or reward is None:
        return draft
    draft.names["choice"] = choice
    by_step = names["step"] is not None
    if names["trial"] is not None and not by_step:
        table = _counted_alike(table, names["trial"])
    when = who_and_when(
        table, wish, draft, subject="subject", session="session", trial=None if by_step else names["trial"]
    )
    used = {"subject", "session", *(name for name in names.values() if name is not None)}
    more = further(table, used, draft)
    paid = rewards(table[reward], reward, wish, draft)
    draft.spaces = spaces
    state = _state(table, names["state"], spaces, wish, draft)
    if by_step:
        draft.table = _steps(table, names, when, paid, state, more, wish, draft)
        return draft
    if spaces.steps_per_trial > 1 and not _is_one_choice(spaces):
        raise DoesNotFit(
            f"A trial of the task has {spaces.steps_per_trial} steps, but the file has one row a trial; give it a "
            "row for each decision, with columns trial and step."
        )
    labels = labels_of_options(spaces)
    option = from_values(table[choice], choice, labels, wish, draft)
    seen = table[[name for name in table.columns if str(name).startswith("obs_")]]
    more = pd.concat([more.drop(columns=[f"file_{name}" for name in seen], errors="ignore"), seen], axis=1)
    draft.table = one_choice(when, option, paid, spaces, draft, more=more, state=state)
    return draft


def found_column(table: pd.DataFrame, what: str, draft: Draft) -> str | None:
    """The column of this meaning: by its name, else by a name that people use, which is said."""
    named = called(table, what)
    if not named:
        return None
    others = f" ({', '.join(named[1:])} might be it as well)" if len(named) > 1 and what in ("choice", "reward") else ""
    if named[0] != what or others:
        draft.notes.append(f"Column {named[0]} was taken as the {what}{others}.")
    return named[0]


def _steps(
    table: pd.DataFrame,
    names: dict[str, str | None],
    when: pd.DataFrame,
    paid: np.ndarray,
    state: np.ndarray | None,
    more: pd.DataFrame,
    wish: Wish,
    draft: Draft,
) -> pd.DataFrame:
    """Rows that are decisions already."""
    assert wish.spaces is not None
    if names["trial"] is None:
        draft.problems.append("There is a column for the step but none for the trial; add a column trial.")
        return when
    when = when.assign(trial=table[names["trial"]], step=table[str(names["step"])])
    choice = from_values(
        table[str(names["choice"])], str(names["choice"]), wish.spaces.discrete_action().labels, wish, draft
    )
    seen = table[[name for name in table.columns if str(name).startswith("obs_")]]
    more = more.drop(columns=[f"file_{name}" for name in seen], errors="ignore")
    out = pd.concat([when, seen], axis=1)
    if state is not None:
        out["state"] = state
    elif isinstance(wish.spaces.obs, Discrete):
        out["state"] = 0
    out = pd.concat([out.assign(choice=choice, reward=paid), more], axis=1)
    if not all(pd.api.types.is_integer_dtype(out[name]) for name in ("trial", "step")):
        return out  # what is wrong with them is said by the schema
    order = in_order(
        out[["subject", "session"]].assign(trial=out["trial"] * (out["step"].max() + 1) + out["step"]), draft
    )
    return out.iloc[order].reset_index(drop=True)


def _state(table: pd.DataFrame, name: str | None, spaces: Spaces, wish: Wish, draft: Draft) -> np.ndarray | None:
    if not isinstance(spaces.obs, Discrete) or spaces.obs.n == 1 or name is None:
        return None
    state = from_values(table[name], name, spaces.obs.labels, wish, draft)
    draft.problems += row_sentence(name, "is empty where a state is expected", state < 0)
    return state.astype(int)


def _is_one_choice(spaces: Spaces) -> bool:
    """Whether only one step of a trial is a choice."""
    if not isinstance(spaces.obs, Discrete):
        return False
    return len([label for label in spaces.obs.labels if label != "fixation"]) == 1


def _counted_alike(table: pd.DataFrame, trial: str) -> pd.DataFrame:
    """Where some sessions count trials from 0 and others from 1 or more, all from 1: each file is taken by itself."""
    numbers, unusable = as_numbers(table[trial])
    if unusable.any() or not np.isfinite(numbers).all():
        return table  # said later
    first = (
        pd.Series(numbers)
        .groupby([table["subject"].to_numpy(), table["session"].to_numpy()])
        .transform("min")
        .to_numpy()
    )
    mixed = (first == 0).any() and (first > 0).any()
    return table.assign(**{trial: numbers + (first == 0)}) if mixed else table
