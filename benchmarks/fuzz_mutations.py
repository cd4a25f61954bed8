"""What can be wrong with a table, class by class, and what is right to do about it.

refused: a sentence says why the table is not read. said: it is read, and a note names what is odd. harmless: it is read
with the same rows. undetectable: the table alone cannot tell; `why` says so. A class may hold for some layouts only:
`change` returns None where it does not apply. A refusal or a note is right for both of the first two.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fuzz_sheets import Sheet

RIGHT = ("refused", "said", "harmless", "undetectable")


@dataclass(frozen=True)
class Mutation:
    """One class of mutations.

    Attributes:
        name: what is done, in a few words.
        right: one of `RIGHT`.
        change: the sheet spoilt, or None where the class does not apply to its layout.
        note: words of which a note must hold one in order to name the mutation.
        why: of what is undetectable, the reason.
        untold: judged instead where no task is named; "" for the same.
        files: changes what was written to disk, instead of the sheet.
    """

    name: str
    right: str
    change: Callable[[Sheet, random.Random], Sheet | None]
    note: tuple[str, ...] = ()
    why: str = ""
    untold: str = ""
    files: Callable[[Path, random.Random], None] | None = None

    def judged(self, sheet: Sheet) -> str:
        """What is right for this sheet."""
        return self.untold if self.untold and sheet.task is None else self.right


MUTATIONS: dict[str, Mutation] = {}


def mutation(right: str, name: str, **more: Any) -> Callable[[Any], Any]:
    """Register a class of mutations."""
    assert right in RIGHT and (right != "undetectable" or more.get("why")), name

    def add(change: Any) -> Any:
        MUTATIONS[name] = Mutation(name, right, change, **more)
        return change

    return add


ODD = ("0_1", "1_0", "١", "１", "0x1", "--1", "1e", "1 1", "½", "O", "l")
WORDS = ("maybe", "win", "?", "=1+1", "#REF!", "[1]", "None of them", "\N{SNOWMAN}")
HUGE = ("99999999999999999999", "1e300", "1e400", "-1e300", "inf", "-inf", "Infinity")


def _one(role: str, texts: tuple[str, ...]) -> Callable[[Sheet, random.Random], Sheet | None]:
    """One cell of a column becomes one of the texts."""

    def change(sheet: Sheet, rng: random.Random) -> Sheet | None:
        if not sheet.has(role):
            return None
        return sheet.with_cell(rng.randrange(len(sheet.rows)), role, rng.choice(texts))

    return change


def _all(role: str, make: Callable[[Sheet], dict[str, str] | None]) -> Callable[[Sheet, random.Random], Sheet | None]:
    """All cells of a column are recoded; None where the layout has no such codes."""

    def change(sheet: Sheet, rng: random.Random) -> Sheet | None:
        codes = make(sheet) if sheet.has(role) else None
        if codes is None or any(old == new for old, new in codes.items()):
            return None
        return sheet.with_column(role, lambda cell: codes.get(cell, cell))

    return change


for _role in ("choice", "reward", "state", "trial", "step", "second", "gain", "arm"):
    _is = "choice at the second stage" if _role == "second" else _role
    mutation("refused", f"cell: {_is} is a word")(_one(_role, WORDS))
    mutation("refused", f"cell: {_is} is an odd numeral")(_one(_role, ODD))
    _money = _role in ("reward", "gain")
    mutation("refused", f"cell: {_is} is huge or infinite", note=("taken to range",), untold="said" if _money else "")(
        _one(_role, HUGE)
    )
    if _role not in ("reward", "gain", "arm"):
        mutation("refused", f"cell: {_is} is negative")(_one(_role, ("-2", "-7")))
        mutation("refused", f"cell: {_is} is no whole number")(_one(_role, ("0.5", "1.5", "1.0000001")))
    if _role not in ("reward", "trial", "gain"):
        mutation("refused", f"cell: {_is} is out of range", note=("number of arms",))(_one(_role, ("7", "99", "500")))
    if _role not in ("choice", "second"):
        mutation("refused", f"cell: {_is} is empty")(_one(_role, ("", "nan", "NA")))

mutation("refused", "cell: reward outside the task", note=("taken to range",), untold="said")(
    _one("reward", ("99999", "-7", "50", "-1.5"))
)
mutation("undetectable", "cell: reward graded", why="0.5 lies in the range that the task pays")(
    _one("reward", ("0.5", "0.25"))
)
mutation("refused", "cell: subject is empty")(_one("subject", ("", " ")))
mutation("refused", "cell: response time is a word")(_one("rt", WORDS))
mutation("refused", "cell: response time is negative")(_one("rt", ("-0.5", "-3")))
mutation("said", "cell: response time is empty", note=("response time",))(_one("rt", ("", "NA")))
mutation("refused", "column: rewards 0 and 50", note=("taken to range",), untold="said")(
    _all("reward", lambda s: {s.pays[1]: "50", s.pays[0]: "0"} if s.pays[0] != "0" else {s.pays[1]: "50"})
)
mutation("said", "column: rewards -1 and 1", note=("became 0 and 1", "taken to range"))(
    _all("reward", lambda s: {s.pays[0]: "-1"} if s.layout not in ("table, two steps", "hbayesdm, go/no-go") else None)
)
mutation("refused", "column: rewards are words")(_all("reward", lambda s: {s.pays[0]: "loss", s.pays[1]: "win"}))
mutation("refused", "column: rewards are all empty")(_all("reward", lambda s: dict.fromkeys(s.pays, "")))
mutation("undetectable", "column: rewards are all 0", why="a subject may have earned nothing")(
    _all("reward", lambda s: {s.pays[1]: s.pays[0]})
)
_FOUR = "hbayesdm, gains"  # a layout with four choices; of cpm, responses are sides


def _signed(sheet: Sheet) -> dict[str, str] | None:
    if sheet.layout in (_FOUR, "ibl"):  # the second writes them so
        return None
    return {sheet.codes[0]: "-1"} if sheet.codes[1] == "1" else {sheet.codes[0]: "-1", sheet.codes[1]: "1"}


def _from_other_end(sheet: Sheet) -> dict[str, str] | None:
    return {("1", "2"): {"1": "0", "2": "1"}, ("0", "1"): {"0": "1", "1": "2"}}.get(sheet.codes)


mutation("refused", "column: choices -1 and 1", note=("are missing", "missing but rewarded"))(_all("choice", _signed))
mutation(
    "refused", "column: choices count from the other end", note=("count from 1", "Never chosen", "number of arms")
)(_all("choice", _from_other_end))
mutation("refused", "column: choices are keys of a keyboard")(
    _all("choice", lambda s: {s.codes[0]: "f", s.codes[1]: "j"})
)
mutation("refused", "column: choices are left and right")(
    _all("choice", lambda s: {s.codes[0]: "left", s.codes[1]: "right"})
)
mutation("said", "column: only one choice occurs", note=("Never chosen",))(
    _all("choice", lambda s: {s.codes[0]: s.codes[1]} if s.layout not in (_FOUR, "cpm") else None)
)
mutation("said", "column: all choices are missing", note=("missing", "Without an answer"))(
    _all("choice", lambda s: dict.fromkeys(map(str, range(-1, 6)), s.missing))
)
mutation("undetectable", "column: the two codes are exchanged", why="either code may stand for either option")(
    _all("choice", lambda s: {s.codes[0]: s.codes[1], s.codes[1]: s.codes[0]})
)
mutation("refused", "column: second choices are sides", note=("Common transitions",))(
    _all("second", lambda s: {"3": "1", "4": "2"})
)


def _paid(sheet: Sheet, row: int) -> bool:
    return sheet.rows[row][sheet.where("reward")] == sheet.pays[1]


def _last_of_session(sheet: Sheet, row: int) -> bool:
    """Whether a row is the last of its session: a missed trial there is padding in arrays."""
    who = sheet.where("subject")
    return row + 1 == len(sheet.rows) or sheet.rows[row + 1][who] != sheet.rows[row][who]


@mutation("said", "cell: choice is missing beside a reward", note=("missing but rewarded", "Without an answer"))
def _missing_and_paid(sheet: Sheet, rng: random.Random) -> Sheet | None:
    rows = [row for row in range(len(sheet.rows)) if sheet.has("reward") and _paid(sheet, row)]
    rows = [row for row in rows if sheet.format != "disrnn" or not _last_of_session(sheet, row)]
    return sheet.with_cell(rng.choice(rows), "choice", sheet.missing) if rows else None


@mutation(
    "undetectable", "cell: choice is missing, nothing paid", why="so is a missed trial written; the count is shown"
)
def _missing(sheet: Sheet, rng: random.Random) -> Sheet | None:
    rows = [row for row in range(len(sheet.rows)) if sheet.has("reward") and not _paid(sheet, row)]
    return sheet.with_cell(rng.choice(rows), "choice", sheet.missing) if rows else None


@mutation("said", "column: 40 % of choices are missing", note=("more than a third", "Without an answer"))
def _many_missing(sheet: Sheet, rng: random.Random) -> Sheet | None:
    at = sheet.where("choice")
    rows = [list(row) for row in sheet.rows]
    free = [row for row in range(len(rows)) if sheet.format != "disrnn" or not _last_of_session(sheet, row)]
    for row in rng.sample(free, round(0.4 * len(rows))):
        rows[row][at] = sheet.missing
    return sheet.with_rows(rows)


@mutation("undetectable", "cell: choice is the other one", why="both are sound answers")
def _other(sheet: Sheet, rng: random.Random) -> Sheet | None:
    row = rng.randrange(len(sheet.rows))
    old = sheet.rows[row][sheet.where("choice")]
    return sheet.with_cell(row, "choice", sheet.codes[old == sheet.codes[0]])


@mutation("harmless", "cells: whole numbers written as 1.0")
def _same_numbers(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.is_text or sheet.format in ("aind",):
        return None
    role = rng.choice([role for role in ("choice", "reward") if sheet.has(role)])
    return sheet.with_column(role, lambda cell: cell + ".0" if cell.isdigit() else cell)


@mutation("refused", "cell: step that the trial does not have")
def _step(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("step"):
        return None
    return sheet.with_cell(len(sheet.rows) - 1, "step", rng.choice(("2", "5", "99")))


@mutation("refused", "rows: a stage of a trial is missing")
def _stage(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if sheet.layout != "table, two steps":
        return None
    row = rng.randrange(2, len(sheet.rows) // 2 - 2)
    return sheet.with_rows([*sheet.rows[:row], *sheet.rows[row + 1 :]])
