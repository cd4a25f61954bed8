"""From one row a decision back to one row a trial, for layouts that hold trials: the inverse of `_trials`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.files import write_text
from neurorl.core.spaces import Box, Spaces
from neurorl.data.cells import neutral
from neurorl.data.checks import row_sentence
from neurorl.data.counts import count_scored
from neurorl.data.dataset import Dataset
from neurorl.data.formats._trials import FLAGS, options
from neurorl.data.rules.sessions import is_session_like
from neurorl.ops.two_stage import TwoStage

KEYS = ["subject", "session", "trial"]


def is_two_stage(spaces: Spaces) -> bool:
    """Whether trials of these spaces have a first and a second stage."""
    try:
        TwoStage.of(spaces)
    except DoesNotFit:
        return False
    return True


def one_choice_trials(dataset: Dataset, layout: str) -> tuple[pd.DataFrame, list[str]]:
    """One row a trial: subject, session, trial, state, option, reward, and the rest.

    The option is the answer's position among all that the task knows, -1 where missing. Columns valid, scored, discount
    and stim are there only where they differ from what reading would fill in.

    Returns:
        the trials, and what could not be kept, one sentence each.
    """
    table, spaces = dataset.table, dataset.schema.spaces
    fixation = _is_fixation(table, spaces)
    lost = _of_fixation(table[fixation])
    table = table.loc[~fixation, :].reset_index(drop=True)
    if table.duplicated(KEYS).any():
        raise BadValue(
            f"The layout {layout} holds one choice a trial, but trials of this data set have more; write it as 'table'."
        )
    option = _options(table, spaces, layout)
    out = table.loc[:, KEYS].assign(option=option)
    if "state" in table:
        out["state"] = table["state"]
    out["reward"] = table["reward"]
    keep = [name for name in table if name not in (*KEYS, "step", "state", "choice", "reward", *FLAGS)]
    out = pd.concat([out, table.loc[:, keep]], axis=1)
    changed = _changed(dataset) if not fixation.any() else []
    return pd.concat([out, table.loc[:, changed]], axis=1), lost


def two_stage_trials(dataset: Dataset, layout: str) -> tuple[pd.DataFrame, list[str]]:
    """One row a trial: first (side), second (0 A, 1 B), answer (side), reward, and the rest; -1 and NaN where missing.

    A further column that differs between the stages becomes two, NAME_1 and NAME_2.
    """
    table, spaces = dataset.table, dataset.schema.spaces
    code = TwoStage.of(spaces)
    fixation = _is_fixation(table, spaces)
    lost = _of_fixation(table[fixation])
    table = table[~fixation]
    stage = np.where(table["state"] == code.first, 0, 1)
    first, second = table[stage == 0], table[stage == 1]
    if first.duplicated(KEYS).any() or second.duplicated(KEYS).any():
        raise BadValue(f"The layout {layout} holds a first and a second stage a trial, but some trials have more.")
    both = first.merge(second, on=KEYS, how="left", suffixes=("_1", "_2"), sort=False)

    def side(column: pd.Series) -> np.ndarray:
        return np.select([column == code.left, column == code.right], [0, 1], -1)

    out = both[KEYS].assign(
        first=side(both["choice_1"]),
        second=np.where(both["state_2"] == code.second_b, 1, 0),
        answer=side(both["choice_2"]),
        reward=both["reward_2"],
    )
    whole = (out["first"] >= 0) & (out["answer"] >= 0)
    lost += _uneven(both, whole)
    more: dict[str, pd.Series] = {}
    for name in table.columns:
        if name in (*KEYS, "step", "state", "choice", "reward", *FLAGS):
            continue
        one, two = both[f"{name}_1"], both[f"{name}_2"]
        if one[whole].equals(two[whole]):
            more[str(name)] = one
        else:
            more[f"{name}_1"], more[f"{name}_2"] = one, two
    return pd.concat([out, pd.DataFrame(more)], axis=1), lost


def answers(option: Any, code: Any) -> Any:
    """The layout's code of each answer as a whole number, empty where the option is -1, missing."""
    return pd.array(np.where(option < 0, np.nan, code)).astype("Int64")


def names_sessions(dataset: Dataset) -> bool:
    """Whether a layout needs a column for the session: there are several, or another column could be taken for it."""
    table = dataset.table
    several = dataset.n_sessions > len(dataset.subjects) or bool((table["session"] != 0).any())
    return several or any(is_session_like(name) for name in table if name != "session")


def joined(
    columns: Mapping[str, Any], rest: pd.DataFrame, lost: list[str], *, reserved: Sequence[str] = ()
) -> pd.DataFrame:
    """A layout's own columns, then the further ones; a column whose name the layout needs is left out, with a note."""
    clash = [str(name) for name in rest.columns if name in columns or name in reserved]
    if clash:
        lost.append(f"Columns {', '.join(clash)} were left out: this layout needs their names for something else.")
    return pd.DataFrame(dict(columns), index=rest.index).join(rest.drop(columns=clash))


def write_tsv(
    table: pd.DataFrame, path: Path, *, separator: str = "\t", empty: str = "NA", as_it_is: bool = False
) -> None:
    """A text table; an interrupted write leaves an old file whole.

    Text that a spreadsheet would run as a formula begins with an apostrophe, unless `as_it_is`.
    """
    table = table if as_it_is else neutral(table)
    write_text(path, table.to_csv(sep=separator, index=False, na_rep=empty))


def require_ending(path: Path, endings: tuple[str, ...], layout: str) -> None:
    """`BadValue` unless the path ends as files of this layout do."""
    if not path.name.lower().endswith(endings):
        raise BadValue(f"{path} must end in {' or '.join(endings)} to hold the layout {layout}.")


def text_table(table: pd.DataFrame, path: Path, layout: str) -> None:
    """Write a layout that may be separated by commas (.csv) or tabs (.tsv, .txt)."""
    require_ending(path, (".csv", ".tsv", ".txt"), layout)
    write_tsv(table, path, separator="," if path.suffix.lower() == ".csv" else "\t")


def _options(table: pd.DataFrame, spaces: Spaces, layout: str) -> np.ndarray:
    position = {code: i for i, code in enumerate(options(spaces))}
    option = np.array([position.get(code, -2) if code >= 0 else -1 for code in table["choice"].tolist()], int)
    other = row_sentence(
        "choice", f"is an answer that the layout {layout} has no code for", option == -2, table["choice"]
    )
    if other:
        raise BadValue(other[0])
    return option


def _is_fixation(table: pd.DataFrame, spaces: Spaces) -> np.ndarray:
    if isinstance(spaces.obs, Box) or "fixation" not in spaces.obs.labels or not spaces.legal:
        return np.zeros(len(table), bool)
    return (table["state"] == spaces.obs.index("fixation")).to_numpy()


def _of_fixation(rows: pd.DataFrame) -> list[str]:
    odd = int(((rows["reward"] != 0) | ~rows["valid"]).sum())
    return [f"{odd} fixation steps that were broken or rewarded were left out."] if odd else []


def _changed(dataset: Dataset) -> list[str]:
    """The optional columns that differ from their default, and `scored` where it keeps forbidden choices apart."""
    table = dataset.table
    usual = Dataset.judged(table.drop(columns=list(FLAGS), errors="ignore"), dataset.schema, "", ()).table
    marks = count_scored(dataset).forbidden > 0  # without the column a reader would refuse these choices
    by_default = {name: usual[name] if name in usual else pd.Series(True, table.index) for name in FLAGS}
    there = [name for name in FLAGS if name in table]
    return [name for name in there if not table[name].equals(by_default[name]) or (name == "scored" and marks)]


def _uneven(both: pd.DataFrame, whole: pd.Series) -> list[str]:
    lost = []
    if (both["stim_1"] != 0).any() or (both["stim_2"].fillna(0) != 0).any():
        lost.append("Column stim was left out: this layout has no place for it.")
    if (both.loc[whole, "valid_1"] & both.loc[whole, "valid_2"].astype(bool) == False).any():  # noqa: E712
        lost.append(
            "Trials that were marked as not having happened, although both answers are present, are now complete."
        )
    if (both["reward_1"].fillna(0) != 0).any():
        lost.append("Rewards at the first stage were left out.")
    return lost
