"""Formulas such as `diagnosis + age`: which columns of a table explain a parameter in the population.

The notation is R's, and so is the coding of columns (both by formulaic; Wilkinson & Rogers 1973, Applied Statistics 22:
392-399):

    a + b, a:b, a * b       terms; a product; both and their product
    (a + b)**2, a / b, - a  products up to the second order; b within a; without a
    1, 0                    the intercept, which is there by default; 0 + or - 1 takes it out
    C(column)               a column of numbers taken as categories
    C(column, level)        categories against this one; also C(column, Treatment("level")), Sum, Helmert, Diff, Poly
    standardise(column)     (x - mean) / sd over the rows (ddof 0); also scale (ddof 1) and center
    log, sqrt, exp, abs     of a column; arithmetic and comparisons in I(...) or {...}: I(age ** 2), I(age > 30)
    poly, bs, cr, cc        polynomials and splines: poly(age, 2), bs(age, df=4)

Numbers go in as they are. Words, flags and categories are coded against a reference by a column of 0 and 1 for every
other level, and in full where nothing else in the formula stands for what they have in common: `a:x` without `x` gives
each level of a its own slope. The reference is the level that C names, else the first in sorted order, or in the order
of a pandas categorical.

A formula is read, not run: `formula_factors` computes a fixed list of functions and refuses everything else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.core.errors import BadData, BadValue
from neurorl.core.params import free_params
from neurorl.fit.design.formula_factors import Coded, coded
from neurorl.fit.design.formula_table import FormulaTable, label
from neurorl.fit.design.formula_terms import Factor, left_side, terms_of

INTERCEPT = "Intercept"
SHORT = 0.5  # range of a column below which a prior of N(0, 1) for one unit of it is a strong one
FAR = 2.0  # standard deviations from 0 to a column's mean above which the intercept is an extrapolation
_PIECE = re.compile(r"f(\d+)(?:\[(?:([A-Z])\.)?(.+)\]|(\..+))?")


@dataclass(frozen=True)
class Columns:
    """What explains one parameter.

    Attributes:
        terms: names.
        x: [S, terms].
        notes: what a reader of the effects should know, in sentences.
    """

    terms: tuple[str, ...]
    x: np.ndarray
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, formula: str, table: pd.DataFrame, unusable: Mapping[str, str] | None = None) -> Self:
        """The columns of a formula; see the module.

        Args:
            formula: with or without `parameter ~` in front.
            table: one row a unit.
            unusable: name of a column that is not in the table -> why, in words that go on from "names 'age', but".

        Raises:
            BadValue: the formula is not understood, or names a column that is not there.
            BadData: a value is missing or not finite, or columns depend on each other.
        """
        named = FormulaTable(table, formula, unusable)
        terms = terms_of(formula, [*named.names, *(unusable or {})], named.notes)
        made = {factor.key: coded(factor, named) for factor in {f.key: f for term in terms for f in term}.values()}
        names, x = _matrix(terms, made, len(table))
        _require_independent(formula, names, x)
        found = cls(names, x, tuple(named.notes))
        if not found.has_mean:
            named.notes.append(
                "There is neither an intercept nor a column for each level of a category, so the mean is held at the "
                "middle of the parameter's range where all columns are 0."
            )
        return cls(names, x, tuple(named.notes))

    @property
    def has_mean(self) -> bool:
        """Whether the columns span the constant, so that the population's mean is free."""
        if INTERCEPT in self.terms:
            return True
        ones = np.ones(len(self.x))
        return bool(np.abs(self.x @ np.linalg.lstsq(self.x, ones, rcond=None)[0] - ones).max(initial=0) < 1e-8)

    @property
    def means(self) -> np.ndarray:
        """Which coefficients are means of the parameter in a group, rather than differences or slopes [terms].

        The intercept; without it, columns of 0 and 1 that say which level, or which combination of levels, a unit has.
        """
        if INTERCEPT in self.terms:
            return np.array([term == INTERCEPT for term in self.terms])
        place = np.arange(len(self.terms))
        flags = np.asarray(np.isin(self.x, (0.0, 1.0)).all(axis=0))
        for begin in place:  # formulaic puts the columns of such a term side by side
            units = np.zeros(len(self.x))
            for end in place[begin:]:
                units += self.x[:, end]
                if not flags[end] or units.max() > 1:
                    break
                if units.min() == 1:
                    return (place >= begin) & (place <= end)
        return np.zeros(len(self.terms), bool)

    def under_priors(self) -> tuple[str, ...]:
        """Sentences for fits with priors N(0, 1.5) of means and N(0, 1) of other coefficients (`hierarchical`)."""
        said = []
        own = [(t, x) for t, x, mean in zip(self.terms, self.x.T, self.means, strict=True) if not mean]
        if short := [term for term, x in own if np.ptp(x) < SHORT]:
            said.append(
                f"The prior of an effect is N(0, 1) for one unit of its column, and {', '.join(short)} varies by less "
                f"than {SHORT:g}, so the prior holds this effect back; scale the column (standardise) or report em."
            )
        if far := [term for term, x in own if abs(x.mean()) > FAR * x.std() and not np.isin(x, (0.0, 1.0)).all()]:
            said.append(
                f"{', '.join(far)} lies far from 0, where the intercept is taken and its prior holds; centre the "
                "column (standardise or center)."
            )
        return tuple(said)


@dataclass(frozen=True)
class Design:
    """What explains each parameter of a population; parameters that are not named have an intercept alone.

    Attributes:
        of_parameter: parameter's name -> its columns.
        n_units: rows of the table, one a unit.
        labels: what the table's column `subject` calls them; None where it has none, or an id stands there twice.
    """

    of_parameter: Mapping[str, Columns]
    n_units: int
    labels: tuple[str, ...] | None = None

    @classmethod
    def of(cls, formulas: Mapping[str, str], table: pd.DataFrame, unusable: Mapping[str, str] | None = None) -> Self:
        """The design of `{"beta": "diagnosis + age"}`.

        Args:
            formulas: parameter -> its formula, with or without `beta ~` in front.
            table: one row a unit, in the order of the fitted units.
            unusable: as in `Columns.of`.

        Raises:
            BadValue: what stands in front of ~ is not the parameter; otherwise as `Columns.of`.
        """
        for name, text in formulas.items():
            if (left := left_side(text)) not in (None, name):
                raise BadValue(
                    f"The formula of {name} is '{text}', which explains '{left}'. Write one parameter, one ~, and the "
                    f"columns: '{name} ~ diagnosis + age'."
                )
        columns = {name: Columns.of(text, table, unusable) for name, text in formulas.items()}
        labels = tuple(map(label, table["subject"])) if "subject" in table else ()
        return cls(columns, len(table), labels if labels and len(set(labels)) == len(labels) else None)

    @classmethod
    def intercepts(cls, n_units: int) -> Self:
        """No covariates."""
        return cls({}, n_units)

    def of_agent(self, agent: Agent) -> "Design":
        """The same for the parameters that an agent has."""
        return self.only(info.name for info in free_params(agent.params()))

    def only(self, parameters: Iterable[str]) -> Self:
        """The part of it that is about these parameters."""
        kept = {name: self.of_parameter[name] for name in parameters if name in self.of_parameter}
        return replace(self, of_parameter=kept)

    def rows(self, kept: np.ndarray) -> Self:
        """The design of some of the units, by a mask [n_units].

        Raises:
            BadData: without the others columns depend on each other.
        """
        for name, columns in self.of_parameter.items():
            if np.linalg.matrix_rank(columns.x[kept]) < columns.x.shape[1]:
                raise BadData(
                    f"Without the {int((~kept).sum())} units that have no scored choice, the columns of the formula of "
                    f"{name} ({', '.join(columns.terms)}) depend on each other; leave these units and a term out."
                )
        labels = None if self.labels is None else tuple(np.array(self.labels, object)[kept])
        of_parameter = {name: replace(columns, x=columns.x[kept]) for name, columns in self.of_parameter.items()}
        return replace(self, of_parameter=of_parameter, n_units=int(kept.sum()), labels=labels)

    def check_order(self, units: Iterable[object]) -> None:
        """Refuse a design whose column `subject` names the fitted units in another order than they are in."""
        names = tuple(map(label, units))
        if self.labels is not None and self.labels != names and set(self.labels) == set(names):
            raise BadValue(
                f"The rows of the design are of {', '.join(self.labels[:4])}, ..., but the units are fitted in the "
                f"order {', '.join(names[:4])}, ...; sort the table by subject."
            )

    def columns(self, parameter: str) -> Columns:
        """The columns of one parameter."""
        alone = Columns((INTERCEPT,), np.ones((self.n_units, 1)))
        return self.of_parameter.get(parameter, alone)

    def notes(self, *, priors: bool = False) -> tuple[str, ...]:
        """What a reader of the effects should know, one sentence each; with `priors` also what theirs do."""
        return tuple(
            f"Formula of {name}: {note}"
            for name, columns in self.of_parameter.items()
            for note in (*columns.notes, *(columns.under_priors() if priors else ()))
        )

    def check(self, parameters: tuple[str, ...], n_units: int) -> None:
        """Refuse a design that names other parameters or has another number of rows than are fitted."""
        if unknown := [name for name in self.of_parameter if name not in parameters]:
            raise BadValue(
                f"The design explains {', '.join(unknown)}, but what is fitted is {', '.join(parameters) or 'nothing'}."
            )
        for name, columns in self.of_parameter.items():
            if columns.x.shape[1] >= self.n_units:
                raise BadValue(
                    f"The formula of {name} makes {columns.x.shape[1]} columns, but there are {self.n_units} units; "
                    "the spread between units can be told only with fewer columns than units."
                )
        if self.n_units != n_units:
            raise BadValue(f"The design has {self.n_units} rows, but {n_units} units are fitted; give one row a unit.")


def _matrix(
    terms: list[tuple[Factor, ...]], made: Mapping[tuple[str, str], Coded], n_rows: int
) -> tuple[tuple[str, ...], np.ndarray]:
    """Names and columns [S, terms] by formulaic, which sees every factor as a finished column called f0, f1, ..."""
    from formulaic import Formula
    from formulaic.materializers import PandasMaterializer
    from formulaic.parser.types import Factor as Named
    from formulaic.parser.types import Term

    place = {key: f"f{i}" for i, key in enumerate(made)}
    one = Named("1", eval_method="literal")
    made_of: Any = Formula
    spec = made_of(
        [Term([Named(place[factor.key], eval_method="lookup") for factor in term] or [one]) for term in terms]
    )
    context = {place[key]: coded.values for key, coded in made.items()}
    matrix: Any = PandasMaterializer(pd.DataFrame(index=range(n_rows)), context=context).get_model_matrix(
        spec, output="numpy", na_action="ignore"
    )
    names = [_name(column, list(made.values())) for column in matrix.model_spec.column_names]
    return tuple(names), np.asarray(matrix, float).reshape(n_rows, len(names))


def _name(column: str, made: list[Coded]) -> str:
    """`dx[patient]:age` of formulaic's `f0[T.1]:f1`."""
    if column == INTERCEPT:
        return column
    return ":".join(_piece(piece, made) for piece in column.split(":"))


def _piece(piece: str, made: list[Coded]) -> str:
    found = _PIECE.fullmatch(piece)
    if found is None:
        return piece
    factor, kind, field, order = made[int(found[1])], found[2], found[3], found[4]
    if field is None or field.startswith("."):
        return factor.label + (field or order or "")
    named = factor.levels[int(field)] if factor.levels and field.isdecimal() else field
    return f"{factor.label}[{'' if kind in (None, 'T') else f'{kind}.'}{named}]"


def _require_independent(formula: str, names: tuple[str, ...], x: np.ndarray) -> None:
    n_rows, n_columns = x.shape
    if not n_columns:
        raise BadValue(f"The formula '{formula}' leaves no column; write 1 for an intercept alone.")
    if n_columns > n_rows:
        raise BadData(
            f"The columns of '{formula}' depend on each other: it makes {n_columns} columns of {n_rows} rows, and more "
            "effects than units cannot be told apart. Leave terms out."
        )
    size = np.sqrt((x**2).sum(axis=0))
    even = x / np.where(size > 0, size, 1)
    _, s, v = np.linalg.svd(even, full_matrices=False)
    unseen = v[s <= s.max() * max(even.shape) * np.finfo(float).eps]  # sums of columns that are 0
    if len(unseen):
        involved = [name for name, part in zip(names, np.abs(unseen).max(axis=0), strict=True) if part > 1e-6]
        spline = any(f"{name}(" in formula for name in ("cr", "cs", "cc"))
        raise BadData(
            f"The columns of '{formula}' depend on each other over these {n_rows} rows (one is constant, or the sum of "
            f"others), so their effects cannot be told apart: {', '.join(involved)}. "
            + ("A cubic spline holds a constant: add constraints='center'." if spline else "Leave one out.")
        )
