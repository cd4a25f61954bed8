"""Read one spoilt table, and say what came of it: refused, said, the same rows, or accepted in silence."""

import random
import shutil
import signal
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import benchmarks.fuzz_rows
import benchmarks.fuzz_text  # noqa: F401  (both add their classes)
from benchmarks.fuzz_mutations import MUTATIONS, Mutation
from benchmarks.fuzz_sheets import LAYOUTS, Sheet, base
from neurorl.core.errors import NeurorlError
from neurorl.data.layouts import Reading, reading

VARIANTS = 20  # sound tables of each layout
SLOW = 0.1  # share of tables in folders and binary files
LIMIT = 60  # s for one table, which takes some hundredths: a busy machine is no hang
_SOUND: dict[tuple[str, int], Reading] = {}
_CORE = ("subject", "session", "step", "state", "obs_0", "obs_1", "choice", "reward", "valid", "scored")


class TookTooLong(BaseException):
    """A table was not done within the limit; no `except Exception` may catch it."""


@dataclass(frozen=True)
class Case:
    """One table of the run.

    Attributes:
        number: its place in the run; with the seed it names the table.
        layout: its layout.
        mutation: name of the class.
        right: what is right to do about it.
        came: "refused", "said", "same", "silent", "traceback" or "hang".
        text: the message, the notes or the traceback.
    """

    number: int
    layout: str
    mutation: str
    right: str
    came: str
    text: str

    @property
    def is_fault(self) -> bool:
        """Whether something else came of it than is right."""
        if self.came in ("traceback", "hang"):
            return True
        if self.right in ("refused", "said"):
            return self.came == "silent"
        return self.right == "harmless" and self.came != "same"


def chosen(seed: int, number: int, layouts: list[str]) -> tuple[int, Sheet, Mutation, random.Random]:
    """The sound table's variant, the spoilt table and the class of a number; rng goes on to spoil files.

    Classes follow one another; the layout is drawn, folders and binary files less often, since they take longer.
    """
    rng = random.Random(f"{seed}/{number}")
    mutation = list(MUTATIONS.values())[number % len(MUTATIONS)]
    slow = [name for name in layouts if LAYOUTS[name].sheet.format in ("nwb", "ibl", "disrnn")]
    fast = [name for name in layouts if name not in slow]
    order = [*rng.sample(fast, len(fast)), *rng.sample(slow, len(slow))]
    if slow and rng.random() < SLOW:
        order.insert(0, rng.choice(slow))
    for layout in order:
        variant = rng.randrange(VARIANTS)
        sheet = base(layout, variant)
        spoilt = mutation.change(sheet, rng)
        if spoilt is not None and (mutation.files is not None or spoilt != sheet):
            return variant, spoilt, mutation, rng
    raise LookupError(f"no layout of {', '.join(layouts)} for: {mutation.name}")


def tried(seed: int, number: int, layouts: list[str], folder: Path) -> Case:
    """Spoil and read the table of a number."""
    variant, spoilt, mutation, rng = chosen(seed, number, layouts)
    whole = _sound(spoilt.layout, variant, folder)

    def case(came: str, text: str) -> Case:
        return Case(number, spoilt.layout, mutation.name, mutation.judged(spoilt), came, text)

    place = _fresh(folder / "spoilt")
    try:
        path = spoilt.write(place)
        if mutation.files is not None:
            mutation.files(path, rng)
    except Exception as error:  # the container cannot hold such a table, for example mixed columns
        return case("unwritten", repr(error))
    try:
        with limited(LIMIT), warnings.catch_warnings():
            warnings.simplefilter("error")  # a warning of numpy or pandas is not a sentence for a user
            found = reading(path, task=spoilt.task, format=spoilt.format)
    except NeurorlError as error:
        return case("refused", str(error)) if str(error).strip() else case("traceback", "an error without a sentence")
    except TookTooLong:
        return case("hang", f"not done within {LIMIT} s")
    except BaseException:
        return case("traceback", traceback.format_exc())
    new = [note for note in found.notes if note not in whole.notes]
    if _same(whole, found):
        return case("same", " ".join(new))
    named = any(word.casefold() in note.casefold() for word in mutation.note for note in new)
    return case("said" if named else "silent", " ".join(new))


def shown(seed: int, number: int, layouts: list[str]) -> str:
    """The spoilt table as text."""
    _, spoilt, mutation, _ = chosen(seed, number, layouts)
    content = spoilt.content().decode("utf-8", "backslashreplace")
    return f"{spoilt.file}, read as {spoilt.format}; {mutation.name}\n{content}"


def _sound(layout: str, variant: int, folder: Path) -> Reading:
    """The sound table, read once in a process; where it lies does not matter."""
    found = _SOUND.get((layout, variant))
    if found is None:
        sheet = base(layout, variant)
        found = reading(sheet.write(_fresh(folder / "sound")), task=sheet.task, format=sheet.format)
        _SOUND[layout, variant] = found
    return found


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _same(one: Reading, two: Reading) -> bool:
    """Whether two readings hold the same decisions; trials may count from another number."""
    a, b = one.dataset.table, two.dataset.table
    if len(a) != len(b):
        return False
    for name in _CORE:
        if (name in a) != (name in b):
            return False
        if name in a and not _equal(a[name], b[name]):
            return False
    first = [table.groupby(["subject", "session"], sort=False)["trial"].transform("min") for table in (a, b)]
    return _equal(a["trial"] - first[0], b["trial"] - first[1])


def _equal(one: pd.Series, two: pd.Series) -> bool:
    if one.dtype.kind in "biuf" and two.dtype.kind in "biuf":
        return bool(np.array_equal(one.to_numpy(float), two.to_numpy(float), equal_nan=True))
    return one.astype(str).tolist() == two.astype(str).tolist()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `TookTooLong` after this many seconds, where the system has an alarm (not Windows)."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
