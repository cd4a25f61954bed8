"""Trials tables of NWB files (`intervals/trials`), one file or a folder of them.

A file is a session: its subject is `subject.subject_id`, its session `session_id` (or the identifier). Columns have no
fixed names in NWB: choice, reward, trial, step and state are found by the names people use (choice, response, action,
...; reward, outcome, feedback, ...), and what was taken is said; `rename` says it otherwise. Choices are labels of the
task ("left"), or codes from 0 or from 1. Written files have a row for each decision and all columns of the table.
"""

from pathlib import Path

import pandas as pd

from neurorl.core.card import Card
from neurorl.data.dataset import Dataset
from neurorl.data.format import Draft, Format, Wish
from neurorl.data.formats._loose import loose_rows
from neurorl.data.formats._nwb import nwb_files, read_all, trial_columns, write_sessions
from neurorl.data.source import Source


def matches(source: Source) -> str | None:
    """NWB files whose trials are not those of the AIND foraging task."""
    if not nwb_files(source) or "animal_response" in trial_columns(source):
        return None
    return "it ends in .nwb" if source.kind == "nwb" else "the folder holds .nwb files"


def read(source: Source, wish: Wish) -> Draft:
    """The trials of all files."""
    draft = Draft(None, wish.spaces)
    table = read_all(source, wish, draft)
    if "subject" in table and table["subject"].isna().any() and wish.subject is not None:
        table["subject"] = table["subject"].where(table["subject"].notna(), wish.subject)
    return loose_rows(table, wish, draft)


def write(dataset: Dataset, path: Path) -> list[str]:
    """One file a session, one row a decision."""
    descriptions = {column.name: column.doc for column in dataset.schema.columns}
    for column in dataset.schema.columns:
        if column.labels:
            descriptions[column.name] += f" ({column.allowed})"
    return write_sessions(pd.DataFrame(dataset.table), path, descriptions)


FORMAT = Format(
    card=Card(
        title="NWB trials table",
        summary="intervals/trials of Neurodata Without Borders files, one file or a folder; columns are found by the "
        "names people use or renamed. Needs the extra nwb.",
        refs=("rubel2022",),
        tags=("nwb", "physiology"),
    ),
    extensions=(".nwb", "/"),
    columns="choice (or response, action, ...), reward (or outcome, feedback, ...); optional trial, step, state",
    matches=matches,
    read=read,
    write=write,
    spaces=False,
)
