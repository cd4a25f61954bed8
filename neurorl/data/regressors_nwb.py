"""Regressors into the trials table of an NWB file: new columns beside the old ones, in a copy of the file."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.core.files import replacing
from neurorl.data.checks import called
from neurorl.data.formats._nwb import opened, quiet, read_trials
from neurorl.data.regressors import aligned, check_keys, free_names, of_session, regressors_of, target_of

MODULE = "behavior"  # the processing module that NWB's best practice names for behaviour


def into_nwb(
    table: pd.DataFrame,
    path: str | Path,
    out: str | Path | None = None,
    *,
    columns: Sequence[str] | None = None,
    at: str | None = None,
    prefix: str = "",
    subject: Any = None,
    session: Any = None,
    in_place: bool = False,
) -> Path:
    """Add regressors to the trials table of a copy of an NWB file.

    The file's trials are those that `neurorl.data.read` finds: numbered by a column trial where there is one, else
    counted in their order. A file with a row for each decision (columns trial and step) gets each step's own value.

    Args:
        table: subject, session, trial, perhaps step, and regressors.
        path: the NWB file.
        out: the copy; it must be another file unless `in_place`.
        columns: which regressors; by default all columns of numbers that are not part of the decision.
        at: a time column of the trials table (cue or outcome, s): each regressor is also written as a time series with
            a sample at that time of each trial (processing module "behavior"); trials without a time have none.
        prefix: put before each name.
        subject, session: which rows of the table belong to the file; by default those the file names.
        in_place: change the file itself.

    Returns:
        the path written.

    Raises:
        BadData: the table has no rows of this file, or trials that the file lacks.
        BadValue: a name is taken, or there is no such time column.
    """
    path = Path(path)
    target = target_of(path, out, in_place)
    check_keys(table)
    chosen = regressors_of(table, columns)
    trials = read_trials(path)
    who = trials["subject"].iloc[0] if subject is None and "subject" in trials else subject
    which = trials["session"].iloc[0] if session is None else session
    if at is not None and at not in trials:
        raise BadValue(f"{path} has no column {at} of times; its columns are {', '.join(trials.columns[2:])}.")
    times = np.asarray(trials[at], float) if at is not None else np.array([])
    there = list(trials.columns)
    trials = trials.rename(columns={name: what for what in ("trial", "step") for name in called(trials, what)[:1]})
    values, says = _values(table, trials, who, which, chosen, path)
    names = free_names(list(values.columns), prefix, there, path)
    values, says = values.set_axis(names, axis=1), dict(zip(names, says, strict=True))
    with replacing(target) as temporary:
        shutil.copyfile(path, temporary)
        with opened(temporary, "a") as (io, file):
            for name in names:
                file.trials.add_column(name=name, description=says[name], data=values[name].to_numpy())
            if at is not None:
                _series(file, values, says, times, at)
            with quiet():
                io.write(file)
    return target


def _values(
    table: pd.DataFrame, trials: pd.DataFrame, who: Any, which: Any, chosen: list[str], path: Path
) -> tuple[pd.DataFrame, list[str]]:
    """One row for each row of the trials table, and what each column holds."""
    if "step" in trials and "trial" in trials and "step" in table:
        same = (table["subject"].astype(str) == str(who)) & (table["session"].astype(str) == str(which))
        wide = of_session(table, who, which, chosen, path)  # says what is wrong with the names
        aligned(wide, trials["trial"].drop_duplicates().to_numpy(), path)
        keyed = table.loc[same, :].set_index(["trial", "step"]).loc[:, chosen]
        rows = keyed.reindex(pd.MultiIndex.from_arrays([trials["trial"], trials["step"]]))
        says = [text.split(", step ")[0] for text in _first(wide.meanings, chosen)]
        return rows.reset_index(drop=True).astype(float), says
    wide = of_session(table, who, which, chosen, path)
    number = trial_numbers(trials)
    if len(np.unique(number)) < len(number):
        raise BadData(f"The trials of {path} repeat their numbers; rows cannot be told apart.")
    return aligned(wide, number, path).reset_index(drop=True), list(wide.meanings.values())


def _first(meanings: dict[str, str], chosen: list[str]) -> list[str]:
    return [next(says for name, says in meanings.items() if name == c or name.startswith(f"{c}_step")) for c in chosen]


def trial_numbers(trials: pd.DataFrame) -> np.ndarray:
    """Numbers of the rows' trials from 0: by a column trial, which may count from 1, else in order."""
    if "trial" not in trials:
        return np.arange(len(trials))
    number = trials["trial"].to_numpy(dtype=float)
    if not np.array_equal(number, np.floor(number)):
        raise BadData("The column trial does not hold whole numbers.")
    return (number - (1 if len(number) and number.min() >= 1 else 0)).astype(int)


def _series(file: Any, values: pd.DataFrame, says: dict[str, str], times: np.ndarray, at: str) -> None:
    """A time series for each regressor, sampled at one time of each trial."""
    import pynwb

    if MODULE in file.processing:
        module = file.processing[MODULE]
    else:
        module = file.create_processing_module(name=MODULE, description="behaviour and models of it")
    for name in values.columns:
        value = values[name].to_numpy()
        order = np.argsort(times, kind="stable")
        order = order[np.isfinite(times[order]) & np.isfinite(value[order])]
        taken = free_names([name], "", list(module.data_interfaces), f"The module {MODULE}")[0]
        module.add(
            pynwb.TimeSeries(
                name=taken, data=value[order], timestamps=times[order], unit="1",
                description=f"{says[name]}, at {at} of each trial",
            )
        )  # fmt: skip
