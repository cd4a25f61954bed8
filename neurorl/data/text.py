"""A table from text with any separator, read tolerantly: every liberty taken becomes a note.

The separator is found from the header. A byte order mark, UTF-16, a first line "sep=;", comment lines (#), spaces
around names and values, empty rows at the end and nameless empty columns, as spreadsheets leave them, are put right.
"n/a" and its like are empty, a decimal comma is understood where columns are separated by semicolons or tabs. Names of
subjects stay as they stand: "007" is no number.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, StorageFailed
from neurorl.core.text import many
from neurorl.data.cells import as_written
from neurorl.data.files import require_whole_rows
from neurorl.data.inflating import read_gzip
from neurorl.data.numerals import plain_number
from neurorl.data.unread import of_bytes

WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_EMPTY = frozenset(("", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "<na>"))
_LEADING_ZERO = re.compile(r"-?0[0-9]+")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_SEPARATOR_LINE = re.compile(r"sep=([,;|\t])\s*", re.IGNORECASE)
# Columns that hold names, in any of the layouts: they stay text unless all are plain whole numbers.
LABELS = frozenset(
    (
        *("subject", "session", "subjid", "subj_idx", "subject_id", "participant", "participant_id", "ppt", "ses_idx"),
        *("session_id", "animal", "mouse", "sub", "subj", "id", "nwb_suffix"),
    )
)


def read_text(path: Path, rename: Mapping[str, str] | None = None) -> tuple[pd.DataFrame, list[str]]:
    """A table from text, and notes on what was done to read it.

    Args:
        path: a .csv, .tsv or .txt file, perhaps with .gz behind it.
        rename: which columns will be renamed to what: it says which columns are names of subjects and sessions.
    """
    notes: list[str] = []
    text, separator = _without_preamble(_decoded(path, notes), notes)
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise BadData(f"{path} is empty; a table with a header line is expected.")
    separator = separator or _separator(header, path)
    try:
        names = next(csv.reader([header], delimiter=separator)) if separator != r"\s+" else header.split()
        require_different(names, path)
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, csv.Error) as error:
        raise BadData(f"{path} cannot be read as a table: {str(error).strip()}.") from error
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes what is too much for row names
        raise BadData(
            f"{path} has more fields in its rows than in its header; is there a separator at the end of each row?"
        )
    if (table.iloc[:, -1] == "").any():  # only a row with an empty last field can be short
        require_whole_rows(text, separator, path)
    shown = {",": "commas", "\t": "tabs", ";": "semicolons"}.get(separator, "spaces")
    if shown in ("semicolons", "spaces"):
        notes.insert(0, f"Columns are separated by {shown}.")
    return typed(table, rename, notes, decimal_comma=separator in (";", "\t")), list(dict.fromkeys(notes))


def require_different(names: Sequence[str], where: object) -> None:
    """`BadData` where two columns have one name."""
    names = [name.strip() for name in names]
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise BadData(f"{where} has more than one column called {', '.join(twice)}; keep one.")


def typed(
    table: pd.DataFrame, rename: Mapping[str, str] | None, notes: list[str], *, decimal_comma: bool = False
) -> pd.DataFrame:
    """A table of text cells with numbers as numbers, names as names, and what a spreadsheet left behind taken away."""
    table = as_written(_trimmed(table.astype(object).fillna(""), notes))
    kept = _without_leftovers(table, notes)
    table = _without_row_numbers(kept, notes)
    if table is not kept:  # rows that held nothing but their number are empty now
        table = _without_leftovers(table, notes)
    named = {*(old for old, new in (rename or {}).items() if new.lower() in LABELS)}
    columns = {
        str(name): _labels(values)
        if str(name) in named | LABELS or str(name).lower() in LABELS
        else _values(values, decimal_comma, notes)
        for name, values in table.items()
    }
    return pd.DataFrame(columns, index=table.index)


def _decoded(path: Path, notes: list[str]) -> str:
    try:
        content = read_gzip(path) if path.name.lower().endswith(".gz") else path.read_bytes()
    except OSError as error:
        raise StorageFailed(f"{path} cannot be read: {error}. Is the file complete?") from error
    if not content:
        raise BadData(f"{path} is empty (0 bytes); a table with a header line is expected.")
    other = of_bytes(content[:16])
    if other is not None:
        raise BadData(
            f"{path} is named like a text table but is {other} by its first bytes. Save its table as CSV; renaming a "
            "file does not change its kind."
        )
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            notes.append("The text is UTF-16.")
            return content.decode("utf-16")
        if content.startswith(b"\xef\xbb\xbf"):
            notes.append("A byte order mark at the start was dropped.")
        if b"\0" in content:
            line = content[: content.index(b"\0")].count(b"\n") + 1
            raise BadData(f"{path} holds a zero byte (line {line}), so it is not plain text; save it as UTF-8 text.")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadData(f"{path} is not UTF-8 text (line {line}); save it as UTF-8.") from error


def _without_preamble(text: str, notes: list[str]) -> tuple[str, str | None]:
    """The text from its header on, and the separator where a first line "sep=;" (Excel) names it."""
    lines = text.splitlines(keepends=True)
    separator = None
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start < len(lines) and (found := _SEPARATOR_LINE.fullmatch(lines[start].strip("\r\n"))):
        separator, start = found[1], start + 1
        notes.append("The first line, which names the separator, was dropped.")
    following = [line for line in lines[start:] if line.strip() and not line.lstrip().startswith("#")][:1]
    fields = _fields(following[0]) if following else 0
    comments = 0
    while start < len(lines) and (not lines[start].strip() or lines[start].lstrip().startswith("#")):
        if lines[start].strip() and _fields(lines[start]) >= fields > 1:  # a header that begins with #
            break
        comments += bool(lines[start].strip())
        start += 1
    if comments:
        notes.append(f"{many(comments, 'comment line')} (#) above the header dropped.")
    if start < len(lines) and lines[start].lstrip().startswith("#"):
        notes.append("The # before the first column name was dropped.")
        lines[start] = lines[start].lstrip().removeprefix("#").lstrip()
    return "".join(lines[start:]), separator


def _fields(line: str) -> int:
    return 1 + max(line.count(separator) for separator in (",", "\t", ";"))


def _separator(header: str, path: Path) -> str:
    counts = {separator: header.count(separator) for separator in (",", "\t", ";")}
    best = max(counts, key=lambda separator: counts[separator])
    if counts[best] == 0:
        if len(header.split()) > 1 and ".txt" in path.name.lower():
            return r"\s+"
        return ","
    return best


def _without_leftovers(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Drop empty rows at the end and columns with neither a name nor a value, as spreadsheets leave them."""
    full = (table != "").to_numpy()
    holds = full & ~np.column_stack([table.iloc[:, i].str.lower().isin(_EMPTY) for i in range(table.shape[1])])
    bare = [i for i, name in enumerate(table.columns) if _nameless(str(name)) and not full[:, i].any()]
    if bare and len(bare) < table.shape[1]:
        notes.append(f"{many(len(bare), 'empty column')} without a name dropped.")
        table = table.iloc[:, [i for i in range(table.shape[1]) if i not in bare]]
    kept = [str(i + 1) for i, name in enumerate(table.columns) if i and _nameless(str(name))]
    if kept:
        notes.append(f"Columns without a name that are not empty are kept: {', '.join(kept)} (counted from 1).")
    last = int(np.flatnonzero(holds.any(axis=1)).max(initial=-1)) + 1
    empty = len(table) - last
    if empty:
        notes.append(f"{many(empty, 'empty row')} at the end dropped.")
        table = table.iloc[:last, :]
    return table


def _nameless(name: str) -> bool:
    return name == "" or re.fullmatch(r"Unnamed: [0-9]+", name) is not None


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
    if _nameless(first):
        counted = [[str(i) for i in range(start, start + len(table))] for start in (0, 1)]
        if table.iloc[:, 0].tolist() in counted:
            notes.append("A nameless first column that counts the rows was dropped.")
            return table.iloc[:, 1:]
    return table


def _labels(column: pd.Series) -> pd.Series:
    whole = all(WHOLE_NUMBER.fullmatch(text) for text in column.unique())
    return column.astype("int64") if len(column) and whole else column


def _values(column: pd.Series, decimal_comma: bool, notes: list[str]) -> pd.Series:
    """A column as numbers or flags where all of it is, as text with None where empty otherwise."""
    code, unique = pd.factorize(column)
    texts = [str(text) for text in unique]
    empty = np.array([text.lower() in _EMPTY for text in texts], bool)
    given = [text for text, is_empty in zip(texts, empty, strict=True) if not is_empty]
    if decimal_comma and any(map(_DECIMAL_COMMA.fullmatch, given)):
        notes.append(f"A comma was read as a decimal point in column {column.name}.")
        texts = [text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text for text in texts]
        given = [text for text, is_empty in zip(texts, empty, strict=True) if not is_empty]
    if given and all(text.lower() in ("true", "false") for text in given):
        flags = np.array([text.lower() == "true" for text in texts])
        return pd.Series(flags[code] if not empty.any() else np.where(empty, np.nan, flags)[code], column.index)
    numbers = np.array(
        [np.nan if is_empty else plain_number(text) for text, is_empty in zip(texts, empty, strict=True)]
    )
    leading_zero = any(map(_LEADING_ZERO.fullmatch, given))
    if leading_zero or np.isnan(numbers[~empty]).any():
        kept = np.array([None if is_empty else text for text, is_empty in zip(texts, empty, strict=True)], object)
        return pd.Series(kept[code], column.index)
    if given and not empty.any() and all(map(WHOLE_NUMBER.fullmatch, given)):
        return pd.Series(np.array([int(text) for text in texts], np.int64)[code], column.index)
    return pd.Series(numbers[code] if len(numbers) else np.full(len(column), np.nan), column.index, dtype=float)
