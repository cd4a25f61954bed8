"""The text of a formula, read into terms by formulaic's parser. Nothing is evaluated here.

The parser knows R's operators; what they stand for (a * b is a + b + a:b) and how columns are coded is formulaic's part
as well. This module limits the size of a formula, and hands on each factor as a syntax tree, of which
`formula_factors` accepts a short list of forms.
"""

import ast
import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from neurorl.core.errors import BadValue

FUNCTIONS = (
    *("abs", "bs", "C", "cc", "center", "cr", "cs", "exp", "I", "log", "log10", "log1p", "log2", "poly", "Q"),
    *("scale", "sqrt", "standardise", "standardize"),
)
ALLOWED = (
    "A formula may hold columns (a name with signs in it between back-quotes, `like-this`), numbers, the operators "
    f"+ - : * / ** and brackets, and the functions {', '.join(FUNCTIONS)}; arithmetic goes into I(...), such as "
    "I(age ** 2)."
)
MOST_CHARACTERS = 1000
MOST_TERMS = 1000  # that operators may span, before equal ones are joined
MOST_BRACKETS = 30  # inside each other
MOST_POWER = 10

_QUOTED = re.compile(r"""("[^"]*"|'[^']*'|`[^`]*`)""")
_BARE_LEVEL = re.compile(r"""\bC\(\s*((?:[^,()\[\]"'`]|`[^`]*`)+?)\s*,\s*([^,()\[\]"'=`]+?)\s*\)""")
_PLAIN = re.compile(r"[^\W\d][\w.]*")
_SPACED = re.compile(r"[\w.]+(?: +[\w.]+)*")


@dataclass(frozen=True)
class Factor:
    """One factor of a term.

    Attributes:
        label: as it was written, with even spacing.
        tree: its syntax. The name of a column stands in a `Name`, whatever signs it has.
    """

    label: str
    tree: ast.expr

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other factors."""
        return self.label, ast.dump(self.tree)


def not_understood(formula: str, why: str = "") -> BadValue:
    """The error for a formula that is refused, with all that is allowed."""
    return BadValue(f"The formula '{formula}' is not understood{f' ({why})' if why else ''}. {ALLOWED}")


def terms_of(formula: str, columns: Iterable[str], notes: list[str] | None = None) -> list[tuple[Factor, ...]]:
    """The terms of the right side of a formula, in formulaic's order; the intercept is the term without factors.

    Args:
        formula: with or without a left side.
        columns: names that may stand in it with spaces.
        notes: gets a sentence for each part that stands for something else than it seems to.

    Raises:
        BadValue: it is not understood, or too large.
    """
    sides = _outside_quotes(formula, "~")
    text = sides[-1].strip()
    if len(sides) > 2 or not text:
        raise not_understood(formula, "" if text else "nothing is written after ~")
    if len(text) > MOST_CHARACTERS or _depth(text) > MOST_BRACKETS:
        raise BadValue(
            f"The formula '{text[:40]}...' is too long: at most {MOST_CHARACTERS} characters and {MOST_BRACKETS} "
            "brackets inside each other are read."
        )
    columns, names = tuple(columns), dict[str, str]()
    try:
        text, names = _with_placeholders(_quoted(text, columns))
        said: list[str] = []
        parsed = _parsed(text, said)
        if notes is not None:
            notes += [_named(note, names) for note in said]
        return [tuple(_factor(factor, names) for factor in term if factor.expr != "1") for term in parsed]
    except _Refused as refused:
        odd = [name for name in columns if not _SPACED.fullmatch(name) and name in text and f"`{name}`" not in text]
        why = f"write `{odd[0]}` between back-quotes" if odd else _named(str(refused), names)
        raise not_understood(formula, why) from None
    except Exception:  # the parser and Python's own raise many kinds for text that is no formula
        raise not_understood(formula) from None


def left_side(formula: str) -> str | None:
    """What stands in front of the ~ of a formula; None where there is none."""
    sides = _outside_quotes(formula, "~")
    return sides[0].strip() or None if len(sides) > 1 else None


class _Refused(Exception):
    pass


def _outside_quotes(text: str, sign: str) -> list[str]:
    parts = [""]
    for piece in _QUOTED.split(text):
        if _QUOTED.fullmatch(piece):
            parts[-1] += piece
        else:
            first, *rest = piece.split(sign)
            parts[-1] += first
            parts += rest
    return parts


def _depth(text: str) -> int:
    depth = most = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        most = max(most, depth)
    return most


def _quoted(text: str, columns: Sequence[str]) -> str:
    """The formula with back-quotes around columns that are not plain names, and quotes around bare levels."""
    spaced = [name for name in columns if _SPACED.fullmatch(name) and not _plain(name)]
    if named := "|".join(re.escape(name) for name in sorted(spaced, key=len, reverse=True)):
        pattern = re.compile(rf"(?<![\w.])({named})(?![\w.])")
        pieces = _QUOTED.split(text)
        text = "".join(p if _QUOTED.fullmatch(p) else pattern.sub(_back_quoted, p) for p in pieces)
    return _BARE_LEVEL.sub(_with_quotes, text)


def _plain(name: str) -> bool:
    parts = name.split(".")
    return bool(_PLAIN.fullmatch(name)) and not any(keyword.iskeyword(part) or part == "" for part in parts)


def _back_quoted(found: re.Match[str]) -> str:
    name = found[1]
    return name if name.isnumeric() else f"`{name}`"


def _with_quotes(found: re.Match[str]) -> str:
    """C(column, bare level): the level in quotes, unless Python reads it as a name or a number by itself."""
    if found[2].isidentifier() or found[2].startswith("contr."):
        return found[0]
    return f'C({found[1]}, "{found[2]}")'


def _with_placeholders(text: str) -> tuple[str, dict[str, str]]:
    """The formula with plain names in place of those between back-quotes, and what these stand for."""
    prefix = "column_"
    while prefix in text:
        prefix += "_"
    pieces, places = _QUOTED.split(text), {}
    for i, piece in enumerate(pieces):
        if piece.startswith("`") and _QUOTED.fullmatch(piece):
            if len(piece) == 2:
                raise _Refused("nothing stands between two back-quotes")
            pieces[i] = places.setdefault(piece[1:-1], f"{prefix}{len(places)}_")
    return "".join(pieces), {place: name for name, place in places.items()}


def _parsed(text: str, notes: list[str]) -> list[list[Any]]:
    from formulaic.parser import DefaultFormulaParser

    _check_operators(text)
    parser = DefaultFormulaParser(feature_flags=DefaultFormulaParser.FeatureFlags.NONE)
    tree = parser.get_ast(text)
    if _size(tree) > MOST_TERMS:
        raise _Refused(f"it stands for more than {MOST_TERMS} terms")
    _check_sense(tree, notes)
    terms = parser.get_terms(text).root
    found = []
    for term in sorted(terms, key=lambda term: term.degree):
        if len(term.factors) > 1 and any(factor.eval_method.value == "literal" for factor in term.factors):
            raise _Refused("a number scales a column inside I(...) only, such as I(2 * age)")
        found.append(list(term.factors))
    return found


def _check_sense(node: Any, notes: list[str]) -> None:
    """Refuse to take away what is not there, and say where a product or a power of a column with itself is lost."""
    if not hasattr(node, "operator"):
        return
    sign, parts = node.operator.symbol, list(node.args)
    for part in parts:
        _check_sense(part, notes)
    if sign == "-" and len(parts) == 2:
        there, away = (part.to_terms(context={}) for part in parts)
        absent = [term for term in getattr(away, "root", away) if term not in set(getattr(there, "root", there))]
        if named := [str(term) for term in absent if str(term) != "1"]:
            raise _Refused(f"it takes away {', '.join(named)}, which is not in it; arithmetic goes into I(...)")
    itself = sign in ("**", "^") and not hasattr(parts[0], "operator")
    if itself or (sign in ("*", ":") and str(parts[0]) == str(parts[1])):
        notes.append(
            f"A column crossed with itself is that column: {parts[0]} {sign} {parts[1]} adds nothing to it. "
            f"A power is I({parts[0]} ** 2)."
        )


def _check_operators(text: str) -> None:
    """Refuse signs that the parser would guess at."""
    from formulaic.parser.algos.tokenize import tokenize

    tokens: Any = tokenize(text)
    for token in tokens:
        sign = token.token
        if token.kind.value == "operator" and not re.fullmatch(r"[+-]+|\*|:|/|\*\*|\^", sign):
            raise _Refused(f"'{sign}' is not an operator of formulas")
        if token.kind.value == "name" and sign == ".":
            raise _Refused("'.' is not read; name the columns")


def _size(node: Any) -> int:
    """How many terms a tree of operators stands for, at most."""
    if not hasattr(node, "operator"):
        return 1
    sign, parts = node.operator.symbol, list(node.args)
    if sign in ("**", "^"):
        power = getattr(parts[1], "token", "")
        if not str(power).isdecimal() or not 1 <= int(power) <= MOST_POWER:
            raise _Refused(f"what follows {sign} is a whole number from 1 to {MOST_POWER}")
        return min(_size(parts[0]) ** int(power), MOST_TERMS + 1)
    sizes = [_size(part) for part in parts]
    if len(sizes) == 2 and sign in ("*", ":"):
        return min(sizes[0] * sizes[1] + (sum(sizes) if sign == "*" else 0), MOST_TERMS + 1)
    return min(sum(sizes), MOST_TERMS + 1)


def _factor(factor: Any, names: dict[str, str]) -> Factor:
    if factor.eval_method.value == "lookup":
        name = str(names.get(factor.expr, factor.expr))
        return Factor(name, ast.Name(name))
    if factor.eval_method.value == "literal":
        raise _Refused(f"{factor.expr} by itself is not a term; 1 is the intercept, and 0 removes it")
    tree, written = ast.parse(factor.expr, mode="eval").body, factor.expr
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return Factor(_named(written, names), tree)


def _named(text: str, names: dict[str, str]) -> str:
    """A text with the names that placeholders stand for."""
    for placeholder, name in names.items():
        text = re.sub(rf"\b{placeholder}\b", lambda _, name=name: name, text)
    return text
