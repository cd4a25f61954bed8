"""What a format is: how a layout of trials is recognised, read into the canonical table, and written.

A format turns a `Source` into a `Draft`: canonical rows, what each code of the file became, notes on what was assumed,
and every problem it met, with row numbers of the file. `neurorl.data.layouts` makes a checked `Dataset` of it, or one
error that lists all problems.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.data.dataset import Dataset
from neurorl.data.events import Rules
from neurorl.data.rules import Facts
from neurorl.data.source import Source

ROW = "__row__"  # a column of drafts: the row of the file that a canonical row comes from


@dataclass(frozen=True)
class Wish:
    """What the caller says about a file.

    Attributes:
        spaces: what the codes should mean; None lets the layout say it, where it can.
        codes: for a column of the layout, the file's values -> ours (a code, a label, or "missing").
        subject: name of the subject of a file that does not name it.
        session: name of the session of a file that does not name it.
        event: BIDS: only rows with this `trial_type`, or rules for tables with one row an event.
        where: folders: which files are read; part of their path -> value.
    """

    spaces: Spaces | None = None
    codes: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    subject: Any = None
    session: Any = None
    event: str | Rules | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Draft:
    """Canonical rows before they are checked.

    Attributes:
        table: the rows; None where the problems leave nothing to check.
        spaces: what the codes mean.
        codes: for each column, the file's values -> what they became, as text.
        notes: what was assumed or changed, one sentence each.
        problems: what is wrong, one sentence each, with rows of the file.
        names: canonical column -> the file's name of it, where that differs.
        counted: the file numbers no trials; its rows were counted.
        sessions: the file, or the caller, says what the sessions are.
        coded: the layout, or the caller, says which choices are missing.
        interleaved: rows of different sessions of a subject alternate by design.
        raw: the rows are the file's own, judged even where there are problems already.
    """

    table: pd.DataFrame | None
    spaces: Spaces | None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    counted: bool = False
    sessions: bool = True
    coded: bool = True
    interleaved: bool = False
    raw: bool = False

    def facts(self) -> Facts:
        """What the rules may know; takes the rows of the file out of the table."""
        row = None
        if self.table is not None and ROW in self.table:
            row = self.table[ROW].to_numpy()
            self.table = self.table.drop(columns=ROW)
        return Facts(
            self.names, self.counted, self.sessions, read=True, coded=self.coded, interleaved=self.interleaved, row=row
        )


@dataclass(frozen=True)
class Format:
    """One layout of trials in files.

    Attributes:
        card: title, summary, references, tags.
        extensions: how its files end; "/" for a folder.
        columns: the columns it is recognised by or needs, in words.
        matches: why a source looks like this format, or None where it does not.
        read: the source as a draft.
        write: writes a data set and returns what could not be kept, one sentence each; None where it only reads.
        spaces: whether the layout itself says what was seen and answered, so that no task need be named.
        events: whether the layout knows rows that are events, and joins those of one trial itself.
    """

    card: Card
    extensions: tuple[str, ...]
    columns: str
    matches: Callable[[Source], str | None]
    read: Callable[[Source, Wish], Draft]
    write: Callable[[Dataset, Path], list[str]] | None = None
    spaces: bool = True
    events: bool = False
