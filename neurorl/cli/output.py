"""What the commands print: tables for people, JSON for programs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from neurorl.report.files import strict_json
from neurorl.report.numbers import is_label, label, number

_COLOURS = {"held": "green", "missed": "red", "broken": "red", "not run": "dim", "skipped": "dim"}


def print_json(value: Any) -> None:
    """Pure JSON on standard output; a number that is not finite becomes null."""
    print(strict_json(value), end="")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """A table as wide as the terminal; numbers stand to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    rows = [list(row) for row in rows]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for i, name in enumerate(columns):
        right = any(_is_number(row[i]) for row in rows)
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(
                Text(_shown(cell, is_label(name)), style=_COLOURS.get(str(cell), ""))
                for name, cell in zip(columns, row, strict=True)
            )
        )
    _print_titled(title, table)


def print_pairs(pairs: Mapping[str, Any], *, title: str = "") -> None:
    """Names and values, one a line."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 3, 0, 0))
    for name, value in pairs.items():
        table.add_row(Text(name, style="dim"), Text(_shown(value, is_label(name))))
    _print_titled(title, table)


def print_text(text: str, *, bold: bool = False, dim: bool = False) -> None:
    """A paragraph, as it is."""
    from rich.text import Text

    _console().print(Text(text, style="bold" if bold else "dim" if dim else ""))


def records(table: Any) -> list[dict[str, Any]]:
    """A data frame as a list of rows."""
    return table.to_dict(orient="records")


def print_frame(table: Any, *, title: str = "") -> None:
    """A data frame."""
    print_table([str(column).replace("_", " ") for column in table.columns], table.itertuples(index=False), title=title)


def _print_titled(title: str, body: Any) -> None:
    console = _console()
    if title:
        console.print(title, style="bold", markup=False)
    console.print(body)
    console.print()


def _console() -> Any:
    from rich.console import Console as Usual

    class Console(Usual):
        def on_broken_pipe(self) -> None:  # rich would exit with 1; `main` knows what to do
            raise BrokenPipeError

    console = Console(highlight=False)
    # Into a file or a pipe there is no terminal to be as wide as.
    return console if console.is_terminal else Console(highlight=False, width=160)


def _is_number(cell: Any) -> bool:
    return not isinstance(cell, bool | str) and (isinstance(cell, int | float) or hasattr(cell, "dtype"))


def _shown(cell: Any, is_name: bool = False) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, bool) or type(cell).__name__ == "bool_":
        return "yes" if cell else "no"
    if is_name:
        return label(cell)
    return number(float(cell)) if _is_number(cell) else str(cell)
