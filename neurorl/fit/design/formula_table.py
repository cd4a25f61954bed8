"""The table that a formula reads: its columns as numbers or as categories, with sentences for what is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.design.formula_terms import ALLOWED

FEW = 6  # whole numbers of at most so many kinds may be codes of groups
SHOWN = 8
STAND_INS = (-9999.0, -999.0, -99.0, -9.0, 999.0, 9999.0)  # numbers that tables hold for a missing value


@dataclass(frozen=True)
class Categories:
    """A column as categories.

    Attributes:
        codes: [S] position of each row's level.
        labels: the levels, the reference first.
    """

    codes: np.ndarray
    labels: tuple[str, ...]

    @classmethod
    def of(cls, values: Any, levels: Sequence[Any]) -> "Categories":
        """Values [S] by their levels in this order."""
        codes = np.stack([np.asarray(values == level, bool) for level in levels], axis=1).argmax(axis=1)
        return cls(codes, tuple(map(label, levels)))

    def first(self, level: str) -> "Categories":
        """The same with this level as the reference; `BadValue` where there is none of that name."""
        return self.ordered([level, *(name for name in self.labels if name != level)])

    def ordered(self, levels: Sequence[str]) -> "Categories":
        """The same with the levels in this order."""
        place = np.array([levels.index(name) for name in self.labels])
        return Categories(place[self.codes], tuple(levels))

    def named(self, level: object) -> str | None:
        """The label of a level as it was written (1, 1.0 and "1" are the same)."""
        for written in (label(level), _as_number(level)):
            if written in self.labels:
                return written
        return None


def label(level: object) -> str:
    """A level as text; 2.0 is 2."""
    if isinstance(level, float | np.floating) and float(level).is_integer():
        return str(int(level))
    return str(level)


def _as_number(level: object) -> str:
    try:
        return label(float(str(level)))
    except ValueError:
        return str(level)


class FormulaTable:
    """The columns that a formula may name.

    Attributes:
        formula: it, for messages.
        n_rows: one row a unit.
        notes: sentences that a reader of the effects should know; they grow as columns are read.
    """

    def __init__(self, table: pd.DataFrame, formula: str, unusable: Mapping[str, str] | None = None):
        self.formula, self.n_rows = formula, len(table)
        self.notes: list[str] = []
        self._table, self._unusable = table.reset_index(drop=True), dict(unusable or {})
        self.names = [str(name) for name in table.columns]

    def __contains__(self, name: str) -> bool:
        return name in self.names or name in self._unusable

    def column(self, name: str) -> pd.Series:
        """A column without a gap.

        Raises:
            BadValue: there is no such column, or it is not about units.
            BadData: a value is missing.
        """
        if name in self._unusable:
            raise BadValue(f"The formula '{self.formula}' names '{name}', but {self._unusable[name]}.")
        if name not in self.names:
            listed = ", ".join(self.names)
            near = [own for own in self.names if not own.isidentifier() and name in re.findall(r"\w+", own)]
            more = "" if name.isidentifier() else f" {ALLOWED}"
            if near:
                more = f" Write `{near[0]}` between back-quotes."
            raise BadValue(
                f"The formula names '{name}', which is not a column of the table; there are: {listed}.{more}"
            )
        if self.names.count(name) > 1:
            raise BadData(f"The table has {self.names.count(name)} columns called '{name}'; rename all but one.")
        column = self._table.iloc[:, self.names.index(name)].infer_objects()
        if (missing := np.flatnonzero(column.isna())).size:
            raise BadData(
                f"Column '{name}' is empty in {self.rows(missing)}; a unit without its covariate cannot be placed. "
                "Fill it in or leave the unit out."
            )
        return column

    def rows(self, at: np.ndarray) -> str:
        """'row 1, 4 (2 of 8, counted from 0: subjects b, e)'."""
        listed = ", ".join(str(row) for row in at[:SHOWN])
        who = ""
        if "subject" in self._table:
            names = ", ".join(map(label, self._table["subject"].iloc[at[:SHOWN]]))
            who = f": subject{'s' if len(at) > 1 else ''} {names}"
        return f"row {listed} ({len(at)} of {self.n_rows}, counted from 0{who})"

    def is_numeric(self, name: str) -> bool:
        """Whether a column enters as a number: numbers do, words, flags and categories do not."""
        column = self.column(name)
        if pd.api.types.is_complex_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
            raise BadData(f"Column '{name}' holds {column.dtype} values, which a formula does not take; give a number.")
        if pd.api.types.is_timedelta64_dtype(column):
            raise BadData(f"Column '{name}' holds durations; give them as numbers, in seconds or days.")
        return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)

    def numbers(self, name: str, what: str = "is not a number") -> np.ndarray:
        """A column of numbers or flags [S]; `BadData` where one is not finite."""
        column = self.column(name)
        if not self.is_numeric(name) and not pd.api.types.is_bool_dtype(column):
            raise BadValue(f"Column '{name}' holds no numbers, so it {what}.")
        values = column.to_numpy(float)
        if (infinite := np.flatnonzero(~np.isfinite(values))).size:
            raise BadData(f"Column '{name}' is not finite in {self.rows(infinite)}.")
        return values

    def categories(self, name: str, *, asked: bool = False) -> Categories:
        """A column as categories: in sorted order, or in that of a pandas categorical.

        Args:
            name: of the column.
            asked: whether C(...) asked for them; without it numbers written as text are refused.
        """
        column = self.column(name)
        self.is_numeric(name)
        if isinstance(column.dtype, pd.CategoricalDtype):
            levels = [level for level in column.cat.categories if bool((column == level).any())]
        else:
            if not asked and not pd.api.types.is_bool_dtype(column):
                self._refuse_numbers_as_text(name, column)
            levels = _sorted(name, column)
        if len(levels) < 2:
            raise BadData(f"Column '{name}' has the same value in every row, so it explains nothing; leave it out.")
        self._note_spellings(name, levels)
        return Categories.of(column, levels)

    def note_codes(self, name: str) -> None:
        """Say where a column that enters as a number may hold codes of groups."""
        values = np.unique(self.numbers(name))
        if 2 < len(values) <= FEW and 2 * len(values) <= self.n_rows and (values == np.round(values)).all():
            listed = ", ".join(map(label, values))
            self._note(
                f"Column '{name}' holds the numbers {listed} and enters as a number, with one slope along them. If "
                f"they are codes of groups, write C({name})."
            )

    def note_stand_ins(self, name: str) -> None:
        """Say where a number may stand for a missing value."""
        values = self.numbers(name)
        for value in np.intersect1d(np.unique(values), STAND_INS):
            others = values[values != value]
            if len(others) and (others.min() >= 0 > value or (value > 0 and others.max() < value / 2)):
                self._note(
                    f"Column '{name}' is {label(value)} in {self.rows(np.flatnonzero(values == value))} and lies "
                    f"between {others.min():g} and {others.max():g} elsewhere; if that stands for a missing value, "
                    "leave it empty."
                )

    def _refuse_numbers_as_text(self, name: str, column: pd.Series) -> None:
        as_numbers: Any = pd.to_numeric(column.astype(object), errors="coerce")
        is_number = np.asarray(as_numbers.notna(), bool)
        if not is_number.any():
            return
        if is_number.all():
            raise BadData(
                f"Column '{name}' holds numbers written as text; give them as numbers, or write C({name}) for "
                "categories."
            )
        if is_number.mean() > 0.5:
            odd = np.flatnonzero(~is_number)
            raise BadData(
                f"Column '{name}' holds numbers, but '{column.iloc[odd[0]]}' in {self.rows(odd)}; correct it, "
                f"leave the unit out, or write C({name}) for categories."
            )

    def _note_spellings(self, name: str, levels: Sequence[Any]) -> None:
        seen: dict[str, str] = {}
        for level in map(label, levels):
            plain = " ".join(level.split()).casefold()
            if plain in seen:
                self._note(
                    f"Column '{name}' has the levels '{seen[plain]}' and '{level}', which differ in case or spaces "
                    "only and are taken as two groups."
                )
            seen.setdefault(plain, level)

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def _sorted(name: str, column: pd.Series) -> list[Any]:
    try:
        levels = list(column.unique())
    except TypeError:
        raise BadData(f"Column '{name}' holds neither numbers nor words.") from None
    try:
        return sorted(levels)
    except TypeError:
        return sorted(levels, key=str)
