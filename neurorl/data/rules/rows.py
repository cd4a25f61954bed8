"""What a rule sees: the canonical rows as arrays, what is known about the file, and what a rule finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from neurorl.core.spaces import Discrete, Spaces
from neurorl.data.checks import as_flags, as_labels, as_numbers, places, session_ids

# The columns of the canonical table that have a meaning of their own.
COLUMNS = frozenset({
    "subject", "session", "trial", "step", "state", "choice", "reward",
    "valid", "scored", "discount", "stim", "informed",
})  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found.

    Attributes:
        rule: short name of the rule.
        outcome: "problem": the table is refused; "note": it is accepted, and this is said.
        text: one or two sentences, with row numbers.
    """

    rule: str
    outcome: Literal["problem", "note"]
    text: str


@dataclass(frozen=True)
class Facts:
    """What is known about where canonical rows come from.

    Attributes:
        names: canonical column -> the file's name of it, where that differs.
        counted: the file numbers no trials; its rows were counted.
        sessions: the file, or the caller, says what the sessions are.
        read: the rows were read from a file, so that `rename=` and `codes=` can settle what is unclear.
        coded: the layout, or the caller, says which choices are missing, so that -1 stands for nothing else.
        told: the caller defined the values of the choice column.
        interleaved: rows of different sessions of a subject alternate by design.
        simulated: a task made the rows, so that their steps and trials need no judgement.
        row: for each canonical row, its row in the file; None where they are the same.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    counted: bool = False
    sessions: bool = True
    read: bool = False
    coded: bool = False
    told: bool = False
    interleaved: bool = False
    simulated: bool = False
    row: np.ndarray | None = None

    def name(self, column: str) -> str:
        """What a canonical column is called in the file."""
        return self.names.get(column, column)


class Rows:
    """Canonical rows as arrays; a cell that is not sound is left out of every rule."""

    def __init__(self, table: pd.DataFrame, spaces: Spaces, facts: Facts) -> None:
        """Take a table that has all required columns."""
        self.table, self.spaces, self.facts = table, spaces, facts
        self.columns: dict[str, pd.Series] = {str(name): column for name, column in table.items()}

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def session(self) -> np.ndarray:
        """Number of each row's session, from 0 in order of appearance."""
        (subject, _), (session, _) = self._labels
        return session_ids(subject, session)

    @cached_property
    def _labels(self) -> list[tuple[pd.Series, np.ndarray]]:
        return [as_labels(self.columns[name]) for name in ("subject", "session")]

    @cached_property
    def trial(self) -> np.ndarray:
        """Trial within the session, NaN where it is not sound."""
        return as_numbers(self.columns["trial"])[0]

    @cached_property
    def step(self) -> np.ndarray:
        """Step within the trial, NaN where it is not sound."""
        return as_numbers(self.columns["step"])[0]

    @cached_property
    def state(self) -> np.ndarray:
        """Code of what was seen; -1 where it is not sound or not a code."""
        obs = self.spaces.obs
        if not isinstance(obs, Discrete):
            return np.full(len(self), -1)
        numbers = as_numbers(self.columns["state"])[0]
        sound = (numbers >= 0) & (numbers < obs.n) & (numbers == np.floor(numbers))
        return np.where(sound, numbers, -1).astype(np.int64)

    @cached_property
    def _choice(self) -> tuple[np.ndarray, np.ndarray]:
        return as_numbers(self.columns["choice"])

    @cached_property
    def choice(self) -> np.ndarray:
        """Code of the choice; -1 where it is missing or not sound."""
        numbers = self._choice[0]
        sound = (numbers >= 0) & (numbers < self.spaces.discrete_action().n) & (numbers == np.floor(numbers))
        return np.where(sound, numbers, -1).astype(np.int64)

    @cached_property
    def written(self) -> set[float]:
        """The numbers that the choice column holds, sound or not."""
        numbers = self._choice[0]
        return set(np.unique(numbers[np.isfinite(numbers)]).tolist())

    @cached_property
    def minus_one(self) -> np.ndarray:
        """Where -1 is written as the choice and `valid` does not say that it is missing."""
        return (self._choice[0] == -1) & self.valid

    @cached_property
    def missing(self) -> np.ndarray:
        """Where the choice is missing: -1 or empty."""
        numbers, unusable = self._choice
        return (np.isnan(numbers) & ~unusable) | (numbers == -1)

    @cached_property
    def reward(self) -> np.ndarray:
        """What was paid; NaN where it is empty or not sound."""
        return as_numbers(self.columns["reward"])[0]

    @cached_property
    def valid(self) -> np.ndarray:
        """False where column `valid` says so."""
        return as_flags(self.columns["valid"])[0] if "valid" in self.columns else np.ones(len(self), bool)

    @cached_property
    def unscored(self) -> np.ndarray:
        """Where column `scored` says that the choice is not scored."""
        if "scored" not in self.columns:
            return np.zeros(len(self), bool)
        flags, unusable = as_flags(self.columns["scored"])
        return ~flags & ~unusable

    @cached_property
    def happened(self) -> np.ndarray:
        """Where there is a sound choice on a valid row."""
        return (self.choice >= 0) & self.valid

    @cached_property
    def forbidden(self) -> np.ndarray:
        """Where the task does not accept the choice in that state."""
        if not self.spaces.legal or not isinstance(self.spaces.obs, Discrete):
            return np.zeros(len(self), bool)
        known = self.happened & (self.state >= 0)
        return known & ~np.asarray(self.spaces.legal, bool)[self.state, self.choice]

    @cached_property
    def free(self) -> np.ndarray:
        """Where the choice is free; everywhere, unless the task says otherwise."""
        if not self.spaces.free or not isinstance(self.spaces.obs, Discrete):
            return np.ones(len(self), bool)
        return (self.state >= 0) & np.asarray(self.spaces.free, bool)[self.state]

    @cached_property
    def block(self) -> np.ndarray:
        """Number of each row's trial, from 0: rows of one session with one trial number."""
        trial = np.where(np.isnan(self.trial), -1, self.trial)
        changed = (np.diff(self.session, prepend=-1) != 0) | (np.diff(trial, prepend=-2) != 0)
        return np.cumsum(changed) - 1

    @cached_property
    def starts(self) -> np.ndarray:
        """First row of each piece of a session."""
        return np.flatnonzero(np.diff(self.session, prepend=-1))

    @cached_property
    def in_file(self) -> np.ndarray:
        """The rows in the order of the file."""
        return np.arange(len(self)) if self.facts.row is None else np.argsort(self.facts.row, kind="stable")

    @cached_property
    def ordered(self) -> bool:
        """Whether each session is in one piece, its trials and steps rising, so that trials can be judged."""
        if any(unusable.any() for _, unusable in self._labels):
            return False
        if any((np.isnan(numbers) | (numbers != np.floor(numbers))).any() for numbers in (self.trial, self.step)):
            return False
        same = np.diff(self.session) == 0
        ahead, within = np.diff(self.trial), np.diff(self.step)
        rising = (ahead > 0) | ((ahead == 0) & (within > 0))
        return len(np.unique(self.session[self.starts])) == len(self.starts) and bool((rising | ~same).all())

    def places(self, where: np.ndarray) -> str:
        """The rows of a mask in words, as the file counts them."""
        rows = np.flatnonzero(where)
        return places(rows if self.facts.row is None else np.unique(self.facts.row[rows]))

    def choices(self) -> tuple[str, ...]:
        """Labels of the actions."""
        return self.spaces.discrete_action().labels

    def problem(self, rule: str, text: str) -> Finding:
        """A finding for which the table is refused."""
        return Finding(rule, "problem", text)

    def note(self, rule: str, text: str) -> Finding:
        """A finding that is said."""
        return Finding(rule, "note", text)
