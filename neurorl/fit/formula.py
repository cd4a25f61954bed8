"""Formulas such as `diagnosis + age`: which columns of a table explain a parameter in the population.

    terms joined by +       each a column, or two columns joined by : (their product)
    a * b                   a + b + a:b
    C(column)               a column of numbers taken as categories
    C(column, level)        categories against this one
    standardise(column)     (x - mean) / sd over the rows (ddof 0)
    1                       the intercept, which is always there

Numbers go in as they are. Words, booleans and categories are coded against a reference by a column of 0 and 1 for every
other level: treatment coding. The reference is the level that C names, else the first in sorted order, or in the order
of a pandas categorical.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue

INTERCEPT = "Intercept"
_TERM = re.compile(r"^(?:(C|standardise)\(\s*(.+?)\s*\)|(.+))$")


@dataclass(frozen=True)
class Columns:
    """What explains one parameter.

    Attributes:
        terms: names, `Intercept` first.
        x: [S, terms].
    """

    terms: tuple[str, ...]
    x: np.ndarray

    @classmethod
    def of(cls, formula: str, table: pd.DataFrame) -> Self:
        """The columns of a formula; see the module.

        Raises:
            BadValue: the formula is not understood, or names a column that is not there.
            BadData: a value is missing, or columns depend on each other.
        """
        names, parts = [INTERCEPT], [np.ones(len(table))]
        for term in _terms(formula):
            for name, values in _coded(term, table).items():
                names.append(name)
                parts.append(values)
        x = np.stack(parts, axis=1)
        if np.linalg.matrix_rank(x) < x.shape[1]:
            raise BadData(
                f"The columns of '{formula}' depend on each other over these {len(table)} rows (one is constant, or "
                "the sum of others), so their effects cannot be told apart; leave one out."
            )
        return cls(tuple(names), x)


@dataclass(frozen=True)
class Design:
    """What explains each parameter of a population; parameters that are not named have an intercept alone.

    Attributes:
        of_parameter: parameter's name -> its columns.
        n_units: rows of the table, one a unit.
    """

    of_parameter: Mapping[str, Columns]
    n_units: int

    @classmethod
    def of(cls, formulas: Mapping[str, str], table: pd.DataFrame) -> Self:
        """The design of `{"beta": "diagnosis + age"}`.

        Args:
            formulas: parameter -> its formula, with or without `beta ~` in front.
            table: one row a unit, in the order of the fitted units.
        """
        return cls({name: Columns.of(text, table) for name, text in formulas.items()}, len(table))

    @classmethod
    def intercepts(cls, n_units: int) -> Self:
        """No covariates."""
        return cls({}, n_units)

    def only(self, parameters: Iterable[str]) -> Self:
        """The part of it that is about these parameters."""
        kept = {name: self.of_parameter[name] for name in parameters if name in self.of_parameter}
        return type(self)(kept, self.n_units)

    def columns(self, parameter: str) -> Columns:
        """The columns of one parameter."""
        alone = Columns((INTERCEPT,), np.ones((self.n_units, 1)))
        return self.of_parameter.get(parameter, alone)

    def check(self, parameters: tuple[str, ...], n_units: int) -> None:
        """Refuse a design that names other parameters or has another number of rows than are fitted."""
        if unknown := [name for name in self.of_parameter if name not in parameters]:
            raise BadValue(
                f"The design explains {', '.join(unknown)}, but what is fitted is {', '.join(parameters) or 'nothing'}."
            )
        if self.n_units != n_units:
            raise BadValue(f"The design has {self.n_units} rows, but {n_units} units are fitted; give one row a unit.")


def _terms(formula: str) -> list[str]:
    text = formula.split("~")[-1]
    terms: list[str] = []
    for part in text.split("+"):
        part = part.strip()
        if not part or any(sign in part for sign in "-|^/"):
            raise BadValue(
                f"The formula '{formula}' is not understood; write columns joined by +, such as 'diagnosis + age'. "
                "Products are a:b, and a * b is a + b + a:b."
            )
        crossed = [factor.strip() for factor in part.split("*")]
        if len(crossed) > 2 or not all(crossed):
            raise BadValue(f"In the formula '{formula}', '{part}' is not understood; * joins two columns.")
        terms += crossed + ([":".join(crossed)] if len(crossed) == 2 else [])
    return [term for term in dict.fromkeys(terms) if term != "1"]


def _coded(term: str, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Name of column -> values, for one term."""
    whole = {"": np.ones(len(table))}
    for factor in term.split(":"):
        own = _factor(factor.strip(), table)
        whole = {f"{a}:{b}".lstrip(":"): x * y for a, x in whole.items() for b, y in own.items()}
    return whole


def _factor(factor: str, table: pd.DataFrame) -> dict[str, np.ndarray]:
    found = _TERM.match(factor)
    how, name = (found[1], found[2] or found[3]) if found else (None, factor)
    name, _, reference = (part.strip() for part in name.partition(",")) if how == "C" else (name, "", "")
    if name not in table.columns:
        listed = ", ".join(str(column) for column in table.columns)
        raise BadValue(f"The formula names '{name}', which is no column of the table; there are: {listed}.")
    column = table[name]
    if (missing := np.flatnonzero(column.isna())).size:
        rows = ", ".join(str(row) for row in missing[:8])
        raise BadData(
            f"Column '{name}' is empty in row {rows} ({missing.size} of {len(table)}, counted from 0); a unit without "
            "its covariate cannot be placed. Fill it in or leave the unit out."
        )
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if how != "C" and numeric:
        values = column.to_numpy(float)
        if how == "standardise":
            values = (values - values.mean()) / (values.std() or 1.0)
        return {factor: values}
    if how == "standardise":
        raise BadValue(f"Column '{name}' holds no numbers, so it cannot be standardised.")
    categorical = isinstance(column.dtype, pd.CategoricalDtype)
    levels = [c for c in column.cat.categories if (column == c).any()] if categorical else sorted(column.unique())
    if len(levels) < 2:
        raise BadData(f"Column '{name}' has the same value in every row, so it explains nothing; leave it out.")
    if reference:
        named = [level for level in levels if str(level) == reference]
        if not named:
            there = ", ".join(map(str, levels))
            raise BadValue(f"Column '{name}' has no level '{reference}' to compare with; there are: {there}.")
        levels = named + [level for level in levels if level not in named]
    called = name if reference else factor
    return {f"{called}[{level}]": (column == level).to_numpy(float) for level in levels[1:]}
