"""Excel workbooks: one sheet as a table of text, which is then read as CSV text is. Needs openpyxl (extra excel).

Cells hold what Excel shows as numbers, text, flags or dates. What cannot be taken at its word is refused with a
sentence: merged cells, formulas without a stored result, and dates among numbers (Excel turns 1-2 into a date).
"""

import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.errors import BadData, BadValue, NeurorlError, StorageFailed
from neurorl.core.text import many
from neurorl.data.inflating import require_modest, require_modest_zip
from neurorl.data.text import require_different

_DATES = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
_SHOWN = 5


def read_excel(path: Path, sheet: str | None, notes: list[str]) -> pd.DataFrame:
    """The cells of one sheet as text, columns named by its first row; "" where empty.

    Args:
        path: an .xlsx or .xlsm file; macros and links are not followed.
        sheet: name of the sheet; it may be left out where only one has cells.
        notes: takes what was done.

    Raises:
        NeurorlError: openpyxl is not installed.
        BadValue: several sheets have cells and none was named, or there is no such sheet.
        BadData: the sheet is empty, or has cells that cannot be taken at their word.
        StorageFailed: the file is not whole.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise NeurorlError(
            f"{path} is an Excel file, which needs the package openpyxl; install it with: pip install 'neurorl[excel]' "
            "or save the sheet as CSV."
        ) from error
    try:
        require_modest_zip(path)
        values = openpyxl.load_workbook(path, data_only=True, keep_links=False)
        formulas = openpyxl.load_workbook(path, data_only=False, keep_links=False)
    except BadData:
        raise
    except Exception as error:  # openpyxl meets a broken file with errors of many kinds
        said = str(error.__cause__ or error).rstrip(".")
        raise StorageFailed(
            f"{path} cannot be read as an Excel file ({said}). Save it as CSV, or as .xlsx again."
        ) from error
    for each in values.worksheets:
        require_modest(path, 64 * each.max_row * each.max_column, f" of cells in sheet '{each.title}'")
    chosen = _chosen(path, values.worksheets, sheet, notes)
    where = f"Sheet '{chosen.title}' of {path}"
    if chosen.merged_cells.ranges:
        listed = ", ".join(str(area) for area in list(chosen.merged_cells.ranges)[:_SHOWN])
        raise BadData(f"{where} has merged cells ({listed}); unmerge them and fill in every cell.")
    hidden = sum(bool(row.hidden) for row in chosen.row_dimensions.values())
    if hidden:
        notes.append(f"{hidden} hidden {'row was' if hidden == 1 else 'rows were'} read like the others.")
    _require_results(where, chosen, formulas[chosen.title])
    rows = [list(row) for row in chosen.iter_rows(values_only=True)]
    first = next(i for i, row in enumerate(rows) if any(_text(value) for value in row))
    if first:
        notes.append(f"{many(first, 'empty row')} above the header of sheet '{chosen.title}' dropped.")
    header = [_text(value) for value in rows[first]]
    if sum(bool(name) for name in header) == 1 and len(header) > 1:
        raise BadData(
            f"The first row of sheet '{chosen.title}' of {path} holds only {next(filter(None, header))!r}; the first "
            "row must name the columns. Delete the lines above the table."
        )
    require_different(header, where)
    table = pd.DataFrame(rows[first + 1 :], columns=range(len(header)), dtype=object)
    for i, name in enumerate(header):
        _require_alike(where, name or f"column {i + 1}", table[i], notes)
    names = [name or f"Unnamed: {i}" for i, name in enumerate(header)]
    return pd.DataFrame({i: [_text(v) for v in table[i]] for i in table.columns}, dtype=object).set_axis(names, axis=1)


def _chosen(path: Path, sheets: list[Any], asked: str | None, notes: list[str]) -> Any:
    """The sheet to read."""
    full = [s for s in sheets if any(_text(v) for row in s.iter_rows(values_only=True) for v in row)]
    titles = ", ".join(f"'{s.title}'" for s in full)
    if asked is not None:
        named = [s for s in sheets if s.title == asked]
        if not named:
            raise BadValue(f"{path} has no sheet '{asked}'; its sheets with cells are {titles or 'none'}.")
        if named[0] not in full:
            raise BadData(f"Sheet '{asked}' of {path} is empty; its sheets with cells are {titles or 'none'}.")
        return named[0]
    if not full:
        raise BadData(f"{path} has no sheet with cells; a table with a header line is expected.")
    if len(full) > 1:
        raise BadValue(f"{path} has several sheets with cells: {titles}. Say which with sheet= (--sheet NAME).")
    if len(sheets) > 1:
        notes.append(f"Sheet '{full[0].title}' was read, the only one of {len(sheets)} that is not empty.")
    return full[0]


def _require_results(where: str, values: Any, formulas: Any) -> None:
    """A formula has a stored result unless no program ever calculated it."""
    bare = [
        cell.coordinate
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and values[cell.coordinate].value is None
    ]
    if bare:
        raise BadData(
            f"{where} has formulas whose results are not stored in the file ({', '.join(bare[:_SHOWN])}"
            f"{', ...' if len(bare) > _SHOWN else ''}); open it in Excel and save it, or save it as CSV."
        )


def _require_alike(where: str, name: str, column: Any, notes: list[str]) -> None:
    """Dates are kept as text; among numbers they are most likely values that Excel misread."""
    dates = [isinstance(value, _DATES) for value in column]
    if not any(dates):
        return
    others = [v for v, date in zip(column, dates, strict=True) if not date and _text(v)]
    if others:
        row = dates.index(True)
        raise BadData(
            f"{where}: column {name} holds dates among other values (row {row}: {_text(column.iloc[row])}); Excel "
            "turns entries such as 1-2 into dates. Format the column as text and enter the values again."
        )
    notes.append(f"Column {name} holds dates; they are treated as text.")


def _text(value: Any) -> str:
    """A cell as CSV would hold it: whole numbers without a point, dates as YYYY-MM-DD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value).strip()
