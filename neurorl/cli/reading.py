"""Options of commands that read trials: what stands where in a file, and which of several things to read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import tyro
from tyro.conf import UseAppendAction

from neurorl.cli.remedies import at_the_command_line
from neurorl.core.errors import BadData, BadValue

OptionalText = Annotated[str | None, tyro.conf.arg(help_behavior_hint="", metavar="NAME")]
Many = Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="OLD=NEW")]


@dataclass(frozen=True)
class ReadOptions:
    """How a file or folder of trials is read; see `neurorl.data.read`."""

    from_: Annotated[str | None, tyro.conf.arg(name="from", metavar="FORMAT", help_behavior_hint="")] = None
    """The format of the data; by default guessed from the file and its columns."""
    rename: Many = ()
    """A column of the file, and the name that the format has for it."""
    code: Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="COLUMN:OLD=NEW")] = ()
    """What a value of a column means: a code, a label of the task, or "missing"."""
    subject: OptionalText = None
    """Name of the subject, if the file does not name it."""
    session: OptionalText = None
    """Name of the session, if the file does not name it."""
    where: Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="NAME=VALUE")] = ()
    """Selection of rows or files: a column and its value, or a part of the files' names (task=bandit)."""
    event: Annotated[UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="COLUMN=EVENT:COLUMN")] = ()
    """Tables with one row an event: where a column comes from (choice=response:key). BIDS: one trial_type."""
    sheet: OptionalText = None
    """Excel: name of the sheet, if several sheets have cells."""

    def given(self) -> bool:
        """Whether anything was said."""
        return self != ReadOptions()

    def reading(self, source: str, task: Any) -> Any:
        """`neurorl.data.reading` of a file or folder with these options.

        Raises:
            BadValue: an option is not understood.
            BadData: the file breaks its layout; the message names the options that help.
        """
        from neurorl.data import reading
        from neurorl.data.source import plain

        try:
            found = reading(
                source, task=task, format=self.from_, rename=pairs(self.rename, "--rename", "subjID=subject"),
                codes=recodings(self.code), subject=plain(self.subject) if self.subject else None,
                session=plain(self.session) if self.session else None, event=events(self.event),
                where=pairs(self.where, "--where", "task=bandit"), sheet=self.sheet,
            )  # fmt: skip
        except (BadData, BadValue) as error:
            raise type(error)(at_the_command_line(str(error))) from error
        return replace(found, notes=tuple(map(at_the_command_line, found.notes)))


AS_IT_IS = ReadOptions()
# The options stand beside those of the command, without a prefix.
ReadAs = Annotated[ReadOptions, tyro.conf.OmitArgPrefixes, tyro.conf.arg(name="read")]


def pairs(given: Sequence[str], option: str, example: str) -> dict[str, str]:
    """Parse "OLD=NEW" and the like."""
    found = {}
    for text in given:
        old, equals, new = text.partition("=")
        if not equals or not old.strip() or not new.strip():
            raise BadValue(f"{option} {text} is not understood; write two names: {option} {example}.")
        if found.setdefault(old.strip(), new.strip()) != new.strip():
            raise BadValue(f"{option} gives {old.strip()} twice: {found[old.strip()]} and {new.strip()}; give it once.")
    return found


def events(given: Sequence[str]) -> str | dict[str, str] | None:
    """One trial_type, or rules such as choice=response:key."""
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    return pairs(given, "--event", "choice=response:key")


def recodings(given: Sequence[str]) -> dict[str, dict[str, str]]:
    """Parse "COLUMN:OLD=NEW" and the like."""
    found: dict[str, dict[str, str]] = {}
    for text in given:
        column, colon, rest = text.partition(":")
        old, equals, new = rest.rpartition("=")
        if not colon or not equals or not column.strip() or not new.strip():
            raise BadValue(f"--code {text} is not understood; write a column, a value and its meaning: choice:F=left.")
        meaning = found.setdefault(column.strip(), {})
        if meaning.setdefault(old.strip(), new.strip()) != new.strip():
            raise BadValue(
                f"--code gives {column.strip()}:{old.strip()} twice: {meaning[old.strip()]} and {new.strip()}; give it "
                "once."
            )
    return found
