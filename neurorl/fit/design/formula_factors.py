"""The factors of a formula, computed over a table: numbers, several columns, or categories with their contrasts.

Contrasts, splines and polynomials are formulaic's; `formula_numbers` does the arithmetic.
"""

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.design.formula_numbers import WIDE, Numbers, dotted
from neurorl.fit.design.formula_table import Categories, FormulaTable, label
from neurorl.fit.design.formula_terms import Factor, not_understood

CONTRASTS = ("Treatment", "Sum", "Helmert", "Diff", "Poly")


@dataclass(frozen=True)
class Coded:
    """A factor over the rows.

    Attributes:
        label: what its columns are called.
        values: for formulaic: numbers [S], columns by name, or categories that are called 0, 1, ...
        levels: names of the categories; empty for numbers.
    """

    label: str
    values: Any
    levels: tuple[str, ...] = ()


def coded(factor: Factor, table: FormulaTable) -> Coded:
    """A factor over the rows of a table; errors are those of `formula.Columns.of`."""
    return _Reader(factor, table).read()


class _Reader(Numbers):
    def read(self) -> Coded:
        tree, written = self.factor.tree, self.factor.label
        while isinstance(tree, ast.Call) and dotted(tree.func) == "I" and len(tree.args) == 1 and not tree.keywords:
            tree = tree.args[0]
        name = self.column_of(tree)
        if name is not None:
            if not self.table.is_numeric(name):
                return self._of_categories(self.table.categories(name), written)
            self.table.note_codes(name)
            self.table.note_stand_ins(name)
            return self._of_numbers(self.table.numbers(name))
        if isinstance(tree, ast.Call) and dotted(tree.func) == "C":
            return self._of_c(tree)
        if isinstance(tree, ast.Compare):
            return self._of_categories(self._flags(tree), written)
        if isinstance(tree, ast.Call) and (called := dotted(tree.func)) in WIDE:
            return self._of_several(str(called), tree)
        return self._of_numbers(self.numbers(tree))

    def _of_numbers(self, values: Any) -> Coded:
        from formulaic.materializers.types import FactorValues

        if np.shape(values) != (self.table.n_rows,):
            raise not_understood(self.table.formula, f"'{self.factor.label}' names no column")
        return Coded(self.factor.label, FactorValues(self.finite(values), kind="numerical"))

    def _of_several(self, called: str, tree: ast.Call) -> Coded:
        x, options = self.arguments(called, tree)
        from formulaic.materializers.types import FactorValues
        from formulaic.transforms import TRANSFORMS

        made = self.made(lambda: TRANSFORMS[called](x, **options, _state={}))
        if called == "poly":  # named by their degree, raw ones too
            made = {str(i + 1): column for i, column in enumerate(np.asarray(made).T)}
            made = FactorValues(made, kind="numerical", format="{name}[{field}]")
        for column in made.values():
            self.finite(np.asarray(column))
        return Coded(self.factor.label, made)

    def _of_categories(self, found: Categories, name: str, contrasts: Any = None) -> Coded:
        from formulaic.materializers.types import FactorValues
        from formulaic.transforms import C

        codes = [str(i) for i in range(len(found.labels))]
        values = pd.Series(pd.Categorical.from_codes(found.codes, codes))
        if contrasts is None:
            return Coded(name, FactorValues(values, kind="categorical", spans_intercept=True), found.labels)
        return Coded(name, C(values, contrasts), found.labels)

    def _of_c(self, tree: ast.Call) -> Coded:
        given = {keyword.arg: keyword.value for keyword in tree.keywords}
        if (
            not 1 <= len(tree.args) <= 2
            or set(given) - {"contrasts", "levels"}
            or ({"contrasts"} & set(given) and len(tree.args) == 2)
        ):
            raise not_understood(self.table.formula, "C takes a column, and a level or contrasts: C(group, control)")
        name = self.column_of(tree.args[0])
        if name is not None:
            found, shown = self.table.categories(name, asked=True), name
        else:
            found, shown = self._flags(tree.args[0]), ast.unparse(tree.args[0])
        if "levels" in given:
            levels = [self._level(found, shown, level) for level in self.listed(given["levels"])]
            if sorted(levels) != sorted(found.labels):
                raise BadValue(f"levels of '{shown}' must hold each of {', '.join(found.labels)} once.")
            found = found.ordered(levels)
        how = tree.args[1] if len(tree.args) == 2 else given.get("contrasts")
        if how is None:
            return self._of_categories(found, self.factor.label)
        kind, level = self._contrast(how, found)
        if kind == "Treatment":
            if level is None:
                return self._of_categories(found, self.factor.label)
            return self._of_categories(found.first(self._level(found, shown, level)), shown)
        from formulaic.transforms.patsy_compat import PATSY_COMPAT_TRANSFORMS

        return self._of_categories(found, self.factor.label, PATSY_COMPAT_TRANSFORMS[kind]())

    def _contrast(self, how: ast.expr, found: Categories) -> tuple[str, object | None]:
        """The kind of contrasts, and the reference level where one is named."""
        written = dotted(how)
        if written is not None and found.named(written) is None and (kind := _contrasts(written)) in CONTRASTS:
            return kind, None
        if written is not None:
            return "Treatment", written
        if isinstance(how, ast.Call):
            kind = _contrasts(dotted(how.func) or "")
            reference = [*how.args, *(k.value for k in how.keywords if k.arg in ("reference", "base"))]
            if (
                kind not in CONTRASTS
                or len(reference) != len(how.args) + len(how.keywords)
                or len(reference) > (kind == "Treatment")
            ):
                raise not_understood(self.table.formula, f"the contrasts are {', '.join(CONTRASTS)}")
            return kind, self.constant(reference[0]) if reference else None
        return "Treatment", self.constant(how)

    def _level(self, found: Categories, name: str, level: object) -> str:
        named = found.named(level)
        if named is None:
            there = ", ".join(found.labels)
            raise BadValue(f"Column '{name}' has no level '{label(level)}' to compare with; there are: {there}.")
        return named

    def _flags(self, tree: ast.expr) -> Categories:
        """A comparison, or numbers, as categories."""
        values = self.numbers(tree)
        if np.shape(values) != (self.table.n_rows,):
            raise not_understood(self.table.formula, f"'{self.factor.label}' names no column")
        values = self.finite(np.asarray(values, float))
        values = values.astype(bool) if isinstance(tree, ast.Compare) else values
        levels = np.unique(values).tolist()
        if len(levels) < 2:
            raise BadData(f"'{self.factor.label}' has the same value in every row, so it explains nothing.")
        return Categories.of(values, levels)


def _contrasts(written: str) -> str:
    """`Sum` of `Sum` or `contr.sum`."""
    return written.removeprefix("contr.").capitalize() if written.startswith("contr.") else written
