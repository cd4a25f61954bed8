"""Arithmetic in formulas, by a small interpreter of syntax trees.

It knows columns, numbers, arithmetic, comparisons and the functions listed in `formula_terms.FUNCTIONS`; nothing is
handed to Python to evaluate. Scaling and splines are formulaic's.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.design.formula_table import FormulaTable
from neurorl.fit.design.formula_terms import MOST_POWER, Factor, not_understood

ELEMENTWISE: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "sqrt": np.sqrt,
}
_SPLINE = ("df", "knots", "lower_bound", "upper_bound", "constraints", "extrapolation")
OPTIONS: dict[str, tuple[str, ...]] = {  # of each function, in the order of its arguments
    "bs": ("df", "knots", "degree", "include_intercept", "lower_bound", "upper_bound", "extrapolation"),
    "cr": _SPLINE,
    "cs": _SPLINE,
    "cc": _SPLINE,
    "poly": ("degree", "raw"),
    "center": (),
    "scale": ("center", "scale", "ddof"),
    "standardise": (),
    "standardize": ("center", "rescale", "ddof"),
}
WIDE = ("bs", "cc", "cr", "cs", "poly")  # several columns
MOST_DEGREE = 10
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.true_divide,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Numbers:
    """One factor of a formula and the table that it reads.

    Attributes:
        factor: it.
        table: what it reads.
        used: columns of numbers, as they are read.
    """

    def __init__(self, factor: Factor, table: FormulaTable):
        self.factor, self.table = factor, table
        self.used: list[str] = []

    def numbers(self, tree: ast.expr) -> Any:
        """Numbers [S], or one number."""
        if (name := self.column_of(tree)) is not None:
            self.used.append(name)
            values = self.table.numbers(name, "takes no arithmetic")
            self.table.note_stand_ins(name)
            return values
        if isinstance(tree, ast.Constant) and isinstance(tree.value, int | float):
            return self.made(lambda: float(tree.value))  # type: ignore[arg-type]
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub | ast.UAdd):
            value = self.numbers(tree.operand)
            return -value if isinstance(tree.op, ast.USub) else value
        if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Pow):
            return self._power(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in _ARITHMETIC:
            left, right = self.numbers(tree.left), self.numbers(tree.right)
            return self.made(lambda: _ARITHMETIC[type(tree.op)](left, right))
        if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in _COMPARED:
            return self._compared(tree)
        if isinstance(tree, ast.Call):
            return self._call(tree)
        raise not_understood(self.table.formula, f"'{self.shown(tree)}' is not allowed")

    def _power(self, tree: ast.BinOp) -> Any:
        base, power = self.numbers(tree.left), self.constant(tree.right)
        if not isinstance(power, int | float) or not abs(power) <= MOST_POWER:
            raise not_understood(self.table.formula, f"a power is a number from -{MOST_POWER} to {MOST_POWER}")
        return self.made(lambda: np.float_power(base, power))

    def _compared(self, tree: ast.Compare) -> Any:
        compare, right = _COMPARED[type(tree.ops[0])], tree.comparators[0]
        name = self.column_of(tree.left)
        words = isinstance(right, ast.Constant) and isinstance(right.value, str)
        if name is not None and words and isinstance(tree.ops[0], ast.Eq | ast.NotEq):
            found = self.table.categories(name, asked=True)
            level = self._level(found, name, right.value)  # type: ignore[attr-defined]
            return compare(np.array(found.labels, object)[found.codes], level).astype(float)
        return np.asarray(compare(self.numbers(tree.left), self.numbers(right)), float)

    def _call(self, tree: ast.Call) -> Any:
        called = (dotted(tree.func) or "").removeprefix("np.")
        if called in ("I", *ELEMENTWISE) and len(tree.args) == 1 and not tree.keywords:
            value = self.numbers(tree.args[0])
            return value if called == "I" else self.made(lambda: ELEMENTWISE[called](value))
        if called in WIDE or called == "C":
            raise not_understood(self.table.formula, f"{called}(...) stands by itself, not inside another function")
        if called not in OPTIONS:
            raise not_understood(self.table.formula, f"'{self.shown(tree)}' is not allowed")
        x, options = self.arguments(called, tree)
        if called == "standardise":
            return (x - x.mean()) / (x.std() or 1.0)
        from formulaic.transforms import TRANSFORMS

        return self.made(lambda: TRANSFORMS[called](x, **options, _state={}))

    def arguments(self, called: str, tree: ast.Call) -> tuple[np.ndarray, dict[str, Any]]:
        """What a function is applied to [S], and its options."""
        known = OPTIONS[called]
        named = {str(k.arg): k.value for k in tree.keywords}
        if not tree.args or len(tree.args) > 1 + len(known) or set(named) - set(known[len(tree.args) - 1 :]):
            takes = f", and the options {', '.join(known)}" if known else ""
            raise not_understood(self.table.formula, f"{called}(...) takes a column of numbers{takes}")
        options = {key: self._option(key, v) for key, v in (*zip(known, tree.args[1:], strict=False), *named.items())}
        if called == "standardise" and (name := self.column_of(tree.args[0])) is not None:
            self.table.numbers(name, "cannot be standardised")
        x = self.numbers(tree.args[0])
        if np.shape(x) != (self.table.n_rows,):
            raise not_understood(self.table.formula, f"'{self.shown(tree)}' names no column")
        return self.finite(np.asarray(x)), options

    def _option(self, name: str, tree: ast.expr) -> Any:
        value: Any = self.listed(tree) if isinstance(tree, ast.List | ast.Tuple) else self.constant(tree)
        if name in ("constraints", "extrapolation"):
            allowed = ("center",) if name == "constraints" else ("raise", "clip", "zero", "extend")
            right, what = value in allowed, f"one of {', '.join(allowed)}"
        elif name == "knots":
            right, what = isinstance(value, list), "a list of numbers"
        else:
            right, what = not isinstance(value, list | str), "a number, True or False"
        if not right or (isinstance(value, list) and not all(isinstance(item, int | float) for item in value)):
            raise BadValue(f"'{self.factor.label}': {name} is {what}.")
        most = {"df": self.table.n_rows, "degree": MOST_DEGREE, "ddof": 1}.get(name)
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= (most or 0)
        if most is not None and value is not None and not whole:
            raise BadValue(f"'{self.factor.label}': {name} is a whole number from 0 to {most}.")
        if isinstance(value, list) and len(value) > self.table.n_rows:
            raise BadValue(f"'{self.factor.label}': {name} are at most as many as the {self.table.n_rows} rows.")
        return value

    def column_of(self, tree: ast.expr) -> str | None:
        """The column that a name stands for; a name that is not a column is an error."""
        if isinstance(tree, ast.Call) and dotted(tree.func) == "Q" and len(tree.args) == 1 and not tree.keywords:
            name = self.constant(tree.args[0])
            self.table.column(str(name))
            return str(name)
        name = tree.id if isinstance(tree, ast.Name) else dotted(tree)
        if name is None:
            return None
        self.table.column(name)
        return name

    def constant(self, tree: ast.expr) -> object:
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            value = self.constant(tree.operand)
            if isinstance(value, int | float):
                return -value
        if isinstance(tree, ast.Constant) and isinstance(tree.value, str | int | float | None):
            return tree.value
        if isinstance(tree, ast.Name):
            raise BadValue(f"'{self.factor.label}': {tree.id} is a number or a word in quotes here.")
        raise not_understood(self.table.formula, f"'{self.shown(tree)}' is not allowed")

    def listed(self, tree: ast.expr) -> list[Any]:
        if not isinstance(tree, ast.List | ast.Tuple):
            raise not_understood(self.table.formula, f"'{self.shown(tree)}' is not a list")
        return [self.constant(item) for item in tree.elts]

    def shown(self, tree: ast.expr) -> str:
        return ast.unparse(tree)[:60]

    def made(self, make: Callable[[], Any]) -> Any:
        try:
            with np.errstate(all="ignore"):
                return make()
        except (ValueError, TypeError, IndexError, ArithmeticError, np.linalg.LinAlgError) as error:
            raise BadValue(f"'{self.factor.label}' could not be computed: {error}") from None

    def finite(self, values: np.ndarray) -> np.ndarray:
        if not (bad := np.flatnonzero(~np.isfinite(values))).size:
            return values
        shown = "; ".join(
            f"{name} is {', '.join(f'{value:g}' for value in self.table.numbers(name)[bad[:4]])} there"
            for name in dict.fromkeys(self.used)
        )
        raise BadData(f"'{self.factor.label}' is not a finite number in {self.table.rows(bad)}: {shown}.")


def dotted(tree: ast.expr) -> str | None:
    """`a.b` of a name or of attributes of one."""
    if isinstance(tree, ast.Attribute):
        before = dotted(tree.value)
        return None if before is None else f"{before}.{tree.attr}"
    return tree.id if isinstance(tree, ast.Name) else None
