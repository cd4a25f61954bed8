"""What a fit is about: the decisions, the task they were made on, and who shares parameters. Imports JAX."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.cli.reading import AS_IT_IS, ReadOptions
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue
from neurorl.data.counts import Scored, count_scored


@dataclass(frozen=True)
class FitData:
    """Decisions ready to be fitted.

    Attributes:
        dataset: the decisions.
        task: name of their task.
        notes: sentences on how that was decided and what was read.
        batch: records [S, T].
        sessions: one row a session: subject, session, n_steps.
        unit: [S] unit of each session.
        index: one row a unit: subject (and session).
        asked: the decisions that were to be fitted, with those of units that have no scored choice.
    """

    dataset: Any
    task: str
    notes: tuple[str, ...]
    batch: Any
    sessions: pd.DataFrame
    unit: np.ndarray
    index: pd.DataFrame
    asked: Any = None

    @property
    def scored(self) -> Scored:
        """How many of the decisions are scored, and why the others are not."""
        return count_scored(self.dataset if self.asked is None else self.asked)

    @property
    def by(self) -> str:
        """What a unit is: a subject or a session."""
        return "session" if "session" in self.index else "subject"


def fit_data(
    table: str, task: str | None, by: str, subjects: int | None = None, read: ReadOptions = AS_IT_IS
) -> FitData:
    """Read a table or a shipped data set, as `read` says; `subjects` keeps the first so many."""
    dataset, task, notes = _read(table, task, read)
    if subjects is not None and subjects < len(dataset.subjects):
        notes = (*notes, f"Only the first {subjects} of {len(dataset.subjects)} subjects were fitted, as asked for.")
        dataset = dataset.subset(subjects=dataset.subjects[:subjects])
    asked = dataset
    dataset, empty = _with_choices(dataset, ["subject"] if by == "subject" else ["subject", "session"])
    if empty:
        notes = (*notes, f"Without a single scored choice, and left out: {', '.join(empty)}.")
    batch, sessions = dataset.records()
    if by == "subject":
        unit, index = sessions["subject"].factorize()[0], sessions[["subject"]].drop_duplicates(ignore_index=True)
    else:
        unit, index = np.arange(len(sessions)), sessions[["subject", "session"]]
    return FitData(dataset, task, notes, batch, sessions, unit, index, asked)


def _with_choices(dataset: Any, by: list[str]) -> tuple[Any, list[str]]:
    """The rows of units that have a scored choice, and the names of those that have none; all where none has any."""
    table = dataset.table
    scored = (table["scored"] & table["valid"]).groupby([table[name] for name in by], sort=False)
    keep = scored.transform("any").to_numpy(bool)
    if keep.all() or not keep.any():
        return dataset, []
    names = table.loc[~keep, by].drop_duplicates().astype(str).agg(", session ".join, axis=1)
    return dataset.judged(table.loc[keep, :], dataset.schema, dataset.origin, dataset.notes), names.tolist()


def _read(table: str, task: str | None, options: ReadOptions) -> tuple[Any, str, tuple[str, ...]]:
    is_file = Path(table).suffix != "" or Path(table).exists()
    if not is_file or table in names("dataset"):
        if options.given():
            raise BadValue(f"{table} is a shipped data set, which needs no --from, --rename, --code and the like.")
        shipped = load("dataset", table)
        chosen, notes = _own_task(table, shipped.task, task)
        dataset = shipped.load()
        return dataset, chosen, (*notes, *dataset.notes)
    if task is None:
        raise BadValue(f"Which task were the choices in {table} made on? Add --task; `neurorl list tasks` names them.")
    read = options.reading(table, load("task", task))
    return read.dataset, task, read.notes


def _own_task(name: str, own: str, asked: str | None) -> tuple[str, tuple[str, ...]]:
    """The task of a shipped data set, when its own or another was asked for.

    A family's name stands for its form: the data of two_step_daw are data of the two_step task.
    """
    if asked is None or asked == own:
        return own, ()
    if load("task", asked).spaces == load("task", own).spaces:
        return asked, ()
    if own.startswith(f"{asked}_"):
        return own, (f"{name} was recorded on {own}, a form of {asked}; models are fitted in that form.",)
    raise BadValue(
        f"{name} was recorded on the task {own}, whose codes {asked} does not share; leave --task out, or give "
        f"--task {own}."
    )
