"""What a table of decisions must look like: its columns, their codes and their units."""

from dataclasses import dataclass
from typing import Literal, Self

import pandas as pd

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data.checks import problems
from neurorl.data.rules import Facts, Finding, judge

Kind = Literal["label", "count", "code", "number", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of a table of decisions.

    Attributes:
        name: its name.
        kind: "label" (text or whole numbers), "count" (0, 1, 2, ...), "code" (a number with a meaning),
            "number" (real), "flag" (True or False).
        doc: what it holds, a few words.
        units: units, "1" for a pure number.
        required: whether a table must have it.
        labels: meaning of the codes 0, 1, ...
    """

    name: str
    kind: Kind
    doc: str
    units: str = "1"
    required: bool = True
    labels: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """The allowed codes with their labels: "0 left, 1 right"."""
        return ", ".join(f"{code} {label}" for code, label in enumerate(self.labels))


_WHO_AND_WHEN = (
    Column("subject", "label", "who decided"),
    Column("session", "label", "session of this subject; 0 where there is only one"),
    Column("trial", "count", "trial within the session, from 0"),
    Column("step", "count", "decision within the trial, from 0; 0 where a trial has only one"),
)
_OPTIONAL = (
    Column("valid", "flag", "False where the step did not happen; by default where the choice is missing", "1", False),
    Column("scored", "flag", "True where the choice was free; by default from the task's spaces", "1", False),
    Column("discount", "number", "0 where a trial ends; by default 0 on its last row, else 1", "1", False),
    Column("stim", "number", "additive dopamine stimulation; 0 by default", "reward", False),
    Column("informed", "flag", "False where no outcome was shown; by default from the task's spaces", "1", False),
)


@dataclass(frozen=True)
class Schema:
    """The columns of a table of decisions made in some spaces.

    Attributes:
        spaces: what the subject saw and could answer.
        columns: what the table holds, in order.
    """

    spaces: Spaces
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """The schema for these spaces; raises `DoesNotFit` where decisions cannot be rows of a table."""
        if not isinstance(spaces.action, Discrete):
            raise DoesNotFit("A table holds coded choices, but the actions of this task are real numbers.")
        if isinstance(spaces.obs, Discrete):
            seen = (Column("state", "code", "what the subject saw", labels=spaces.obs.labels),)
        elif len(spaces.obs.shape) == 1:
            seen = tuple(
                Column(f"obs_{i}", "number", spaces.obs.labels[i] if spaces.obs.labels else "what the subject saw")
                for i in range(spaces.obs.shape[0])
            )
        else:
            raise DoesNotFit(
                f"A table holds codes or vectors, but the observations of this task have shape {spaces.obs.shape}; "
                "keep such sessions as a recording (NetCDF)."
            )
        answered = (
            Column("choice", "code", "what the subject answered; -1 where missing", labels=spaces.action.labels),
            Column("reward", "number", "reward; empty only where the step did not happen", "reward"),
        )
        return cls(spaces, (*_WHO_AND_WHEN, *seen, *answered, *_feedback(spaces), *_OPTIONAL))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, required and optional."""
        return tuple(column.name for column in self.columns)

    @property
    def seen(self) -> tuple[str, ...]:
        """Names of the columns that hold the observation: `state`, or `obs_0`, `obs_1`, ..."""
        return tuple(name for name in self.names if name == "state" or name.startswith("obs_"))

    @property
    def feedback(self) -> tuple[str, ...]:
        """Names of the columns that hold feedback besides the reward; empty where the task shows none."""
        return tuple(name for name in self.names if name == "feedback" or name.startswith("feedback_"))

    def check(self, table: pd.DataFrame) -> list[str]:
        """Everything that is wrong with a table, one sentence a problem; empty if nothing is.

        Rows are counted from 0 by position. Many rows with one problem share a sentence.
        """
        return [finding.text for finding in self.findings(table) if finding.outcome == "problem"]

    def findings(self, table: pd.DataFrame, facts: Facts | None = None) -> list[Finding]:
        """What is wrong with a table, and what should be said about it, by the rules of `neurorl.data.rules`.

        Args:
            table: the rows.
            facts: what is known about where they come from.
        """
        found = [Finding("structure", "problem", text) for text in problems(self.columns, table, self.spaces.informed)]
        required = {column.name for column in self.columns if column.required}
        if isinstance(table, pd.DataFrame) and len(table) and table.columns.is_unique and required <= set(table):
            found += judge(table, self.spaces, facts, sound=not found)
        return found


def _feedback(spaces: Spaces) -> tuple[Column, ...]:
    """The columns of what is shown besides the reward."""
    space = spaces.feedback
    if space is None:
        return ()
    if isinstance(space, Discrete):
        doc = "what was shown besides the reward; -1 or empty where it was not shown"
        return (Column("feedback", "code", doc, labels=space.labels),)
    if len(space.shape) > 1:
        raise DoesNotFit(
            f"A table holds codes or vectors, but the feedback of this task has shape {space.shape}; keep such "
            "sessions as a recording (NetCDF)."
        )
    named = space.labels or ("what was shown besides the reward",) * (space.shape[0] if space.shape else 1)
    names = [f"feedback_{i}" for i in range(space.shape[0])] if space.shape else ["feedback"]
    return tuple(
        Column(name, "number", f"{label}; empty where not shown") for name, label in zip(names, named, strict=True)
    )
