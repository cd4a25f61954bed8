"""Plain values on a command line: numbers, words, True and False, None, and tuples of these, read by a field's type."""

import ast
import math
import re
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin


class Mismatch(Exception):
    """A value is not of the type that is asked for."""


def is_plain(kind: Any) -> bool:
    """Whether values of this type can be written on a command line."""
    origin = get_origin(kind)
    if origin is Literal:
        return True
    if origin in (Union, UnionType):
        return all(is_plain(part) for part in get_args(kind))
    if origin is tuple:
        return all(part is Ellipsis or is_plain(part) for part in get_args(kind))
    return kind in (bool, int, float, str, NoneType)


def words(kind: Any) -> str:
    """What a value of this type is, in words."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return f"one of {', '.join(map(str, parts))}"
    if origin in (Union, UnionType):
        return " or ".join(words(part) for part in parts)
    if origin is tuple:
        if parts[-1] is Ellipsis:
            return f"a tuple such as (1, 2), each part {words(parts[0])}"
        return f"a tuple of {len(parts)} values, each {words(parts[0])}"
    named = {bool: "True or False", int: "a whole number", float: "a finite number", str: "a word", NoneType: "None"}
    return named.get(kind, "a plain value")


def is_finite(value: int | float) -> bool:
    """Whether a number is a finite one as a float; a whole number of hundreds of digits is not."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def checked(value: Any, kind: Any) -> Any:
    """The value as this type has it (a whole number becomes a float where a float is asked for); else `Mismatch`."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        if value in parts:
            return value
    elif origin in (Union, UnionType):
        for part in parts:
            try:
                return checked(value, part)
            except Mismatch:
                continue
    elif origin is tuple:
        given = tuple(value) if isinstance(value, tuple | list) else (value,)
        kinds = parts[:1] * len(given) if parts[-1] is Ellipsis else parts
        if len(kinds) == len(given):
            return tuple(checked(one, part) for one, part in zip(given, kinds, strict=True))
    elif kind is float:
        if isinstance(value, int | float) and not isinstance(value, bool) and is_finite(value):
            return float(value)
    elif kind is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif isinstance(value, kind):
        return value
    raise Mismatch


def read(value: Any, kind: Any) -> Any:
    """A text as the value it represents; texts that must stay words, and values that are not text, are unchanged."""
    if not isinstance(value, str):
        return value
    for candidate in (value, _literal(value)):
        if _fits(candidate, kind):
            return candidate
    return _literal(value)


def _fits(value: Any, kind: Any) -> bool:
    try:
        checked(value, kind)
    except Mismatch:
        return False
    return True


def _literal(text: str) -> Any:
    simple = {"true": True, "false": False, "none": None}
    if text.strip().lower() in simple:
        return simple[text.strip().lower()]
    if re.search(r"\d_\d", text):  # Python reads 1_0 as 10; people do not
        return text
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
