"""What lies at a path, before anybody says what it means: text with any separator, Parquet, NWB, arrays, a folder.

Text is read tolerantly, and every liberty taken becomes a note: the separator is found from the header, a byte order
mark and spaces around names and values are dropped, "n/a" and its like are empty, a decimal comma is understood where
columns are separated by semicolons. Names of subjects stay as they stand: "007" is no number.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue, StorageFailed

WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_EMPTY = frozenset(("", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "<na>"))
_LEADING_ZERO = re.compile(r"-?0[0-9]+")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")

# Columns that hold names, in any of the layouts: they stay text unless all are plain whole numbers.
LABELS = frozenset(
    (
        *("subject", "session", "subjid", "subj_idx", "subject_id", "participant", "participant_id", "ppt", "ses_idx"),
        *("session_id", "animal", "mouse", "sub", "subj", "id", "nwb_suffix"),
    )
)


@dataclass
class Source:
    """A file or folder, read once and only when asked for.

    Attributes:
        path: where it lies.
        rename: the file's column names -> the names the layout uses.
        notes: what was done to read it, one sentence each.
    """

    path: Path
    rename: Mapping[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path = Path(self.path)
        if not self.path.exists():
            raise StorageFailed(f"There is no file or folder {self.path}; check the path.")

    @cached_property
    def kind(self) -> str:
        """One of "text", "parquet", "nwb", "npz", "folder", "other"."""
        name = self.path.name.lower()
        if self.path.is_dir():
            return "folder"
        if name.endswith(_TEXT):
            return "text"
        for kind, endings in {"parquet": (".parquet", ".pqt"), "nwb": (".nwb",), "npz": (".npz",)}.items():
            if name.endswith(endings):
                return kind
        return "other"

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of a text or Parquet file, columns renamed; rows are counted from 0."""
        if self.kind == "text":
            table, notes = read_text(self.path, self.rename)
            self.notes.extend(notes)
        elif self.kind == "parquet":
            table = read_parquet(self.path)
        else:
            raise BadValue(f"{self.path} is no table; one that ends in .csv, .tsv, .txt or .parquet is expected.")
        return renamed(table, self.rename, self.path)

    @cached_property
    def columns(self) -> frozenset[str]:
        """Names of the columns of a text or Parquet file after renaming; none for anything else."""
        return frozenset(map(str, self.table.columns)) if self.kind in ("text", "parquet") else frozenset()


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


def in_natural_order(paths: Iterable[Path]) -> list[Path]:
    """Paths sorted with the numbers in them by value: sub-2 before sub-10."""
    return sorted(
        paths,
        key=lambda path: [
            (part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.split("([0-9]+)", path.as_posix())
        ],
    )


def plain(label: str) -> str | int:
    """A name as a whole number where it is one and is written as one ("12", but not "012")."""
    return int(label) if WHOLE_NUMBER.fullmatch(label) else label


def read_parquet(path: Path) -> pd.DataFrame:
    """A Parquet file as it is."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise StorageFailed(f"{path} cannot be read as Parquet: {error}. Is the file complete?") from error


def read_text(path: Path, rename: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, list[str]]:
    """A table from text, and notes on what was done to read it.

    Args:
        path: a .csv, .tsv or .txt file, perhaps with .gz behind it.
        rename: which columns will be renamed to what: it says which columns are names of subjects and sessions.
    """
    notes: list[str] = []
    text = _decoded(path, notes)
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise BadData(f"{path} is empty; a table with a header line is expected.")
    separator = _separator(header, path)
    names = next(csv.reader([header], delimiter=separator)) if separator != r"\s+" else header.split()
    twice = sorted({name.strip() for name in names if names.count(name) > 1 and name.strip()})
    if twice:
        raise BadData(f"{path} has more than one column called {', '.join(twice)}; keep one.")
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except pd.errors.ParserError as error:
        raise BadData(f"{path} cannot be read as a table: {str(error).strip()}.") from error
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes what is too much for row names
        raise BadData(
            f"{path} has more fields in its rows than in its header; is there a separator at the end of each row?"
        )
    table = table.astype(object).fillna("")
    table = _without_row_numbers(_trimmed(table, notes), notes)
    named = {*(old for old, new in (rename or {}).items() if new.lower() in LABELS)}
    columns = {
        str(name): _labels(values)
        if str(name) in named | LABELS or str(name).lower() in LABELS
        else _values(values, separator, notes)
        for name, values in table.items()
    }
    shown = {",": "commas", "\t": "tabs", ";": "semicolons"}.get(separator, "spaces")
    if shown in ("semicolons", "spaces"):
        notes.insert(0, f"Columns are separated by {shown}.")
    return pd.DataFrame(columns, index=table.index), list(dict.fromkeys(notes))


def _decoded(path: Path, notes: list[str]) -> str:
    try:
        content = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            content = gzip.decompress(content)
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            notes.append("The text is UTF-16.")
            return content.decode("utf-16")
        if content.startswith(b"\xef\xbb\xbf"):
            notes.append("A byte order mark at the start was dropped.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadData(f"{path} is not UTF-8 text (line {line}); save it as UTF-8.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise StorageFailed(f"{path} cannot be read: {error}. Is the file complete?") from error


def _separator(header: str, path: Path) -> str:
    counts = {separator: header.count(separator) for separator in (",", "\t", ";")}
    best = max(counts, key=lambda separator: counts[separator])
    if counts[best] == 0:
        if len(header.split()) > 1 and ".txt" in path.name.lower():
            return r"\s+"
        return ","
    return best


def _trimmed(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    names = [str(name).strip() for name in table.columns]
    if names != list(table.columns):
        loose = [name for name, old in zip(names, table.columns, strict=True) if name != old]
        notes.append(f"Spaces around column names were dropped: {', '.join(loose)}.")
    table = table.set_axis(names, axis=1)
    return pd.DataFrame({name: values.str.strip() for name, values in table.items()}, index=table.index)


def _without_row_numbers(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Drop a nameless first column that only counts the rows, as R and pandas write it."""
    first = str(table.columns[0])
    if first.startswith("Unnamed:") or first == "":
        counted = [[str(i) for i in range(start, start + len(table))] for start in (0, 1)]
        if table.iloc[:, 0].tolist() in counted:
            notes.append("A nameless first column that counts the rows was dropped.")
            return table.iloc[:, 1:]
    return table


def _labels(column: pd.Series) -> pd.Series:
    whole = column.map(lambda text: WHOLE_NUMBER.fullmatch(text) is not None)
    return column.astype("int64") if len(column) and bool(whole.all()) else column


def _values(column: pd.Series, separator: str, notes: list[str]) -> pd.Series:
    """A column as numbers or flags where all of it is, as text with None where empty otherwise."""
    code, unique = pd.factorize(column)
    texts = [str(text) for text in unique]
    empty = np.array([text.lower() in _EMPTY for text in texts], bool)
    given = [text for text, is_empty in zip(texts, empty, strict=True) if not is_empty]
    if separator == ";" and any(map(_DECIMAL_COMMA.fullmatch, given)):
        notes.append(f"A comma was read as a decimal point in column {column.name}.")
        texts = [text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text for text in texts]
        given = [text for text, is_empty in zip(texts, empty, strict=True) if not is_empty]
    if given and all(text.lower() in ("true", "false") for text in given):
        flags = np.array([text.lower() == "true" for text in texts])
        return pd.Series(flags[code] if not empty.any() else np.where(empty, np.nan, flags)[code], column.index)
    numbers = np.array([np.nan if is_empty else _float(text) for text, is_empty in zip(texts, empty, strict=True)])
    leading_zero = any(map(_LEADING_ZERO.fullmatch, given))
    if leading_zero or np.isnan(numbers[~empty]).any():
        kept = np.array([None if is_empty else text for text, is_empty in zip(texts, empty, strict=True)], object)
        return pd.Series(kept[code], column.index)
    if given and not empty.any() and all(map(WHOLE_NUMBER.fullmatch, given)):
        return pd.Series(np.array([int(text) for text in texts], np.int64)[code], column.index)
    return pd.Series(numbers[code] if len(numbers) else np.full(len(column), np.nan), column.index, dtype=float)


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
