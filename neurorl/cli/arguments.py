"""Arguments that several commands share, and the reading of NAME=VALUE."""

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional, UseAppendAction

from neurorl.core.errors import BadValue
from neurorl.core.lock import require_file

TaskName = Annotated[str, Positional, tyro.conf.arg(metavar="TASK", help_behavior_hint="")]
AgentName = Annotated[str, Positional, tyro.conf.arg(metavar="AGENT", help_behavior_hint="")]
AnyName = Annotated[str, Positional, tyro.conf.arg(metavar="NAME|FILE.py", help_behavior_hint="")]
Json = Annotated[bool, tyro.conf.arg(name="json", help_behavior_hint="")]
Settings = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="set", metavar="NAME=VALUE")]
Options = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="option", metavar="[AGENT.]NAME=VALUE")]
Perturbations = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="with", metavar="'NAME(VALUES)'")]
Held = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="fix", metavar="[AGENT.]NAME=VALUE")]
AlgorithmSettings = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(name="setting", metavar="NAME=VALUE")]
MethodName = Annotated[str, tyro.conf.arg(metavar="NAME|FILE.py")]
Agents = Annotated[str, tyro.conf.arg(metavar="A,B,FILE.py,NAME=A")]

Flag = Annotated[bool, tyro.conf.arg(help_behavior_hint="")]

# What may be left out; the help does not print "None".
_optional = functools.partial(tyro.conf.arg, help_behavior_hint="")
OptionalCount = Annotated[int | None, _optional(metavar="N")]
OptionalNumber = Annotated[float | None, _optional(metavar="X")]
OptionalFile = Annotated[Path | None, _optional(metavar="FILE")]
OptionalFolder = Annotated[Path | None, _optional(metavar="DIR")]
OptionalTask = Annotated[str | None, _optional(metavar="TASK")]
OptionalTag = Annotated[str | None, _optional(metavar="TAG")]


def named_value(text: str, option: str, write: str) -> tuple[str, str]:
    """The two sides of NAME=VALUE; `write` says how it is written, for the error where one is missing."""
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name or not value:
        raise BadValue(f"{option} {text} is not understood; write {write}.")
    return name, value


def numbers(settings: Sequence[str], option: str = "--set") -> dict[str, float]:
    """Parse "alpha=0.2" and the like; a value that is not a finite number, or a name given twice, is an error."""
    values: dict[str, float] = {}
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.partition("="))
        if not equals or not name:
            raise BadValue(f"{option} {setting} is not understood; write a name and a number: alpha=0.2.")
        if name in values:
            raise BadValue(f"{option} gives {name} twice ({values[name]:g} and {text}); give it once.")
        values[name] = finite(text, f"{option} {setting}")
    return values


def finite(text: str, given: str) -> float:
    """A text as a finite number; `given` is quoted in the error if it is not one. Python's 1_0 is not accepted."""
    try:
        value = math.nan if "_" in text else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadValue(f"{given} is not understood; write a name and a finite number: alpha=0.2.")
    return value


def require_at_least_one(**counts: int) -> None:
    """Raise `BadValue` for a count below 1."""
    for name, count in counts.items():
        if count < 1:
            raise BadValue(f"--{name.replace('_', '-')} is {count}, but must be at least 1.")


def writable_table(path: Path) -> Path:
    """A path that says how a table is stored and can be written to, checked before the work is done."""
    if not path.name.lower().endswith((".csv", ".csv.gz", ".parquet")):
        raise BadValue(f"{path} must end in .csv, .csv.gz or .parquet, which says how a table is stored.")
    require_file(path)
    return path
