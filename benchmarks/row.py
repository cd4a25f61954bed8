"""One row of the table, and how the rows of one file are run and handed over."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measured claim.

    Attributes:
        what: what was done.
        ours, peer: the measured figures with their units, as text; `peer` is empty where there is none.
        ratio: how many times better (or, where the target says "at most", how many times the peer) we are.
        target: what was asked for; empty where the row only reports.
        met: whether the target was met; None where the row only reports.
        how: how it was measured, in a few words.
        notes: sentences with further figures, for below the table.
        numbers: the raw figures.
    """

    what: str
    ours: str
    how: str
    peer: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    notes: tuple[str, ...] = ()
    numbers: dict[str, Any] = field(default_factory=dict)


def hand_over(measure: Callable[[bool], list[Row]]) -> None:
    """The main function of a row's file: `python -m benchmarks.NAME [--quick]` prints its rows as JSON."""
    print(json.dumps([asdict(row) for row in measure("--quick" in sys.argv[1:])]))
