"""Trial-wise regressors out: prediction errors, values and beliefs written where the recordings are.

A table of regressors is keyed like the decisions it belongs to (subject, session, trial, step; columns such as rpe,
value_left, p_choice, belief_left) and goes - into a .csv or .parquet file of its own (`write_regressors`); - into the
trials tables of NWB files, as new columns, and as time series where a time column is named (`into_nwb`); - into BIDS
events files, as new columns of each trial's rows, or as events of their own (`into_bids`); - into all such files of a
folder (`into`). Files are copied, never changed in place unless requested, and everything in them stays as it was. A
trial with several decisions gives one column a step: rpe_step0, rpe_step1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.data.files import write_table
from neurorl.data.rules.rows import COLUMNS

KEYS = ("subject", "session", "trial")

# What usual columns hold; others are called "trial-wise regressor".
MEANINGS = {
    "rpe": "reward prediction error of the step (reward units)",
    "p_choice": "probability of the answer under the fitted model",
    "log_prob": "log-probability of the answer under the fitted model (nats)",
    "entropy": "entropy of the policy (nats)",
    "value": "expected reward (reward units)",
    "q": "expected reward of the action with this code (reward units)",
    "belief": "probability that the model gives to a hidden state",
}


@dataclass(frozen=True)
class Wide:
    """Regressors of one session, one row a trial.

    Attributes:
        table: index trial; one column a regressor (and step, where a trial has several).
        meanings: what each column holds.
    """

    table: pd.DataFrame
    meanings: dict[str, str]


def write_regressors(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table of regressors to .csv, .csv.gz or .parquet; an interrupted write leaves an old file whole."""
    check_keys(table)
    write_table(table, Path(path))


def check_keys(table: pd.DataFrame) -> None:
    """`BadData` unless the table has its keys and each decision stands in it once."""
    absent = [name for name in KEYS if name not in table]
    if absent:
        raise BadData(
            f"The table of regressors has no column {', '.join(absent)}; it must be keyed like the decisions: subject, "
            "session, trial and, where a trial has several, step."
        )
    keys = [*KEYS, *(["step"] if "step" in table else [])]
    again = np.flatnonzero(table.duplicated(keys).to_numpy())
    if len(again):
        shown = ", ".join(map(str, again[:5]))
        raise BadData(f"Rows {shown} of the table of regressors repeat the {', '.join(keys)} of an earlier row.")


def regressors_of(table: pd.DataFrame, columns: Sequence[str] | None) -> list[str]:
    """The columns to write: those named, or all numbers that are neither keys nor part of the decision itself."""
    if columns is None:
        numeric = table.select_dtypes(["number", "bool"]).columns
        columns = [str(name) for name in numeric if name not in COLUMNS and not _held(str(name))]
    absent = [name for name in columns if name not in table]
    if absent or not columns:
        there = ", ".join(str(name) for name in table.columns if name not in COLUMNS)
        raise BadValue(f"There is no regressor {', '.join(absent) or 'in the table'}; there are {there or 'none'}.")
    return list(columns)


def _held(name: str) -> bool:
    """Whether a column is part of what was seen or shown."""
    return name == "feedback" or name.startswith(("obs_", "feedback_"))


def of_session(table: pd.DataFrame, subject: Any, session: Any, columns: Sequence[str], where: object) -> Wide:
    """Regressors of one session, one row a trial; names are compared as text, so that 7 is "7"."""
    same = (table["subject"].astype(str) == str(subject)) & (table["session"].astype(str) == str(session))
    rows = table.loc[same, :]
    if rows.empty:
        there = table[["subject", "session"]].drop_duplicates().head(5).itertuples(index=False)
        listed = "; ".join(f"subject {a}, session {b}" for a, b in there)
        raise BadData(
            f"The table of regressors has no rows of subject {subject}, session {session}, which is what {where} "
            f"holds; it has {listed}, ... . Say subject= and session= as the table names them."
        )
    steps = sorted(rows["step"].unique().tolist()) if "step" in rows else [0]
    parts, meanings = [], {}
    for step in steps:
        here = rows.loc[rows["step"] == step, :] if "step" in rows else rows
        names = {name: name if len(steps) == 1 else f"{name}_step{step}" for name in columns}
        parts.append(here.set_index("trial")[list(columns)].set_axis(list(names.values()), axis=1))
        for name, new in names.items():
            meanings[new] = meaning(name) + (f", step {step} of the trial" if len(steps) > 1 else "")
    wide = pd.concat(parts, axis=1).sort_index()
    return Wide(wide.loc[:, list(meanings)], meanings)


def meaning(name: str) -> str:
    """What a column of regressors holds, from its name."""
    for start, words in MEANINGS.items():
        if name == start:
            return words
    for start in ("rpe", "value", "q", "belief", "p_choice"):
        if name.startswith(f"{start}_"):
            return f"{MEANINGS[start]}: {name.removeprefix(start + '_')}"
    return "trial-wise regressor of the fitted model"


def aligned(wide: Wide, trials: np.ndarray, where: object) -> pd.DataFrame:
    """One row for each of the file's trials, NaN where the table has none; trials the file lacks are an error."""
    extra = sorted(set(wide.table.index) - set(trials.tolist()))
    if extra:
        shown = ", ".join(map(str, extra[:5]))
        raise BadData(
            f"{where} has {len(trials)} trials, but the regressors belong to others as well (trial {shown}"
            f"{', ...' if len(extra) > 5 else ''}); do they come from this session?"
        )
    return wide.table.reindex(trials).astype(float)


def into(
    table: pd.DataFrame,
    path: str | Path,
    out: str | Path | None = None,
    *,
    columns: Sequence[str] | None = None,
    at: str | None = None,
    as_events: bool = False,
    prefix: str = "",
    in_place: bool = False,
    where: Mapping[str, str] | None = None,
) -> list[Path]:
    """Add regressors to copies of an NWB file, a BIDS events file, or of all such files in a folder.

    In a folder, files of sessions that the table does not have are left alone. See `into_nwb` and `into_bids` for what
    is written. `where` says which files of a folder are meant, as for `neurorl.data.read`.

    Returns:
        the files written.

    Raises:
        BadValue: the path is neither, no file of the folder belongs to the table, or files of several tasks do.
        BadData: two files are of the same session.
    """
    from neurorl.data.formats._files import Found, require_one, require_one_each, selected
    from neurorl.data.formats._nwb import nwb_files, read_trials
    from neurorl.data.formats.bids import found_files
    from neurorl.data.regressors_bids import into_bids
    from neurorl.data.regressors_nwb import into_nwb
    from neurorl.data.source import Source

    source = Source(Path(path))
    check_keys(table)
    more: dict[str, Any] = {"columns": columns, "at": at, "prefix": prefix, "in_place": in_place}
    if source.kind == "nwb":
        return [into_nwb(table, path, out, **more)]
    if source.kind == "text":
        return [into_bids(table, path, out, as_events=as_events, **more)]
    root, copies = source.path, target_of(source.path, out, in_place)
    known = {(str(a), str(b)) for a, b in zip(table["subject"], table["session"], strict=True)}
    found = []
    for file in nwb_files(source):
        first = read_trials(file).iloc[0]
        found.append(Found(file, first.get("subject", ""), first["session"]))
    found += found_files(root) if source.kind == "folder" else []
    found = [f for f in found if (str(f.subject), str(f.session)) in known]
    if found:
        found = selected(found, where or {}, root, [])
        require_one([f for f in found if f.path.suffix != ".nwb"], "task", root)
        require_one_each(found, root)
    done = []
    for file in (f.path for f in found):
        target = copies / file.relative_to(root)
        if file.suffix.lower() == ".nwb":
            done.append(into_nwb(table, file, target, **more))
        else:
            done.append(into_bids(table, file, target, as_events=as_events, **more))
    if not done:
        listed = "; ".join(f"subject {a}, session {b}" for a, b in sorted(known)[:3])
        raise BadValue(f"{path} holds no NWB or BIDS events file of the sessions in the table ({listed}, ...).")
    return done


def target_of(path: Path, out: str | Path | None, in_place: bool) -> Path:
    """Where to write: a copy, or the file itself only where that is said."""
    if out is None and not in_place:
        raise BadValue(
            f"Where should the copy of {path} go? Name it with out=, or say in_place=True to change the file."
        )
    target = path if out is None else Path(out)
    if target.exists() and target.resolve() == path.resolve() and not in_place:
        raise BadValue(f"{target} is the file itself; name another with out=, or say in_place=True to change it.")
    return target


def free_names(names: Sequence[str], prefix: str, there: Mapping[str, Any] | Sequence[str], where: object) -> list[str]:
    """The new columns' names; one that is there already is an error."""
    new = [f"{prefix}{name}" for name in names]
    taken = [name for name in new if name in there]
    if taken:
        raise BadValue(
            f"{where} has a column {', '.join(taken)} already, and what is there is not overwritten; give prefix=, for "
            "example 'model_'."
        )
    return new
