"""What an analysis is about: the decisions, the task they were made on, and which sessions share parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from neurorl.core.errors import BadValue
from neurorl.data.counts import Scored, count_scored
from neurorl.data.dataset import Dataset


@dataclass(frozen=True)
class Choices:
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

    dataset: Dataset
    task: str
    notes: tuple[str, ...]
    batch: Any
    sessions: pd.DataFrame
    unit: np.ndarray
    index: pd.DataFrame
    asked: Dataset | None = None

    @classmethod
    def of(
        cls, dataset: Dataset, task: str, *, by: str = "subject", subjects: int | None = None, notes: Sequence[str] = ()
    ) -> Self:
        """The decisions of a data set, ready to be fitted; units without a scored choice are left out, and named.

        Args:
            dataset: the decisions (`neurorl.data.read`, `neurorl.load_dataset(...).load()`).
            task: name or file of the task they were made on.
            by: whether parameters are shared within a "subject" or within a "session".
            subjects: keep only the first of them.
            notes: sentences that a reader must know, besides those of the data set.

        Raises:
            BadValue: `by` is something else.
        """
        if by not in ("subject", "session"):
            raise BadValue(f"by is {by!r}, but must be 'subject' or 'session'.")
        notes = tuple(dict.fromkeys([*notes, *dataset.notes]))
        if subjects is not None and subjects < len(dataset.subjects):
            notes += (f"Only the first {subjects} of {len(dataset.subjects)} subjects were fitted, as requested.",)
            dataset = dataset.subset(subjects=dataset.subjects[:subjects])
        asked = dataset
        dataset, empty = _with_choices(dataset, ["subject"] if by == "subject" else ["subject", "session"])
        if empty:
            notes += (f"Left out, because they have no scored choice: {', '.join(empty)}.",)
        batch, sessions = dataset.records()
        index: Any = sessions[["subject"]].drop_duplicates(ignore_index=True)
        unit = sessions["subject"].factorize()[0]
        if by == "session":
            unit, index = np.arange(len(sessions)), sessions[["subject", "session"]]
        return cls(dataset, task, notes, batch, sessions, unit, index, asked)

    @property
    def scored(self) -> Scored:
        """How many of the decisions are scored, and why the others are not."""
        return count_scored(self.dataset if self.asked is None else self.asked)

    @property
    def by(self) -> str:
        """What a unit is: a subject or a session."""
        return "session" if "session" in self.index else "subject"


def _with_choices(dataset: Dataset, by: list[str]) -> tuple[Dataset, list[str]]:
    """The rows of units that have a scored choice, and the names of those that have none; all where none has any."""
    table = dataset.table
    scored = (table["scored"] & table["valid"]).groupby([table[name] for name in by], sort=False)
    keep = scored.transform("any").to_numpy(bool)
    if keep.all() or not keep.any():
        return dataset, []
    names = table.loc[~keep, by].drop_duplicates().astype(str).agg(", session ".join, axis=1)
    return dataset.judged(table.loc[keep, :], dataset.schema, dataset.origin, dataset.notes), names.tolist()
