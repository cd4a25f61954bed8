"""Options of an agent: fields of its dataclass that are neither fitted nor given by the task.

    initial: float = option(0.5, "value of an option before its first outcome, reward units")

A field of an own agent needs no `option(...)`: one with a plain default (number, word, True or False, tuple) that
`for_spaces` leaves alone is an option too, without a line of documentation.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from typing import Any, get_type_hints

from neurorl.core.errors import BadValue, NeurorlError
from neurorl.core.literals import Mismatch, checked, is_plain, read, words

_KEY = "neurorl_option"


def option(default: Any, doc: str, *, low: float | None = None, high: float | None = None) -> Any:
    """Declare an option of an agent.

    Args:
        default: its value if it is not set.
        doc: what it is, a few words, with units.
        low, high: smallest and largest value that is allowed, for numbers.
    """
    return dataclasses.field(default=default, metadata={_KEY: {"doc": doc, "low": low, "high": high}})


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        name: the field's name.
        default: its value if it is not set, for the task the agent was made for.
        kind: the field's type.
        doc: what it is.
        low, high: smallest and largest value that is allowed; None where any is.
    """

    name: str
    default: Any
    kind: Any
    doc: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def range(self) -> str:
        """What is allowed, in words: "a whole number, at least 1"."""
        ends = [f"at least {self.low:g}"] if self.low is not None else []
        ends += [f"at most {self.high:g}"] if self.high is not None else []
        return ", ".join((words(self.kind), " and ".join(ends))) if ends else words(self.kind)

    def check(self, value: Any, agent: str) -> Any:
        """The value in the field's type; `BadValue` where it has another type or lies outside the range."""
        try:
            found = checked(value, self.kind)
        except Mismatch:
            raise BadValue(f"{self.name} of {agent} is {value!r}, but must be {self.range}.") from None
        for number in found if isinstance(found, tuple) else (found,):
            if isinstance(number, bool | str) or number is None:
                continue
            if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
                raise BadValue(f"{self.name} of {agent} is {value}, but must be {self.range}.")
        return found


def options_of(agent: Any) -> tuple[Option, ...]:
    """The options of an agent or of an agent's class, in order."""
    cls = agent if isinstance(agent, type) else type(agent)
    if not dataclasses.is_dataclass(cls):
        return ()
    made = None if isinstance(agent, type) else _as_made(agent)
    try:
        kinds = get_type_hints(cls)
    except Exception:  # a type that is imported for type checkers only
        kinds = {}
    found = []
    for field in dataclasses.fields(cls):
        declared = field.metadata.get(_KEY)
        if field.default is MISSING or not field.init:
            continue
        default = field.default if made is None else getattr(made, field.name)
        kind = kinds.get(field.name, type(field.default))
        if declared is None and (not is_plain(kind) or default != field.default):
            continue  # a thing that no command line can name, or one that the task gives
        found.append(Option(field.name, default, kind, **(declared or {})))
    return tuple(found)


def settings_of(agent: Any) -> dict[str, Any]:
    """Name -> value of the options of an agent."""
    return {each.name: getattr(agent, each.name) for each in options_of(agent)}


def with_options(agent: Any, values: Mapping[str, Any], name: str = "") -> Any:
    """The agent with some options set.

    Args:
        agent: an agent made for its spaces.
        values: option -> value; a string is read as a literal where the option is not a word itself.
        name: what the agent is called in messages.

    Raises:
        BadValue: the agent has no such option, or the value has another type or lies outside the range.
    """
    if not values:
        return agent
    name, known = name or type(agent).__name__, {each.name: each for each in options_of(agent)}
    for wanted in values:
        if wanted not in known:
            raise BadValue(f"{name} has no option '{wanted}'. {listed(agent, name)}")
    chosen = {key: known[key].check(read(value, known[key].kind), name) for key, value in values.items()}
    return dataclasses.replace(agent, **chosen)


def listed(agent: Any, name: str) -> str:
    """A sentence on which options an agent has, with their defaults."""
    options = ", ".join(f"{each.name} ({each.default!r})" for each in options_of(agent))
    return f"The options of {name} and their defaults are: {options}." if options else f"{name} has no options."


def _as_made(agent: Any) -> Any:
    """The agent as its class makes it for these spaces: its defaults; None where it does not keep its spaces."""
    try:
        return type(agent).for_spaces(agent.spaces)
    except (AttributeError, NeurorlError):
        return None
