"""How many decisions of a table are scored, and why the others are not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from neurorl.data.dataset import Dataset

# field of `Scored` -> what such a row is called, for one and for several
_WORDS = {
    "forced": ("step without a free choice", "steps without a free choice"),
    "excluded": ("choice that the table marks as not scored", "choices that the table marks as not scored"),
    "missed": ("missed choice", "missed choices"),
    "invalid": ("step that the table marks as invalid", "steps that the table marks as invalid"),
    "forbidden": (
        "choice that the task does not allow in that state",
        "choices that the task does not allow in that state",
    ),
}
DESIGN = ("forced", "excluded")  # reasons that belong to the experiment's design
FAULTS = ("missed", "invalid", "forbidden")  # reasons that a reader of the numbers must know


@dataclass(frozen=True)
class Scored:
    """Numbers of decisions (rows of a table); every decision is counted once.

    A decision is counted under the first of these that holds: scored, forbidden, forced, missed, invalid, excluded.

    Attributes:
        decisions: all rows.
        scored: rows that a fit scores: free, allowed, and made.
        forbidden: the task does not allow this choice in this state.
        forced: the task leaves no free choice at that step.
        missed: no choice was made.
        invalid: a choice is given, but the table says `valid` = False (an aborted trial, for example).
        excluded: free and allowed, but the table says `scored` = False (forced-choice trials, practice).
    """

    decisions: int
    scored: int
    forbidden: int
    forced: int
    missed: int
    invalid: int
    excluded: int

    @property
    def faults(self) -> int:
        """Rows that are not scored for another reason than the design."""
        return sum(getattr(self, name) for name in FAULTS)

    def as_dict(self) -> dict[str, int]:
        """Reason -> number of rows, the zeros included."""
        return {"decisions": self.decisions, "scored": self.scored} | {name: getattr(self, name) for name in _WORDS}

    def sentence(self) -> str:
        """ "Scored 90 of 120 decisions; not scored: 30 steps without a free choice." """
        head = f"Scored {self.scored:,} of {self.decisions:,} decisions"
        reasons = self.reasons((*DESIGN, *FAULTS))
        return f"{head}; not scored: {reasons}." if reasons else f"{head}."

    def caution(self) -> str:
        """The sentence a reader of the numbers must know; empty where only the design leaves rows unscored."""
        if not self.faults:
            return ""
        more = ""
        if self.forbidden:
            more = (
                " A choice that is not allowed in its state points to a wrong task, state or choice code; check the "
                "codes with `neurorl convert TABLE --task TASK --dry-run`."
            )
        share = self.faults / (self.scored + self.faults)
        return (
            f"Scored {self.scored:,} of {self.decisions:,} decisions. Apart from what the design leaves out, "
            f"{self.faults:,} ({share:.1%}) are not scored: {self.reasons(FAULTS)}.{more}"
        )

    def reasons(self, names: tuple[str, ...]) -> str:
        """The reasons with their numbers, those of no row left out: "3 missed choices, 1 ..."."""
        counts = {name: getattr(self, name) for name in names if getattr(self, name)}
        return ", ".join(f"{n:,} {_WORDS[name][n != 1]}" for name, n in counts.items())


def count_scored(dataset: "Dataset") -> Scored:
    """Count the decisions of a data set by whether they are scored, and if not, why."""
    table, spaces = dataset.table, dataset.schema.spaces
    choice = table["choice"].to_numpy()
    everything = np.ones(len(table), bool)
    free, allowed = everything, everything
    if "state" in table:
        state = table["state"].to_numpy()
        free = np.asarray(spaces.free, bool)[state] if spaces.free else everything
        allowed = np.asarray(spaces.legal, bool)[state, choice] if spaces.legal else everything
    rest = everything
    counts = {}
    for name, rows in (
        ("scored", table["scored"].to_numpy(bool)),
        ("forbidden", (choice >= 0) & ~allowed),
        ("forced", ~free),
        ("missed", choice < 0),
        ("invalid", ~table["valid"].to_numpy(bool)),
        ("excluded", everything),
    ):
        counts[name] = int((rest & rows).sum())
        rest = rest & ~rows
    return Scored(len(table), **counts)
