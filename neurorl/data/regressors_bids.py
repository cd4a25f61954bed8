"""Regressors into a BIDS events file: columns of each trial's rows, or events of their own; the sidecar says what."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.core.files import write_text
from neurorl.data.checks import as_numbers, called
from neurorl.data.formats._bids_sidecar import sidecar
from neurorl.data.formats._wide import write_tsv
from neurorl.data.formats.bids import names_of
from neurorl.data.regressors import Wide, aligned, check_keys, free_names, of_session, regressors_of, target_of
from neurorl.data.regressors_nwb import trial_numbers


def into_bids(
    table: pd.DataFrame,
    path: str | Path,
    out: str | Path | None = None,
    *,
    columns: Sequence[str] | None = None,
    at: str | None = None,
    as_events: bool = False,
    prefix: str = "",
    subject: Any = None,
    session: Any = None,
    in_place: bool = False,
) -> Path:
    """Add regressors to a copy of an events (or beh) file, with a json sidecar that describes them.

    As columns, each trial's value stands in all of its rows, or only in those of trial_type `at`; elsewhere is n/a. As
    events, each regressor and trial has a row of its own: onset where `at` says, duration 0, trial_type the regressor's
    name, and its value in the column value; rows are sorted by onset.

    The rows of a trial are those with its number in a column trial; without one, the rows of trial_type `at` in their
    order, or all rows where `at` is no trial_type.

    Args:
        table: subject, session, trial, perhaps step, and regressors.
        path: a file sub-*_events.tsv or sub-*_beh.tsv.
        out: the copy; it must be another file unless `in_place`. The sidecar is written beside it.
        columns: which regressors; by default all columns of numbers that are not part of the decision.
        at: a trial_type (say "cue" or "feedback"), or a column of times (s), that says when.
        as_events: rows of their own instead of columns; `at` is needed.
        prefix: put before each name.
        subject, session: which rows of the table belong to the file; by default those the file's name says.
        in_place: change the file itself.

    Returns:
        the path written.
    """
    path = Path(path)
    target = target_of(path, out, in_place)
    if not target.name.lower().endswith(".tsv"):
        raise BadValue(f"{target} must end in .tsv, as BIDS files do.")
    check_keys(table)
    events = _as_it_stands(path)
    named = names_of(path)
    who, which = named[0] if subject is None else subject, named[1] if session is None else session
    wide = of_session(table, who, which, regressors_of(table, columns), path)
    number, marked = _trials_of(events, at, path)
    values = aligned(wide, np.unique(number[number >= 0]), path)
    if as_events:
        done, names = _with_rows(events, values, number, marked, at, prefix, path)
        says: dict[str, Any] = {"value": {"Description": "value of the regressor that trial_type names"}}
        about = sidecar(path)
        levels = dict((about.get("trial_type") or {}).get("Levels") or {})
        levels |= dict(zip(names, wide.meanings.values(), strict=True))
        says["trial_type"] = (about.get("trial_type") or {}) | {"Levels": levels}
    else:
        names = free_names(list(values.columns), prefix, list(events.columns), path)
        rows = values.set_axis(names, axis=1).reindex(np.where(marked, number, -1)).reset_index(drop=True)
        done = pd.concat([events, rows.map(_text)], axis=1)
        says = _described(names, wide)
        about = sidecar(path)
    write_tsv(done, target, empty="n/a", as_it_is=True)
    write_text(target.with_name(f"{target.name.removesuffix('.tsv')}.json"), json.dumps(about | says, indent=2) + "\n")
    return target


def _described(names: list[str], wide: Wide) -> dict[str, Any]:
    return {
        name: {"Description": text, "Units": "reward" if "(reward units)" in text else "arbitrary"}
        for name, text in zip(names, wide.meanings.values(), strict=True)
    }


def _as_it_stands(path: Path) -> pd.DataFrame:
    """The file's cells as text, so that nothing in them changes."""
    try:
        return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, encoding="utf-8-sig").astype(object)
    except (OSError, ValueError) as error:
        raise BadData(f"{path} cannot be read as tab-separated text: {error}.") from error


def _trials_of(events: pd.DataFrame, at: str | None, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Each row's trial (from 0; -1 where none), and whether the row is one that `at` means."""
    kinds = events["trial_type"] if "trial_type" in events else pd.Series("", events.index)
    is_kind = at is not None and bool((kinds == at).any())
    if at is not None and not is_kind and at not in events:
        known = ", ".join(sorted(set(kinds) - {""})) or "none"
        raise BadValue(
            f"{path} has no trial_type and no column {at}; its trial types are {known}, its columns "
            f"{', '.join(events)}."
        )
    marked = (kinds == at).to_numpy() if is_kind else np.ones(len(events), bool)
    name = next(iter(called(events, "trial")), None)
    if name is None:
        return np.where(marked, np.cumsum(marked) - 1, -1), marked
    numbers = _numbers(events[name])
    known_rows = np.isfinite(numbers)
    number = np.full(len(events), -1)
    number[known_rows] = trial_numbers(pd.DataFrame({"trial": numbers[known_rows]}))
    return number, marked & known_rows


def _with_rows(
    events: pd.DataFrame,
    values: pd.DataFrame,
    number: np.ndarray,
    marked: np.ndarray,
    at: str | None,
    prefix: str,
    path: Path,
) -> tuple[pd.DataFrame, list[str]]:
    """The events with a row for each regressor of each trial, sorted by onset."""
    if at is None or "onset" not in events:
        raise BadValue(
            "As events, regressors need a time: say at=, a trial_type or a column of times, in a file with onset."
        )
    times = _numbers(events["onset" if at not in events else at])
    usable = marked & np.isfinite(times)
    first = pd.Series(times[usable], index=number[usable])
    first = first.loc[~first.index.duplicated()]
    there = set(events["trial_type"]) if "trial_type" in events else set()
    names = free_names(list(values.columns), prefix, list(there), f"trial_type of {path}")
    parts = []
    for name, column in zip(names, values.columns, strict=True):
        known = values.loc[values[column].notna() & values.index.isin(first.index), column]
        rows = {"onset": first.loc[known.index].to_numpy(), "duration": 0, "trial_type": name}
        rows["value"] = [_text(value) for value in known]
        parts.append(pd.DataFrame(rows | ({"trial": known.index} if "trial" in events else {})))
    new = pd.concat(parts, ignore_index=True)
    if "trial" in events and len(new) and number[number >= 0].size:
        shift = int(np.nanmin(_numbers(events["trial"]))) - int(number[number >= 0].min())
        new["trial"] = new["trial"] + shift  # counted as the file counts
    new["_at"] = new["onset"]
    new["onset"] = [_text(value) for value in new["onset"]]
    old = events.assign(_at=_numbers(events["onset"]))
    done = pd.concat([old, new], ignore_index=True).sort_values("_at", kind="stable", na_position="last")
    return done.drop(columns="_at").astype(object).where(done.drop(columns="_at").notna(), "n/a"), names


def _numbers(column: Any) -> np.ndarray:
    """Cells as numbers, NaN where they hold none."""
    return as_numbers(column)[0]


def _text(value: Any) -> str:
    return "n/a" if value is None or np.isnan(value) else repr(float(value))
