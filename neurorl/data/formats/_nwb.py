"""Trials tables of NWB files, through pynwb, which is an extra: reading, writing, and adding columns to a copy."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue, NeurorlError, StorageFailed
from neurorl.core.file_names import file_names
from neurorl.core.files import replacing
from neurorl.data.format import Draft, Wish
from neurorl.data.formats._files import Found, one_below_the_other, require_one_each, selected
from neurorl.data.formats._nwb_trials import by_hand, require_sane_trials
from neurorl.data.inflating import whole
from neurorl.data.source import Source, in_natural_order, inside, plain, renamed

COUNTED = "start_time and stop_time are row numbers, not seconds"  # said where a table had no times to write
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


def pynwb() -> Any:
    """The package pynwb, or a sentence that says how to get it."""
    try:
        import pynwb as found
    except ImportError as error:
        raise NeurorlError(
            "NWB files need the package pynwb, which is not installed; install it with: pip install 'neurorl[nwb]'."
        ) from error
    return found


def nwb_files(source: Source) -> list[Path]:
    """The NWB file, or all those in a folder and below it, sorted."""
    if source.kind == "nwb":
        return [source.path]
    return in_natural_order(inside(source.path, source.path.rglob("*.nwb"))) if source.kind == "folder" else []


def trial_columns(source: Source) -> frozenset[str]:
    """Names of the trials table's columns of the first NWB file; none where there is no such file or table."""
    import h5py

    for path in nwb_files(source)[:1]:
        with whole(path, "NWB (HDF5)"), h5py.File(path, "r") as file:
            table = file.get("intervals/trials")
            return frozenset(map(str, table)) - {"id"} if isinstance(table, h5py.Group) else frozenset()
    return frozenset()


def read_trials(path: Path, notes: list[str] | None = None) -> pd.DataFrame:
    """The trials table of one file, with columns subject and session in front.

    Columns of another length than the table are left out, which `notes` takes.

    Raises:
        BadData: the file has no trials table, or a choice or reward of another length.
        StorageFailed: the file cannot be read.
    """
    odd = require_sane_trials(path)
    if odd:
        table, subject, session, description = by_hand(path, tuple(odd))
        if notes is not None:
            notes.append(f"Columns of another length than the trials were left out: {', '.join(odd)} ({path.name}).")
    else:
        with opened(path, "r") as (_, file):
            if file.trials is None:
                raise BadData(f"{path} has no trials table (intervals/trials); nothing can be read from it.")
            table = file.trials.to_dataframe()
            subject = getattr(file.subject, "subject_id", None)
            session = file.session_id or file.identifier
            description = str(file.trials.description)
    table = table.reset_index(drop=True)
    if COUNTED in description:
        table = table.drop(columns=["start_time", "stop_time"])
    for name in table.columns:  # text comes as objects, and emptiness has no type of its own there
        if table[name].dtype == object:
            table[name] = [value.decode() if isinstance(value, bytes) else value for value in table[name]]
    who = {"subject": plain(str(subject))} if subject is not None else {}
    taken = table.drop(columns=[name for name in ("subject", "session") if name in table])
    return pd.concat([pd.DataFrame(who | {"session": plain(str(session))}, index=table.index), taken], axis=1)


def read_all(source: Source, wish: Wish, draft: Draft) -> pd.DataFrame:
    """The trials of all files of a source that `where` selects, one below the other.

    Raises:
        BadData: two files hold the same session of the same subject, or there are no files.
    """
    files = nwb_files(source)
    if not files:
        raise BadData(f"{source.path} is not an NWB file and contains none; files that end in .nwb are expected.")
    found = selected([Found(path, "", "") for path in files], wish.where, source.path, draft.notes)
    tables = []
    for i, each in enumerate(found):
        table = renamed(read_trials(each.path, draft.notes), source.rename, each.path)
        for name in ("subject", "session"):
            given = getattr(wish, name)
            if given is not None and (name not in table or len(found) == 1):
                table[name] = given
        first = table.iloc[0] if len(table) else {}
        subject = first.get("subject", "")
        if isinstance(subject, float):
            subject = ""
        found[i] = replace(each, subject=subject, session=first.get("session", each.path.stem))
        tables.append(table)
    require_one_each(found, source.path)
    return one_below_the_other(tables, [f.path for f in found], draft.notes)


def write_sessions(table: pd.DataFrame, path: Path, descriptions: Mapping[str, str]) -> list[str]:
    """One NWB file a session: `path` where it ends in .nwb and there is one session, else files in the folder `path`.

    Args:
        table: columns subject, session, perhaps start_time and stop_time (s), and those of the trials table.
        path: file or folder.
        descriptions: of columns; others are called "as it was in the table".

    Returns:
        what could not be kept, one sentence each.
    """
    sessions = list(table.groupby(["subject", "session"], sort=False))
    if path.name.lower().endswith(".nwb"):
        if len(sessions) > 1:
            raise BadValue(
                f"{path} is one NWB file, and a file holds one session, but there are {len(sessions)}; give a folder."
            )
        targets = [path]
    else:
        people = file_names((who for (who, _), _ in sessions), keep="-.")
        days = file_names((what for (_, what), _ in sessions), keep="-.")
        targets = [path / f"sub-{people[str(who)]}_ses-{days[str(what)]}.nwb" for (who, what), _ in sessions]
    timed = {"start_time", "stop_time"} <= set(table)
    lost = ["The table has no date: the files say 1970-01-01."]
    if not timed:
        lost = ["The table has no times and no date: trials got row numbers, and the files say 1970-01-01."]
    for target, ((subject, session), rows) in zip(targets, sessions, strict=True):
        _write_session(rows.drop(columns=["subject", "session"]), target, str(subject), str(session), descriptions)
    return lost


def _write_session(
    rows: pd.DataFrame, target: Path, subject: str, session: str, descriptions: Mapping[str, str]
) -> None:
    package = pynwb()
    file = package.NWBFile(
        session_description="Decisions, one row each, written by neurorl",
        identifier=f"{subject}_{session}",
        session_start_time=_NO_DATE,
        session_id=session,
    )
    file.subject = package.file.Subject(subject_id=subject, description="as named in the table")
    timed = {"start_time", "stop_time"} <= set(rows)
    if not timed:
        rows = rows.assign(start_time=np.arange(len(rows), dtype=float), stop_time=np.arange(1.0, len(rows) + 1))
    columns = [_column(package, name, rows[name], descriptions) for name in _in_order(rows)]
    file.trials = package.epoch.TimeIntervals(
        name="trials", description="decisions" if timed else f"decisions; {COUNTED}", columns=columns
    )
    with replacing(target) as temporary, quiet(), package.NWBHDF5IO(str(temporary), "w") as io:
        io.write(file)


def _in_order(rows: pd.DataFrame) -> list[str]:
    first = ["start_time", "stop_time"]
    return [*first, *(str(name) for name in rows.columns if name not in first)]


def _column(package: Any, name: str, values: pd.Series, descriptions: Mapping[str, str]) -> Any:
    from hdmf.common import VectorData

    description = descriptions.get(name, "as it was in the table")
    return VectorData(name=name, description=description, data=stored(values))


def stored(values: pd.Series) -> Any:
    """Values as HDF5 holds them: numbers and flags as they are, anything else as text, "" where empty."""
    if pd.api.types.is_bool_dtype(values) or (
        pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_extension_array_dtype(values)
    ):
        return values.to_numpy()
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(dtype=float, na_value=np.nan)
    return ["" if value is None or value is pd.NA or value != value else str(value) for value in values]


@contextmanager
def opened(path: Path, mode: str) -> Iterator[tuple[Any, Any]]:
    """The reader and the NWB file of a path; what pynwb says about old files in passing is left out."""
    package = pynwb()
    io = None
    try:
        with quiet():
            io = package.NWBHDF5IO(str(path), mode)
            file = io.read()
    except Exception as error:  # pynwb meets a broken file with errors of many kinds
        if io is not None:
            io.close()
        said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise StorageFailed(f"{path} cannot be read as NWB (HDF5): {said}. Is the file complete?") from error
    try:
        yield io, file
    finally:
        io.close()


@contextmanager
def quiet() -> Iterator[None]:
    """Warnings of pynwb and hdmf about versions and missing metadata do not concern trials."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
