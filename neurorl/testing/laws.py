"""A law, its verdict, and the order in which laws are checked.

A law is a function of a subject: it returns a sentence on what is wrong, or None where it holds. A law
that makes no sense while another is broken names that one in `needs`, so that one fault is reported
once, at its root, and not six times.
"""

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurorl.core.errors import NeurorlError


class LawBroken(NeurorlError):
    """A task, an agent or a study breaks a law. The message lists every broken law."""

    exit_code = 1


class NotApplicable(Exception):
    """Raised by a law that says nothing about its subject; the text says why."""


@dataclass(frozen=True)
class Law:
    """One law: its name, the function that checks it, and the laws it presupposes."""

    name: str
    fault: Callable[[Any], str | None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class LawResult:
    """The verdict on one law.

    Attributes:
        law: name of the law.
        held: True where it was checked and holds.
        skipped: True where it was not checked; `detail` says why.
        detail: where it is broken, a sentence on what went wrong and what to look at.
        seconds: wall time of the check, compilation included.
        where: what the subject met, for an agent the name of the task.
    """

    law: str
    held: bool
    skipped: bool
    detail: str
    seconds: float
    where: str = ""

    def __str__(self) -> str:
        verdict = "skipped" if self.skipped else "held" if self.held else "BROKEN"
        place = f" ({self.where})" if self.where else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{verdict:8}{self.law}{place}{detail}"


@dataclass(frozen=True)
class Report:
    """The verdicts on one task, agent or study."""

    name: str
    results: tuple[LawResult, ...]

    @property
    def held(self) -> bool:
        """True where no law is broken and at least one was checked."""
        return not self.broken and any(result.held for result in self.results)

    @property
    def broken(self) -> tuple[LawResult, ...]:
        """The broken laws, in the order of checking."""
        return tuple(r for r in self.results if not r.held and not r.skipped)

    def raise_if_broken(self) -> None:
        """Raise `LawBroken` with one sentence per broken law."""
        if not self.held:
            listed = "\n".join(f"  {result}" for result in self.broken) or "  no law could be checked"
            raise LawBroken(f"{self.name} breaks the laws:\n{listed}")

    def __str__(self) -> str:
        return "\n".join([self.name, *(f"  {result}" for result in self.results)])


def hold(laws: Sequence[Law], subject: Any, where: str = "") -> tuple[LawResult, ...]:
    """Check laws in order; a law that needs a broken one, directly or not, is skipped."""
    results: dict[str, LawResult] = {}
    roots: dict[str, str] = {}  # law -> the broken law that it, or what it needs, rests on
    for law in laws:
        root = next((roots[name] for name in law.needs if name in roots), None)
        if root is not None:
            roots[law.name] = root
            results[law.name] = LawResult(law.name, False, True, f"not checked while '{root}' is broken", 0.0, where)
            continue
        started = time.perf_counter()
        skipped, fault = False, None
        try:
            fault = law.fault(subject)
        except NotApplicable as reason:
            skipped, fault = True, str(reason)
        except Exception as error:  # a fault in the file being checked is a verdict, not a crash
            fault = _sentence(error)
        seconds = time.perf_counter() - started
        if fault is not None and not skipped:
            roots[law.name] = law.name
        results[law.name] = LawResult(law.name, fault is None, skipped, fault or "", seconds, where)
    return tuple(results.values())


def _sentence(error: Exception) -> str:
    """An exception as a sentence, with the innermost line that belongs neither to JAX nor to this library's core."""
    text = " ".join(str(error).split())
    if isinstance(error, NeurorlError):
        return text
    text = text if len(text) <= 300 else f"{text[:300]} ..."
    ours = Path(__file__).parent
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        outside = "site-packages" in path.parts or "dist-packages" in path.parts or "<" in frame.filename
        if not outside and path.parent != ours and path.parent.name not in ("core", "loop"):
            place = f"; look at line {frame.lineno} of {path.name}"
    return f"It raised {type(error).__name__}: {text}{place}"
