"""Tables in files: CSV and Parquet, written so that an interrupted write leaves the old file whole."""

import csv
import gzip
import io
import warnings
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.core.files import replacing
from neurorl.data.cells import as_written, neutral
from neurorl.data.checks import places
from neurorl.data.inflating import read_gzip, read_parquet
from neurorl.data.leftovers import without_empty_end

_WHOLE_NUMBER = r"0|-?[1-9][0-9]{0,17}"

# Up to pandas 3.0 only this option reads back the very number that was written; 3.1 does so unasked and deprecates it.
_PANDAS = tuple(int(part) for part in pd.__version__.split(".")[:2])
_EXACT: dict[str, Any] = {} if _PANDAS >= (3, 1) else {"float_precision": "round_trip"}


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as .csv, .csv.gz or .parquet, whichever the name ends in.

    In CSV, text that a spreadsheet would run as a formula begins with an apostrophe, which `read_table` takes away.
    """
    kind = _kind(path)
    if kind != "parquet":
        table = neutral(table)
    with replacing(path) as temporary:
        if kind == "parquet":
            try:
                table.to_parquet(temporary, index=False)
            except (TypeError, ValueError) as error:
                raise BadData(f"A column of the table cannot be stored as Parquet: {error}") from error
        elif kind == "csv":
            table.to_csv(temporary, index=False)
        else:  # no name and no time in the gzip header: equal tables make equal files
            temporary.write_bytes(gzip.compress(table.to_csv(index=False).encode(), compresslevel=6, mtime=0))


def read_table(path: Path, labels: Iterable[str]) -> pd.DataFrame:
    """Read a table from .csv, .csv.gz or .parquet.

    Args:
        path: the file.
        labels: columns of names: in CSV they stay text ("007", "NA") unless all are plain whole numbers.
    """
    kind = _kind(path)
    if not path.is_file():
        raise StorageFailed(f"There is no file {path}; check the path.")
    try:
        if kind == "parquet":
            return read_parquet(path)
        content = read_gzip(path) if kind == "csv.gz" else path.read_bytes()
        table = pd.read_csv(io.BytesIO(content), low_memory=False, **_EXACT)
        # Read names once more as they stand: "007" is no number and "NA" may be somebody's initials.
        named = [name for name in labels if name in table]
        as_text = {"dtype": str, "keep_default_na": False, "usecols": named}
        texts = pd.read_csv(io.BytesIO(content), **as_text) if named else table[[]]
        if table.isna().to_numpy().any():  # only a row with an empty last field can be short
            require_whole_rows(content.decode("utf-8-sig"), ",", path)
    except pd.errors.EmptyDataError as error:
        raise BadData(f"{path} is empty; a table with a header line is expected.") from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise BadData(f"{path} cannot be read as comma-separated UTF-8 text: {str(error).strip()}.") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise StorageFailed(f"{path} cannot be read as {kind}: {error}. Is the file complete?") from error
    header = str(table.columns[0])
    if table.shape[1] == 1 and (";" in header or "\t" in header):
        raise BadData(f"{path} is not separated by commas (its header is {header[:60]!r}); save it with commas.")
    notes: list[str] = []
    if isinstance(table.index, pd.RangeIndex):
        table = without_empty_end(table, notes)
    for note in notes:
        warnings.warn(f"{path}: {note}", stacklevel=3)
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes what is too much for row names
        raise BadData(
            f"{path} has more fields in its rows than in its header; is there a comma at the end of each row?"
        )
    for name, text in texts.loc[table.index].items():
        table[name] = text.astype("int64") if text.str.fullmatch(_WHOLE_NUMBER).all() else text
    return as_written(table)


def require_whole_rows(text: str, separator: str, path: Path) -> None:
    """Refuse rows with fewer fields than the header, which a file that was cut off ends in.

    Args:
        text: what the file holds.
        separator: what stands between fields; r"\\s+" for any space.
        path: the file, for the message.

    Raises:
        BadData: naming the rows.
    """
    try:
        lines = text.splitlines() if separator == r"\s+" else csv.reader(io.StringIO(text), delimiter=separator)
        fields = [line.split() if isinstance(line, str) else line for line in lines]
    except csv.Error:
        return  # whatever it is, pandas judges it
    fields = [line for line in fields if any(field.strip() for field in line) or len(line) > 1]
    width = len(fields[0]) if fields else 0
    short = [row for row, line in enumerate(fields[1:]) if len(line) < width and any(field.strip() for field in line)]
    if not short:
        return
    end = " The file ends there; was it cut off?" if short[0] == len(fields) - 2 else ""
    raise BadData(
        f"{path}: {places(short)} {'has' if len(short) == 1 else 'have'} fewer fields than the header (row {short[0]}: "
        f"{len(fields[short[0] + 1])} of {width}; row 0 is line 2).{end} Complete or delete "
        f"{'the row' if len(short) == 1 else 'the rows'}; a field without a value still needs its separator."
    )


def _kind(path: Path) -> str:
    for kind in ("csv", "csv.gz", "parquet"):
        if path.name.lower().endswith(f".{kind}"):
            return kind
    raise BadValue(f"{path.name} must end in .csv, .csv.gz or .parquet, which says how a table is stored.")
