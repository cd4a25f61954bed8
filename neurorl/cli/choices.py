"""The choices that a command fits: a table or folder in any known layout, or a shipped data set. Imports JAX."""

from pathlib import Path
from typing import Any

from neurorl.analyse.choices import Choices
from neurorl.cli.reading import AS_IT_IS, ReadOptions
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue


def choices_of(
    table: str, task: str | None, by: str, subjects: int | None = None, read: ReadOptions = AS_IT_IS
) -> Choices:
    """Read a table or a shipped data set, as `read` says; `subjects` keeps the first of them."""
    dataset, task, notes = _read(table, task, read)
    return Choices.of(dataset, task, by=by, subjects=subjects, notes=notes)


def _read(table: str, task: str | None, options: ReadOptions) -> tuple[Any, str, tuple[str, ...]]:
    is_file = Path(table).suffix != "" or Path(table).exists()
    if not is_file or table in names("dataset"):
        if options.given():
            raise BadValue(f"{table} is a shipped data set, which needs no --from, --rename, --code and the like.")
        shipped = load("dataset", table)
        chosen, notes = _own_task(table, shipped.task, task)
        dataset = shipped.load()
        return dataset, chosen, notes
    if task is None:
        raise BadValue(f"Which task were the choices in {table} made on? Add --task; `neurorl list tasks` names them.")
    read = options.reading(table, load("task", task))
    return read.dataset, task, read.notes


def _own_task(name: str, own: str, asked: str | None) -> tuple[str, tuple[str, ...]]:
    """The task of a shipped data set, when its own or another was asked for.

    A family's name stands for its form: the data of two_step_daw are data of the two_step task.
    """
    if asked is None or asked == own:
        return own, ()
    if load("task", asked).spaces == load("task", own).spaces:
        return asked, ()
    if own.startswith(f"{asked}_"):
        return own, (f"{name} was recorded on {own}, a form of {asked}; models are fitted in that form.",)
    raise BadValue(
        f"{name} was recorded on the task {own}, whose codes {asked} does not share; leave --task out, or give "
        f"--task {own}."
    )
