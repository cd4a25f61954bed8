"""A data frame as an HTML table: one number format a column, so that digits stand under digits."""

import math
import statistics
from collections.abc import Callable
from html import escape
from typing import Any

from neurorl.report.numbers import NOTHING, fixed, is_label, label, number, whole

MOST_ROWS = 40


def table_html(name: str, table: Any, caption: str, label: str) -> str:
    """One captioned table; a long one is cut, and says so."""
    table = _with_index_as_columns(table)
    shown = table.head(MOST_ROWS)
    columns = [(_title(column), *_column(shown[column], is_label(column))) for column in shown.columns]
    head = "".join(f'<th scope="col"{_numeric(is_number)}>{escape(title)}</th>' for title, is_number, _ in columns)
    rows = "".join(_row([(is_number, cells[i]) for _, is_number, cells in columns]) for i in range(len(shown)))
    cut = f"The first {MOST_ROWS} of {len(table):,} rows. " if len(table) > MOST_ROWS else ""
    file = escape(f"tables/{name}.csv", quote=True)
    return (
        f'<figure class="table" id="table-{escape(name, quote=True)}">'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f"<table><caption><b>{escape(label)}.</b> {escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="files">{cut}<a href="{file}" download>{file}</a></p></figure>'
    )


def _row(cells: list[tuple[bool, str]]) -> str:
    """A row whose first cell, where it is text, names the row."""
    out = []
    for i, (is_number, text) in enumerate(cells):
        tag, scope = ("th", ' scope="row"') if i == 0 and not is_number else ("td", "")
        out.append(f"<{tag}{scope}{_numeric(is_number)}>{escape(text)}</{tag}>")
    return f"<tr>{''.join(out)}</tr>"


def _numeric(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def _with_index_as_columns(table: Any) -> Any:
    import pandas as pd

    return table if isinstance(table.index, pd.RangeIndex) else table.reset_index()


def _title(column: Any) -> str:
    """A column's name as words: "log_lik" -> "log lik"; the levels of a stacked header are joined."""
    parts = column if isinstance(column, tuple) else (column,)
    return " · ".join(str(part).replace("_", " ") for part in parts if str(part))


def _column(column: Any, labels: bool) -> tuple[bool, list[str]]:
    """Whether a column holds numbers, and its cells as text; numbers that are labels stand to the right as they are."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if is_bool_dtype(column.dtype):
        return False, [NOTHING if value is None or value != value else "yes" if value else "no" for value in column]
    whole_numbers = not is_numeric_dtype(column.dtype) or all(_missing(x) or float(x).is_integer() for x in column)
    if labels and whole_numbers:
        return is_numeric_dtype(column.dtype), [NOTHING if _missing(value) else label(value) for value in column]
    if not is_numeric_dtype(column.dtype):
        return False, [NOTHING if _missing(value) else str(value) for value in column]
    values = [math.nan if _missing(value) else float(value) for value in column]
    show = _format(values)
    return True, [show(value) for value in values]


def _missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _format(values: list[float]) -> Callable[[float], str]:
    """One format for all numbers of a column, after its typical size; where sizes differ widely, one a cell."""
    sizes = [abs(value) for value in values if math.isfinite(value) and value]
    if all(size.is_integer() and size < 1e15 for size in sizes):
        return lambda x: whole(int(x)) if math.isfinite(x) else number(x)
    if max(sizes) > 1000 * min(sizes) or not 1e-4 < max(sizes) < 1e9:
        return number
    size = math.floor(math.log10(statistics.median(sizes)))
    decimals = max(0, 3 - size) if size >= 0 else 2 - size  # 0.0512, 0.704, 2.345, 23.45, 234.5, 2,345
    return lambda x: fixed(x, decimals) if math.isfinite(x) else number(x)
