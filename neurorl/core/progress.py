"""Progress bars for anything that takes more than two seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Advance(Protocol):
    """Call it with the amount of work done and a short text to show beside the bar."""

    def __call__(self, done: float, note: str = "") -> None: ...


@contextmanager
def progress(title: str, total: float, *, quiet: bool = False) -> Iterator[Advance]:
    """A progress bar with time left, on standard error; silent when quiet or not on a terminal.

    Example:
        with progress("Fitting", total=10) as advance:
            advance(1, "subject 1")
    """
    if quiet:
        yield lambda done, note="": None
        return
    # Imported here so that `import neurorl` stays light.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total, note="")
        yield lambda done, note="": bar.update(task, advance=done, note=note)
