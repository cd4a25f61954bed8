"""What a file may say about code: names of the catalogue, and options that are plain values.

Weights and run folders come from colleagues, repositories and journals. Such a file names the agent and the task it was
made with. Here such names are looked up among what is installed, never as paths or modules, and options are checked
against the fields that the agent or task declares, so that opening a file runs no code of its author.
"""

import ast
import dataclasses
import re
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from neurorl.core import catalogue
from neurorl.core.errors import BadValue
from neurorl.core.literals import is_finite
from neurorl.core.text import cut

T = TypeVar("T")

LARGEST = 100_000  # of a whole number among the options of an agent, such as hidden units
LARGEST_OF_TASK = 1_000  # among those of a task, whose transition tables grow with the square of its states
LONGEST = 1_000  # entries of a list, characters of the text of an agent
_WORD = re.compile(r"[A-Za-z0-9_.+-]{0,64}")  # a choice such as "rpe"; a path has a separator


def is_named(kind: str, name: str) -> bool:
    """Whether this is a name of the catalogue (built in or of an installed package), not a path or a module."""
    return name in catalogue.names(kind)


def with_file_options(thing: T, options: Mapping[str, Any], where: str, largest: int = LARGEST) -> T:
    """An agent or task with some fields replaced by what a file says.

    Args:
        thing: a frozen dataclass.
        options: field -> a plain value: true or false, a number, a word, null, or a list of these.
        where: names the file in messages.
        largest: magnitude of a whole number among them.

    Raises:
        BadValue: a field does not exist, its value is of another type than the field, or it is too large.
    """
    if not options:
        return thing
    kind = type(thing)
    hints = _hints(kind)
    fields = {field.name for field in dataclasses.fields(thing)} - {"spaces"}  # type: ignore[arg-type]
    values = {}
    for name, value in options.items():
        if name not in fields:
            known = ", ".join(sorted(fields)) or "none"
            raise BadValue(f"{where} sets {name!r} of {kind.__name__}, which has no such option; it has: {known}.")
        value = _tuples(value)
        if type(value) is type(getattr(thing, name)) and value == getattr(thing, name):
            continue
        if not _fits(value, hints.get(name, type(getattr(thing, name))), largest):
            raise BadValue(
                f"{where} sets {name} of {kind.__name__} to {cut(repr(value), 60)}. A file may set an option to a "
                f"plain value of its own type, whole numbers to {largest:,} and words without a path; build the agent "
                "or the task in Python and pass it yourself."
            )
        values[name] = value
    try:
        return dataclasses.replace(thing, **values)  # type: ignore[type-var]
    except BadValue:
        raise
    except Exception as error:  # what a constructor says of values that it did not expect
        raise BadValue(f"{where} has options that {kind.__name__} does not take: {error}") from error


def options_in(text: str, where: str) -> dict[str, Any]:
    """The options in the text of an agent, such as "LSTM(hidden=48, scale=3.0)", read as literals.

    Options whose value is not a literal (an agent within an agent) are left out.
    """
    try:
        if len(text) > 100 * LONGEST:
            raise ValueError("it is too long")
        call = ast.parse(text, mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            raise ValueError("it is not of the form Name(option=value)")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadValue(f"{where} describes its agent as {text[:80]!r}, which cannot be read: {error}.") from error
    found = {}
    for keyword in call.keywords:
        try:
            found[str(keyword.arg)] = ast.literal_eval(keyword.value)
        except (ValueError, TypeError, MemoryError, RecursionError):
            continue
    return found


def _hints(kind: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(kind)
    except Exception:  # an annotation of a user's own that names what is not there; the default's type decides
        return {}


def _fits(value: Any, hint: Any, largest: int) -> bool:
    """Whether a plain value is of the type that a field declares."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, arg, largest) for arg in args)
    if origin is typing.Literal:
        return any(type(value) is type(arg) and value == arg for arg in args)
    if origin is tuple or hint is tuple:
        if not isinstance(value, tuple) or len(value) > LONGEST:
            return False
        if not args:
            return all(_fits(item, type(item), largest) for item in value)
        each = args[:1] * len(value) if args[-1] is Ellipsis else args
        return len(each) == len(value) and all(_fits(item, arg, largest) for item, arg in zip(value, each, strict=True))
    if hint in (typing.Any, object):
        return _fits(value, type(value), largest)
    if hint is float:
        return type(value) in (int, float) and is_finite(value)
    if hint is int:
        return type(value) is int and abs(value) <= largest
    if hint is str:
        return isinstance(value, str) and _WORD.fullmatch(value) is not None
    return hint in (bool, type(None)) and type(value) is hint


def _tuples(value: Any) -> Any:
    """Options are fields of frozen dataclasses: a list read from JSON was a tuple."""
    return tuple(map(_tuples, value[: LONGEST + 1])) if isinstance(value, list | tuple) else value
