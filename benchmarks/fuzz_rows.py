"""Rows and columns that are lost, repeated, out of order, renamed, or mean something else."""

import random
from collections import Counter
from dataclasses import replace

from benchmarks.fuzz_mutations import MUTATIONS, WORDS, mutation
from benchmarks.fuzz_sheets import TRIALS, Sheet

_UNNUMBERED = "without trial numbers, nothing tells it from another table"


def _numbered(sheet: Sheet) -> bool:
    """Whether the file numbers its trials."""
    return sheet.has("trial")


def _middle(sheet: Sheet, rng: random.Random) -> int:
    """A row well inside the first subject."""
    return rng.randrange(2, sum(who == sheet.people()[0] for who in sheet.people()) - 2)


@mutation("said", "rows: one dropped in the middle", note=("gap", "not 0 or 1"))
def _dropped(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not _numbered(sheet) or sheet.layout == "table, two steps":
        return None
    row = _middle(sheet, rng)
    return sheet.with_rows([*sheet.rows[:row], *sheet.rows[row + 1 :]])


@mutation("undetectable", "rows: one dropped, trials not numbered", why=_UNNUMBERED)
def _dropped_unnumbered(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if _numbered(sheet):
        return None
    row = _middle(sheet, rng)
    return sheet.with_rows([*sheet.rows[:row], *sheet.rows[row + 1 :]])


@mutation("refused", "rows: one doubled")
def _doubled(sheet: Sheet, rng: random.Random) -> Sheet | None:
    row = _middle(sheet, rng)
    return sheet.with_rows([*sheet.rows[:row], sheet.rows[row], *sheet.rows[row:]]) if _numbered(sheet) else None


@mutation("undetectable", "rows: one doubled, trials not numbered", why=_UNNUMBERED)
def _doubled_unnumbered(sheet: Sheet, rng: random.Random) -> Sheet | None:
    row = _middle(sheet, rng)
    return None if _numbered(sheet) else sheet.with_rows([*sheet.rows[:row], sheet.rows[row], *sheet.rows[row:]])


def _with_swap(sheet: Sheet, rng: random.Random) -> Sheet:
    rows, at = list(sheet.rows), _middle(sheet, rng)
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return sheet.with_rows(rows)


@mutation("said", "rows: two neighbours exchanged", note=("stood out of order",))
def _swapped(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return _with_swap(sheet, rng) if _numbered(sheet) else None


@mutation("undetectable", "rows: two neighbours exchanged, trials not numbered", why=_UNNUMBERED)
def _swapped_unnumbered(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return None if _numbered(sheet) else _with_swap(sheet, rng)


@mutation("said", "rows: in any order", note=("stood out of order",))
def _shuffled(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return sheet.with_rows(rng.sample(sheet.rows, len(sheet.rows))) if _numbered(sheet) else None


@mutation("said", "rows: in reverse order", note=("stood out of order",))
def _reversed(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return sheet.with_rows(sheet.rows[::-1]) if _numbered(sheet) else None


@mutation("said", "rows: subjects take turns", note=("not in one piece", "stood out of order"))
def _interleaved(sheet: Sheet, rng: random.Random) -> Sheet | None:
    half = len(sheet.rows) // 2
    if not sheet.has("subject"):
        return None
    return sheet.with_rows([row for pair in zip(sheet.rows[:half], sheet.rows[half:], strict=True) for row in pair])


@mutation("undetectable", "rows: the last trial is absent", why="nothing says how many trials there were")
def _last(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return sheet.with_rows(sheet.rows[: -2 if "two steps" in sheet.layout else -1])


@mutation("refused", "rows: the whole table a second time", note=("read twice",))
def _twice(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return sheet.with_rows([*sheet.rows, *sheet.rows])


@mutation("refused", "rows: the whole table a second time, header and all")
def _twice_with_header(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return sheet.with_rows([*sheet.rows, list(sheet.columns), *sheet.rows]) if sheet.is_text else None


@mutation("refused", "rows: a subject's trials start anew halfway")
def _restart(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not _numbered(sheet):
        return None
    count = TRIALS // 2
    first = min(int(row[sheet.where("trial")]) for row in sheet.rows)
    return sheet.with_column("trial", lambda cell: str((int(cell) - first) % count + first))


@mutation("refused", "rows: two subjects have one name")
def _one_name(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("subject") or not _numbered(sheet) or sheet.layout == "aind":
        return None
    return sheet.with_column("subject", lambda cell: "Ann")


@mutation("undetectable", "rows: two subjects have one name, trials not numbered", why=_UNNUMBERED)
def _one_name_unnumbered(sheet: Sheet, rng: random.Random) -> Sheet | None:
    return None if _numbered(sheet) else sheet.with_column("subject", lambda cell: "Ann")


@mutation("said", "rows: a name is misspelt once", note=("gap", "not 0 or 1", "not in one piece"))
def _misspelt(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("subject") or not (_numbered(sheet) or sheet.format == "table"):
        return None
    return sheet.with_cell(_middle(sheet, rng), "subject", rng.choice(("Amn", "ann", "An n", "1")))


@mutation("undetectable", "rows: a name is misspelt once, trials not numbered", why="it may be another subject")
def _misspelt_unnumbered(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("subject") or _numbered(sheet) or sheet.format == "table":
        return None
    return sheet.with_cell(_middle(sheet, rng), "subject", rng.choice(("Amn", "ann", "An n")))


@mutation("said", "rows: trial numbers have a gap", note=("gap",))
def _gap(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not _numbered(sheet):
        return None
    after, width = rng.randrange(2, TRIALS - 2), rng.choice((1, 5, 1000))
    return sheet.with_column("trial", lambda cell: str(int(cell) + width * (int(cell) > after)))


@mutation("undetectable", "rows: rewards stand one row too low", why="any order of rewards is possible")
def _rolled(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("reward") or "two steps" in sheet.layout:
        return None
    at = sheet.where("reward")
    paid = [row[at] for row in sheet.rows]
    moved = zip(sheet.rows, [paid[-1], *paid[:-1]], strict=True)
    return sheet.with_rows([[new if i == at else cell for i, cell in enumerate(row)] for row, new in moved])


@mutation("said", "column added: one subject in two groups", note=("differs within a subject",))
def _two_groups(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if sheet.format in ("ibl", "disrnn"):
        return None
    name = rng.choice(("group", "diagnosis", "sex", "Group", "genotype"))
    return sheet.added(name, ["control" if i < len(sheet.rows) // 4 else "patient" for i in range(len(sheet.rows))])


@mutation("refused", "column added: tells sessions apart", note=("separate session", "column session"))
def _session_like(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if sheet.has("session") or sheet.format in ("ibl", "disrnn", "nwb"):
        return None
    name = rng.choice(("run", "sess", "day", "visit", "block", "session_id", "Session", "date", "wave", "testday"))
    seen: Counter[str] = Counter()
    cells = []
    for who in sheet.people():
        cells.append("1" if seen[who] < TRIALS // 2 else "2")
        seen[who] += 1
    return sheet.added(name, cells)


@mutation("harmless", "column added: anything else")
def _extra(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if sheet.format == "disrnn":
        return None
    kinds = (lambda i: str(i), lambda i: "", lambda i: rng.choice(WORDS), lambda i: f"{rng.random():.3f}")
    make = rng.choice(kinds)
    name = rng.choice(("age", "temperature", "comment", "x", "É", "very long name of a column" * 4))
    return sheet.added(name if sheet.format != "ibl" else "temperature", [make(i) for i in range(len(sheet.rows))])


@mutation("harmless", "columns: in another order")
def _reordered(sheet: Sheet, rng: random.Random) -> Sheet | None:
    order = rng.sample(range(len(sheet.columns)), len(sheet.columns))
    return replace(
        sheet, columns=[sheet.columns[i] for i in order], rows=[[row[i] for i in order] for row in sheet.rows]
    )


def _needed(sheet: Sheet, rng: random.Random) -> int:
    roles = [role for role in ("subject", "choice", "reward", "second", "gain", "loss", "arm") if sheet.has(role)]
    return sheet.where(rng.choice(roles))


@mutation("refused", "columns: one that is needed is absent")
def _absent(sheet: Sheet, rng: random.Random) -> Sheet | None:
    at = _needed(sheet, rng)
    if sheet.format == "disrnn":
        return None
    return replace(
        sheet,
        columns=[name for i, name in enumerate(sheet.columns) if i != at],
        rows=[[cell for i, cell in enumerate(row) if i != at] for row in sheet.rows],
    )


@mutation("refused", "columns: one that is needed has another name", note=("was taken as", "is taken to be"))
def _renamed(sheet: Sheet, rng: random.Random) -> Sheet | None:
    at = _needed(sheet, rng)
    if sheet.format == "disrnn":
        return None
    name = rng.choice((f"{sheet.columns[at]}_2", "x", "antwort", f"{sheet.columns[at]}s", "unnamed", "0"))
    return replace(sheet, columns=[name if i == at else old for i, old in enumerate(sheet.columns)])


@mutation("refused", "columns: the trial has another name", note=("trials were counted", "session"))
def _trial_renamed(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not _numbered(sheet):
        return None
    at = sheet.where("trial")
    return replace(sheet, columns=["nr" if i == at else old for i, old in enumerate(sheet.columns)])


@mutation("refused", "columns: names in capitals", note=("ignored",))
def _capitals(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if sheet.format == "disrnn":
        return None
    return replace(sheet, columns=[name.upper() for name in sheet.columns])


@mutation("refused", "columns: one name twice")
def _name_twice(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.is_text:
        return None
    at = rng.randrange(len(sheet.columns))
    cells = [row[at] for row in sheet.rows]
    return sheet.added(sheet.columns[at], rng.sample(cells, len(cells)))


@mutation(
    "refused",
    "columns: names of choice and reward exchanged",
    untold="undetectable",
    why="a layout that takes 0 and 1, or -1 and 1, reads either; the range of rewards comes from the file",
)
def _exchanged(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("reward") or set(sheet.codes) == set(sheet.pays) or sheet.format in ("ibl", "disrnn"):
        return None
    names, a, b = list(sheet.columns), sheet.where("choice"), sheet.where("reward")
    names[a], names[b] = names[b], names[a]
    return replace(sheet, columns=names)


@mutation("undetectable", "columns: names of choice and reward exchanged, both 0 and 1", why="both are sound columns")
def _exchanged_alike(sheet: Sheet, rng: random.Random) -> Sheet | None:
    if not sheet.has("reward") or set(sheet.codes) != set(sheet.pays) or "two" in sheet.layout:
        return None
    names, a, b = list(sheet.columns), sheet.where("choice"), sheet.where("reward")
    names[a], names[b] = names[b], names[a]
    return replace(sheet, columns=names)


@mutation("undetectable", "several at once", why="only an error without a sentence is a fault here")
def _several(sheet: Sheet, rng: random.Random) -> Sheet | None:
    others = [m for m in MUTATIONS.values() if m.files is None and m.name != "several at once"]
    for _ in range(rng.randint(2, 4)):
        try:
            sheet = rng.choice(others).change(sheet, rng) or sheet
        except (ValueError, IndexError, KeyError):  # the one before left nothing for it to change
            return sheet
    return sheet
