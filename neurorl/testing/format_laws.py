"""The laws of file formats: what is written is read back, and what is something else is refused in a sentence."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from neurorl.core.catalogue import load
from neurorl.core.errors import NeurorlError
from neurorl.data.dataset import Dataset
from neurorl.data.format import Format
from neurorl.data.layouts import reading
from neurorl.data.schema import Schema
from neurorl.data.source import Source
from neurorl.testing.laws import Law, NotApplicable
from neurorl.testing.references import unresolved

TASK, SUBJECTS, TRIALS = "bandit", ("ann", "bob"), 12


class Files:
    """A format, and a small data set that is written and read by it."""

    def __init__(self, name: str, format: Format, module: str, seed: int = 0) -> None:
        self.name, self.format, self.module = name, format, module
        self.spaces = load("task", TASK).spaces
        self._rng = np.random.default_rng(seed)

    @cached_property
    def dataset(self) -> Dataset:
        """Two subjects on a bandit, one missed choice, trials from 0."""
        n = len(SUBJECTS) * TRIALS
        table = pd.DataFrame(
            {
                "subject": np.repeat(SUBJECTS, TRIALS),
                "session": 0,
                "trial": np.tile(np.arange(TRIALS), len(SUBJECTS)),
                "step": 0,
                "state": 0,
                "choice": self._rng.integers(0, 2, n),
                "reward": self._rng.integers(0, 2, n).astype(float),
            }
        )
        table.loc[5, ["choice", "reward"]] = -1, np.nan
        return Dataset(table, Schema.of(self.spaces))

    @contextmanager
    def written(self) -> Iterator[Path]:
        """The data set as a file (or folder) of this format."""
        if self.format.write is None:
            raise NotApplicable("the format reads and does not write")
        ending = "/" if "/" in self.format.extensions else self.format.extensions[0]  # a file may hold one session only
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ("data" if ending == "/" else f"data{ending}")
            self.format.write(self.dataset, path)
            yield path


def _form(f: Files) -> str | None:
    """The format says how its files end and which columns it needs."""
    if not f.format.extensions or not all(each == "/" or each.startswith(".") for each in f.format.extensions):
        return f"extensions is {f.format.extensions}; endings such as '.csv' are expected, or '/' for a folder."
    return None if f.format.columns.strip() else "columns is empty; name the columns that the format needs."


def _recognised(f: Files) -> str | None:
    """What it writes, it recognises."""
    with f.written() as path:
        why = f.format.matches(Source(path))
    fits = isinstance(why, str) and bool(why)
    return None if fits else f"matches gives {why!r} for what write has written; say why it fits."


def _round_trip(f: Files) -> str | None:
    """What it writes, it reads back: the same subjects, trials, choices and rewards."""
    with f.written() as path:
        try:
            back = reading(path, task=TASK, format=f.name).dataset.table
        except NeurorlError as error:
            return f"What write has written is refused: {error}"
    mine = f.dataset.table
    if len(back) != len(mine):
        return f"{len(mine)} rows were written, and {len(back)} read back."
    for name in ("subject", "trial", "choice", "reward"):
        one, two = mine[name], back[name]
        same = one.astype(str) == two.astype(str) if name == "subject" else np.isclose(one, two, equal_nan=True)
        if name == "reward":  # of a missed choice, what was paid is not asked
            same = same | (mine["choice"] < 0)
        if not np.all(same):
            row = int(np.flatnonzero(~np.asarray(same))[0])
            return f"Row {row} had {name} {one.iloc[row]}, and {two.iloc[row]} was read back."
    return None


def _reserved(f: Files) -> str | None:
    """Files of something else are not taken for its own, and reading them ends in a sentence."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other.csv"
        other.write_text("shoe,size\nleft,43\nright,44\n")
        if (why := f.format.matches(Source(other))) is not None:
            return f"A table of shoes is taken for this format, because {why}; ask for the columns that are needed."
        try:
            reading(other, task=TASK, format=f.name)
        except NeurorlError:
            return None
    return "A table of shoes was read without a word; put what is missing into draft.problems."


def _refs(f: Files) -> str | None:
    """References of a built-in format resolve."""
    return unresolved(f.module, f.format.card)


FORMAT_LAWS = (
    Law("references", _refs),
    Law("form", _form),
    Law("recognised", _recognised, ("form",)),
    Law("round trip", _round_trip, ("form",)),
    Law("something else", _reserved, ("form",)),
)
