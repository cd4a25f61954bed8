"""A table of decisions that is known to be sound."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.types import Record
from neurorl.data.checks import as_flags, as_labels, as_numbers, session_ids, shown_in
from neurorl.data.files import read_table, write_table
from neurorl.data.labels import labelled
from neurorl.data.records import HELD, is_choice, to_records, to_table
from neurorl.data.rules import Facts, Finding
from neurorl.data.schema import Schema


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Decisions of subjects, one row a decision, checked when made.

    Every optional column is filled in: `valid` is False where the choice is missing (-1 or empty);
    `scored` is True where the choice was free and legal in its state; `discount` is 0 on the last row of
    each trial, else 1; `stim` is 0. `informed` is there where the table has it or the task has states whose outcome is
    not shown; the reward of such a step may be empty. A step that did not happen is never scored. Columns that the
    schema does not know are kept as they are.

    Attributes:
        table: the rows, core columns first; a copy of what was given.
        schema: what the columns mean.
        origin: where the table came from, for messages and reports.
        notes: what a reader of the data must know, one sentence each: what was assumed when they were read, and what
            the rules of `neurorl.data.rules` found. `facts` is what those rules know about the source; readers give it.
    """

    table: pd.DataFrame
    schema: Schema
    origin: str = ""
    notes: tuple[str, ...] = ()
    facts: InitVar[Facts | None] = None

    def __post_init__(self, facts: Facts | None) -> None:
        table, _ = labelled(self.table, self.schema)
        found = self.schema.findings(table, facts)
        if any(finding.outcome == "problem" for finding in found):
            name = f"The table {self.origin}" if self.origin else "The table"
            raise refused(found, name, "CSV")
        object.__setattr__(self, "notes", tuple(dict.fromkeys([*self.notes, *(finding.text for finding in found)])))
        object.__setattr__(self, "table", _completed(table, self.schema))

    @classmethod
    def judged(cls, table: pd.DataFrame, schema: Schema, origin: str, notes: tuple[str, ...]) -> Self:
        """A data set of rows that `schema.findings` found sound; they are not judged again."""
        made = object.__new__(cls)
        complete = _completed(table, schema)
        for name, value in {"table": complete, "schema": schema, "origin": origin, "notes": notes}.items():
            object.__setattr__(made, name, value)
        return made

    def __repr__(self) -> str:
        origin = f", {self.origin}" if self.origin else ""
        return f"Dataset({len(self.subjects)} subjects, {self.n_sessions} sessions, {len(self)} steps{origin})"

    def __len__(self) -> int:
        """Number of rows (steps)."""
        return len(self.table)

    @property
    def subjects(self) -> tuple[Any, ...]:
        """Labels of the subjects, in order of appearance."""
        return tuple(self.table["subject"].unique().tolist())

    @property
    def n_sessions(self) -> int:
        """Number of sessions of all subjects."""
        return int(session_ids(self.table["subject"], self.table["session"])[-1]) + 1

    @classmethod
    def read(cls, path: str | Path, spaces: Spaces, *, rename: Mapping[str, str] | None = None) -> Self:
        """Read a table from a .csv, .csv.gz or .parquet file.

        Args:
            path: the file.
            spaces: what its codes mean (`task.spaces`).
            rename: the file's column names -> ours, for example {"subjID": "subject"}.
        """
        path, rename = Path(path), dict(rename or {})
        labels = [*(old for old, new in rename.items() if new in ("subject", "session")), "subject", "session"]
        table = read_table(path, labels)
        absent = [name for name in rename if name not in table]
        if absent:
            there = ", ".join(str(name) for name in table.columns)
            raise BadValue(f"{path} has no column {', '.join(absent)} to rename; its columns are {there}.")
        return cls(table.rename(columns=rename), Schema.of(spaces), str(path))

    def write(self, path: str | Path) -> None:
        """Write the table to a .csv, .csv.gz or .parquet file; an interrupted write leaves an old file whole."""
        write_table(self.table, Path(path))

    def records(self) -> tuple[Record, pd.DataFrame]:
        """The sessions as a batch of records.

        Shorter sessions are padded at the end with `valid=False`, choice -1 and reward 0. `next_obs` is the
        next row's observation, on a session's last row its own. Real numbers take JAX's default precision.

        Returns:
            the records [S, T], and one row a session with its `subject`, `session` and `n_steps`.
        """
        return to_records(self.table, self.schema)

    @classmethod
    def from_records(
        cls,
        record: Record,
        index: pd.DataFrame,
        schema: Schema,
        *,
        rows: pd.DataFrame | None = None,
        origin: str = "",
    ) -> Self:
        """The table of a batch of records: the inverse of `records`.

        Args:
            record: batch [S, T].
            index: `subject`, `session` and, where known, `n_steps` of each session; without `n_steps`,
                what follows the last valid step of a session is padding.
            schema: schema of the table.
            rows: columns that a record does not hold (trial, step, rt, ...), one row a real step; a whole
                earlier table will do. By default trials end where the discount is 0 and count from 0.
            origin: see `Dataset`.
        """
        n_sessions = np.shape(record.valid)[0]
        if np.ndim(record.valid) != 2 or len(index) != n_sessions:
            raise BadValue(
                f"Records must be a batch [sessions, steps] with one index row a session, but their shape is "
                f"{np.shape(record.valid)} and the index has {len(index)} rows."
            )
        if not {"subject", "session"} <= set(index.columns):
            raise BadValue(f"The index must have columns subject and session; it has {', '.join(map(str, index))}.")
        table, _ = to_table(record, schema, index)
        if rows is not None:
            if len(rows) != len(table):
                raise BadValue(f"`rows` has {len(rows)} rows, but the records hold {len(table)} real steps.")
            further = [
                name
                for name in rows.columns
                if name not in (*HELD, *schema.seen, *schema.feedback, "subject", "session")
            ]
            table = table.assign(**{str(name): rows[name].to_numpy() for name in further})
        return cls(table, schema, origin, facts=Facts(simulated=True))

    def subset(self, *, subjects: Iterable[Any] | None = None, sessions: Iterable[Any] | None = None) -> Self:
        """The rows of some subjects, of some sessions, or of both."""
        keep = np.ones(len(self), bool)
        for name, wanted in (("subject", subjects), ("session", sessions)):
            if wanted is None:
                continue
            wanted = [wanted] if isinstance(wanted, str) or not isinstance(wanted, Iterable) else list(wanted)
            there = self.table[name].unique().tolist()
            absent = [str(label) for label in wanted if label not in there]
            if absent:
                some = ", ".join(map(repr, there[:8])) + (", ..." if len(there) > 8 else "")
                raise BadValue(f"There is no {name} {', '.join(absent)} in this table; there are {some}.")
            keep &= self.table[name].isin(wanted).to_numpy()
        if not keep.any():
            raise BadValue("No row belongs to these subjects and sessions; nothing would be left of the table.")
        return self.judged(self.table.loc[keep, :], self.schema, self.origin, self.notes)


def refused(found: Sequence[Finding], name: str, kind: str = "text") -> BadData:
    """The error that lists all problems of a table with this name, from this kind of file."""
    problems = [finding for finding in found if finding.outcome == "problem"]
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    head = f"{name} has {count} (rows are counted from 0; row 0 is line 2 of a {kind} file):"
    lines = [head, *(f"  {i}. {problem.text}" for i, problem in enumerate(problems, 1))]
    error = BadData("\n".join(lines))
    error.rules = tuple(dict.fromkeys(problem.rule for problem in problems))
    return error


def _completed(table: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """A sound table with every core column, in order and in one dtype each, then the further columns."""
    given = dict(table.items())
    core: dict[str, Any] = {}
    for column in schema.columns:
        if column.name not in given:
            continue
        series = given[column.name]
        if column.kind == "label":
            core[column.name] = as_labels(series)[0]
        elif column.kind == "flag":
            core[column.name] = as_flags(series)[0]
        else:
            numbers = as_numbers(series)[0]
            if column.name == "choice" or (column.name == "feedback" and column.kind == "code"):
                numbers = np.where(np.isnan(numbers), -1, numbers)
            core[column.name] = numbers if column.kind == "number" else numbers.astype(np.int64)

    choice = core["choice"]
    core.setdefault("valid", choice >= 0)
    core["scored"] = core.get("scored", is_choice(schema.spaces, core.get("state"), choice)) & core["valid"]
    if "discount" not in core:
        ids, trial = session_ids(core["subject"], core["session"]), core["trial"]
        core["discount"] = 1.0 - ((np.diff(ids, append=-1) != 0) | (np.diff(trial, append=-1) != 0))
    core.setdefault("stim", np.zeros(len(table)))
    if schema.spaces.informed:
        core.setdefault("informed", shown_in(schema.spaces.informed, core.get("state"), None, len(table)))

    ordered = pd.DataFrame({name: core[name] for name in schema.names if name in core})
    further = table[[name for name in table.columns if name not in core]].reset_index(drop=True)
    return pd.concat([ordered, further], axis=1) if further.shape[1] else ordered
