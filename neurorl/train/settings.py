"""Settings of an algorithm from plain values: those of a file (JSON) and those of a command line."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from neurorl.core.algorithm import Algorithm
from neurorl.core.errors import BadValue
from neurorl.core.literals import is_finite, read
from neurorl.core.options import Option, options_of, with_options
from neurorl.train.schedule import Schedule

A = TypeVar("A", bound=Algorithm)


def from_dict(algorithm: type[A], values: Mapping[str, Any]) -> A:
    """The algorithm with these settings: the inverse of `Algorithm.as_dict`.

    Raises:
        KeyError, TypeError: a setting is unknown or of another form.
        BadValue: a setting lies outside its range.
    """
    schedules = {each.name for each in options_of(algorithm) if each.kind is Schedule}
    made: dict[str, Any] = {name: Schedule(**value) if name in schedules else value for name, value in values.items()}
    return algorithm(**made)


def with_settings(algorithm: A, values: Mapping[str, Any], name: str = "") -> A:
    """The algorithm with some settings changed.

    Args:
        algorithm: what is changed.
        values: setting -> value; a text is read as a literal. A setting that changes over training takes one number, or
            (start, end), or (start, end, share of training before it changes).
        name: what the algorithm is called in messages.

    Raises:
        BadValue: the algorithm has no such setting, or the value has another type or lies outside its range.
    """
    name = name or type(algorithm).__name__
    known = {each.name: each for each in options_of(algorithm)}
    for wanted in values:
        if wanted not in known:
            listed = ", ".join(f"{each.name} ({shown(each.default)})" for each in known.values())
            raise BadValue(f"{name} has no setting '{wanted}'. Its settings and their defaults are: {listed}.")
    ready = {
        key: _schedule(key, value, name) if known[key].kind is Schedule else value for key, value in values.items()
    }
    return with_options(algorithm, ready, name)


def shown(value: Any) -> str:
    """A setting as it is written on a command line."""
    if not isinstance(value, Schedule):
        return str(value)
    if value.start == value.end:
        return f"{value.start:g}"
    return str(dataclasses.astuple(value) if value.hold else (value.start, value.end))


def allowed(setting: Option) -> str:
    """What a setting may be, in words."""
    return "a number, or (start, end), or (start, end, share held)" if setting.kind is Schedule else setting.range


def _schedule(setting: str, value: Any, name: str) -> Schedule:
    if isinstance(value, Schedule):
        return value
    given = read(value, tuple[float, ...])
    given = tuple(given) if isinstance(given, tuple | list) else (given,)
    if not 1 <= len(given) <= 3 or not all(
        isinstance(n, int | float) and not isinstance(n, bool) and is_finite(n) for n in given
    ):
        raise BadValue(
            f"{setting} of {name} is {value!r}, but must be one number, or (start, end), or (start, end, share of "
            "training before it changes)."
        )
    start, end, hold = (*given, given[0], 0.0)[:3] if len(given) == 1 else (*given, 0.0)[:3]
    return Schedule(float(start), float(end), float(hold))
