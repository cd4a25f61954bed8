"""What lies at a path, before anybody says what it means: text, a sheet, Parquet, NWB, arrays, or a folder.

How text and sheets are read is said in `neurorl.data.text` and `neurorl.data.excel`; every liberty taken becomes a
note.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.data.events import Rules, as_trials
from neurorl.data.excel import read_excel
from neurorl.data.inflating import read_parquet
from neurorl.data.leftovers import without_empty_end
from neurorl.data.text import LABELS, WHOLE_NUMBER, read_text, typed
from neurorl.data.unread import unread

__all__ = [
    "LABELS",
    "WHOLE_NUMBER",
    "Source",
    "in_natural_order",
    "inside",
    "plain",
    "read_text",
    "renamed",
]

_TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
_OTHERS = {"parquet": (".parquet", ".pqt"), "nwb": (".nwb",), "npz": (".npz",), "excel": (".xlsx", ".xlsm")}
TABLES = ("text", "parquet", "excel")


@dataclass
class Source:
    """A file or folder, read once and only when asked for.

    Attributes:
        path: where it lies.
        rename: the file's column names -> the names the layout uses.
        notes: what was done to read it, one sentence each.
        sheet: of an Excel file, the sheet to read.
        where: column -> value: only such rows of a table are read. For folders see `neurorl.data.formats._files`.
        events: how a table with one row an event becomes one with a row a trial; None where it is one already.
    """

    path: Path
    rename: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sheet: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    events: Rules | None = None

    def __post_init__(self) -> None:
        self.path = Path(self.path)
        if not self.path.exists():
            raise StorageFailed(f"There is no file or folder {self.path}; check the path.")
        if not self.path.is_file() and not self.path.is_dir():
            raise StorageFailed(
                f"{self.path} is neither a file nor a folder (a device or a pipe); save it as a file first."
            )
        if self.sheet is not None and self.kind != "excel":
            raise BadValue(
                f"sheet= (--sheet) names a sheet of an Excel file, but {self.path} is not one; leave it out."
            )

    @cached_property
    def kind(self) -> str:
        """One of "text", "parquet", "excel", "nwb", "npz", "folder", "other"."""
        name = self.path.name.lower()
        if self.path.is_dir():
            return "folder"
        if name.endswith(_TEXT):
            return "text"
        return next((kind for kind, endings in _OTHERS.items() if name.endswith(endings)), "other")

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of a text, Excel or Parquet file, columns renamed; rows are counted from 0."""
        if self.kind == "text":
            table, notes = read_text(self.path, self.rename)
            self.notes.extend(notes)
        elif self.kind == "excel":
            table = typed(read_excel(self.path, self.sheet, self.notes), self.rename, self.notes)
        elif self.kind == "parquet":
            table = without_empty_end(_by_rows(read_parquet(self.path)), self.notes)
        elif self.kind == "other":
            raise BadData(unread(self.path))
        else:
            raise BadValue(
                f"{self.path} is not a table; a file that ends in .csv, .tsv, .txt, .xlsx or .parquet is expected."
            )
        table = selected(renamed(table, self.rename, self.path), self.where, self.path, self.notes)
        return table if self.events is None else as_trials(table, self.events, self.path, self.notes)

    @cached_property
    def columns(self) -> frozenset[str]:
        """Names of the columns of a table after renaming; none for anything else."""
        return frozenset(map(str, self.table.columns)) if self.kind in TABLES else frozenset()


def _by_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The table with rows counted from 0, and a named index as columns."""
    return table.reset_index(drop=all(name is None for name in table.index.names))


def renamed(table: pd.DataFrame, rename: Mapping[str, str], where: object) -> pd.DataFrame:
    """The table with its columns renamed; a name that is not there, or that is there twice, is an error."""
    absent = [name for name in rename if name not in table]
    if absent:
        there = ", ".join(str(name) for name in table.columns)
        raise BadValue(f"{where} has no column {', '.join(absent)} to rename; its columns are {there}.")
    after = [rename.get(str(name), str(name)) for name in table.columns]
    twice = sorted({name for name in after if after.count(name) > 1})
    if twice:
        raise BadData(f"{where} has more than one column called {', '.join(twice)}; keep one, or rename the other.")
    return table.set_axis(after, axis=1)


def selected(table: pd.DataFrame, where: Mapping[str, str], path: object, notes: list[str]) -> pd.DataFrame:
    """The rows in which every column of `where` has its value, compared as text; how many these are is said."""
    for name, value in where.items():
        if name not in table:
            there = ", ".join(map(str, table.columns))
            raise BadValue(f"{path} has no column {name} to select by (where=, --where); its columns are {there}.")
        same = np.array([_as_text(cell) == _as_text(value) for cell in table[name]], bool)
        if not same.any():
            found = sorted({_as_text(v) for v in table[name].dropna().unique()})
            shown = ", ".join(found[:8]) + (", ..." if len(found) > 8 else "")
            raise BadValue(f"{path} has no rows in which {name} is {value}; it holds {shown or 'nothing'}.")
        notes.append(
            f"{int(same.sum())} of {len(table)} rows were read, those in which {name} is {value}; rows are counted "
            "among these."
        )
        table = table.loc[same, :].reset_index(drop=True)
    return table


def _as_text(value: object) -> str:
    """A cell as text, with 1 and 1.0 as one."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def in_natural_order(paths: Iterable[Path]) -> list[Path]:
    """Paths sorted with the numbers in them by value: sub-2 before sub-10."""
    return sorted(
        paths,
        key=lambda path: [
            (part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split("([0-9]+)", path.as_posix())
        ],
    )


def inside(root: Path, paths: Iterable[Path]) -> list[Path]:
    """The paths, none of which is a link that leads out of the folder `root`.

    Links into the annex of the repository that the folder belongs to (DataLad) stay inside it.

    Raises:
        BadData: a link leads elsewhere.
    """
    paths = list(paths)
    real = root.resolve()
    homes = [real, *(parent / ".git" / "annex" for parent in (real, *real.parents) if (parent / ".git").is_dir())]
    for path in paths:
        target = path.resolve()
        if not any(target.is_relative_to(home) for home in homes):
            raise BadData(
                f"{path} is a link to {target}, outside the folder {root}, and was not read. Copy the file into the "
                "folder, or give the folder in which it lies."
            )
    return paths


def plain(label: str) -> str | int:
    """A name as a whole number where it is one and is written as one ("12", but not "012")."""
    return int(label) if WHOLE_NUMBER.fullmatch(label) else label
