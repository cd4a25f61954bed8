"""Small sound tables in every layout of the registry, as text that can be spoilt: two subjects, twelve trials each."""

import csv
import io
import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.files import write_bytes
from neurorl.data.formats._nwb import write_sessions
from neurorl.data.numerals import plain_number
from neurorl.ops.arms import arm_spaces
from neurorl.ops.two_stage import two_stage_spaces

TRIALS = 12  # of each subject
ARMS, STAGES = arm_spaces(2), two_stage_spaces(fixation=False, second_choice=True)
ALF = "NYU-11/2020-02-18/001/alf"
CELLS = list[list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table as text, and what its columns are.

    Attributes:
        layout: which of `LAYOUTS` it is.
        format: of the registry.
        file: name of the file or folder it is written to; its ending says how.
        columns: the header.
        rows: cells as text.
        roles: "subject", "trial", "step", "state", "choice", "reward", "rt" -> the column's name.
        codes: how the layout writes the first and the second choice.
        missing: how it writes a missing choice.
        pays: how it writes a reward of 0 and of 1.
        task: what it is read with; None where the layout itself says what codes mean.
        separator, encoding, newline, quoted: how the text is written.
        raw: the bytes of a text file, where they are spoilt; else None.
    """

    layout: str
    format: str
    file: str
    columns: Sequence[str]
    rows: CELLS
    roles: Mapping[str, str]
    codes: tuple[str, str] = ("0", "1")
    missing: str = ""
    pays: tuple[str, str] = ("0", "1")
    task: Any = ARMS
    separator: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    quoted: bool = False
    raw: bytes | None = field(default=None, repr=False)

    @property
    def is_text(self) -> bool:
        """Whether it is written as separated text."""
        return self.file.endswith((".csv", ".tsv", ".txt"))

    def where(self, role: str) -> int:
        """Position of the column with this role."""
        return list(self.columns).index(self.roles[role])

    def has(self, role: str) -> bool:
        """Whether a column has this role."""
        return self.roles.get(role) in self.columns

    def people(self) -> list[str]:
        """The subject of each row."""
        return [row[self.where("subject")] if self.has("subject") else "" for row in self.rows]

    def with_rows(self, rows: CELLS) -> "Sheet":
        """The same columns with other rows."""
        return replace(self, rows=rows)

    def with_cell(self, row: int, role: str, text: str) -> "Sheet":
        """One cell replaced."""
        rows = [list(cells) for cells in self.rows]
        rows[row][self.where(role)] = text
        return replace(self, rows=rows)

    def with_column(self, role: str, change: Callable[[str], str]) -> "Sheet":
        """Each cell of a column changed."""
        at = self.where(role)
        return replace(self, rows=[[change(c) if i == at else c for i, c in enumerate(row)] for row in self.rows])

    def added(self, name: str, cells: Sequence[str]) -> "Sheet":
        """One more column at the end."""
        rows = [[*row, cell] for row, cell in zip(self.rows, cells, strict=True)]
        return replace(self, columns=[*self.columns, name], rows=rows)

    def content(self) -> bytes:
        """The text file."""
        if self.raw is not None:
            return self.raw
        out = io.StringIO()
        quoting = csv.QUOTE_ALL if self.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(out, delimiter=self.separator, lineterminator=self.newline, quoting=quoting)
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return out.getvalue().encode(self.encoding)

    def write(self, folder: Path) -> Path:
        """Write it below a folder, and return the path to read."""
        path = folder / self.file
        if self.is_text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.content())
            return path if "/" not in self.file else folder / self.file.split("/")[0]
        table = pd.DataFrame(self.rows, columns=pd.Index(self.columns)).apply(_typed)
        if self.file.endswith(".parquet"):
            table.to_parquet(path, index=False)
        elif self.file.endswith(".nwb"):
            write_sessions(table.assign(subject="A", session="x"), path, {})
        elif self.file.endswith(".npz"):
            _write_arrays(table, path)
        else:
            (path / ALF).mkdir(parents=True)
            for name, values in table.items():
                array = values.to_numpy()
                array = array.astype(str) if array.dtype.kind not in "biuf" else array
                np.save(path / ALF / f"_ibl_trials.{name}.npy", array, allow_pickle=False)
        return path


def _typed(column: pd.Series) -> pd.Series:
    """Numbers where all cells are, else text."""
    empty = column == ""
    numbers = column.map(plain_number)
    if (numbers.isna() & ~empty).any():
        return column
    whole = not empty.any() and np.isfinite(numbers).all() and (numbers % 1 == 0).all() and (numbers.abs() < 1e15).all()
    return numbers.astype(int) if whole else numbers


def _write_arrays(table: pd.DataFrame, path: Path) -> None:
    """xs and ys as `neurorl.data.formats.disrnn` describes them, one session a subject."""
    groups = [rows for _, rows in table.groupby("subject", sort=False)]
    width = max(len(rows) for rows in groups) + 1
    kinds = [table[name].dtype.kind in "biuf" for name in ("choice", "reward")]
    if not all(kinds):  # words
        texts = table["choice"].astype(str).to_numpy()
        arrays = {"xs": np.zeros((len(table), 1, 2)), "ys": texts[:, None, None]}
    else:
        arrays = {"xs": np.zeros((width, len(groups), 2)), "ys": np.full((width, len(groups), 1), -1.0)}
        for s, rows in enumerate(groups):
            arrays["ys"][: len(rows), s, 0] = rows["choice"]
            arrays["xs"][1 : len(rows) + 1, s] = rows[["choice", "reward"]]
        arrays["subject"] = np.array([str(rows["subject"].iloc[0]) for rows in groups])
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_bytes(path, content.getvalue())


def _draws(rng: random.Random) -> tuple[list[int], list[int]]:
    """Choices and rewards of one subject that change often, so that no part of them repeats by chance."""
    while True:
        side, paid = ([rng.randrange(2) for _ in range(TRIALS)] for _ in range(2))
        pairs = list(zip(side, paid, strict=True))
        changes = sum(a != b for a, b in itertools.pairwise(pairs))
        if changes >= 7 and 4 <= sum(side) <= 8 and 4 <= sum(paid) <= 8 and pairs[:6] != pairs[6:]:
            return side, paid


def base(layout: str, variant: int) -> Sheet:
    """One sound table of a layout; variants differ in choices and rewards."""
    rng = random.Random(f"{layout}/{variant}")
    who = ["Ann", "Bob"] if layout not in ("bids", "nwb", "ibl") else ["Ann"]
    rows = []
    for name in who:
        for trial, (side, paid) in enumerate(zip(*_draws(rng), strict=True)):
            rows += LAYOUTS[layout].cells(name, trial, side, paid, rng)
    return replace(LAYOUTS[layout].sheet, layout=layout, rows=rows)


@dataclass(frozen=True)
class Layout:
    """How a trial is written: a sheet without rows, and the rows of a trial."""

    sheet: Sheet
    cells: Callable[[str, int, int, int, random.Random], CELLS]


def _layout(format: str, file: str, columns: str, roles: str, cells: Callable[..., CELLS], **more: Any) -> Layout:
    names = dict(pair.split("=") for pair in roles.split())
    return Layout(Sheet("", format, file, columns.split(), [], names, **more), cells)


def _seconds(rng: random.Random) -> str:
    return f"{rng.uniform(0.2, 1.1):.3f}"


def _two_steps(who: str, trial: int, side: int, paid: int, rng: random.Random) -> CELLS:
    second, last = 1 + (side if rng.random() < 0.7 else 1 - side), rng.randrange(2)
    return [[who, "0", f"{trial}", "0", "0", f"{side}", "0"],
            [who, "0", f"{trial}", "1", f"{second}", f"{last}", f"{paid}"]]  # fmt: skip


def _stages(who: str, trial: int, side: int, paid: int, rng: random.Random) -> CELLS:
    other = rng.random() < 0.3 and trial > 3  # the first trials are common, so that all four options occur
    return [[who, str(side + 1), str(1 + 2 * (side != other) + rng.randrange(2)), str(paid)]]


_TABLE = "subject session trial step state choice reward"
_ROLES = "subject=subject session=session trial=trial step=step state=state choice=choice reward=reward"
_BARE = "subject=subject choice=choice reward=reward"
_HSSM = "subject=participant_id trial=trial_id choice=response rt=rt reward=feedback"
LAYOUTS: dict[str, Layout] = {
    "table": _layout(
        "table", "t.csv", _TABLE, _ROLES, lambda w, t, c, r, g: [[w, "0", f"{t}", "0", "0", f"{c}", f"{r}"]]
    ),
    "table, 3 columns": _layout(
        "table", "t.csv", "subject choice reward", _BARE, lambda w, t, c, r, g: [[w, f"{c}", f"{r}"]]
    ),
    "table, two steps": _layout("table", "t.tsv", _TABLE, _ROLES, _two_steps, separator="\t", task=STAGES),
    "table, parquet": _layout(
        "table", "t.parquet", "subject trial choice reward", f"{_BARE} trial=trial",
        lambda w, t, c, r, g: [[w, f"{t}", f"{c}", f"{r}"]],
    ),
    "hbayesdm, bandit": _layout(
        "hbayesdm", "t.txt", "subjID trial choice outcome", "subject=subjID trial=trial choice=choice reward=outcome",
        lambda w, t, c, r, g: [[w, f"{t + 1}", f"{c + 1}", f"{r}"]], codes=("1", "2"), separator="\t",
    ),
    "hbayesdm, bandit, no task": _layout(
        "hbayesdm", "t.txt", "subjID choice outcome", "subject=subjID choice=choice reward=outcome",
        lambda w, t, c, r, g: [[w, f"{c + 1}", f"{r}"]], codes=("1", "2"), separator="\t", task=None,
    ),
    "hbayesdm, gains": _layout(
        "hbayesdm", "t.txt", "subjID choice gain loss", "subject=subjID choice=choice gain=gain loss=loss",
        lambda w, t, c, r, g: [[w, str(c + 1 + 2 * g.randrange(2)), f"{r * 50}", f"{-25 * g.randrange(2)}"]],
        codes=("1", "2"), separator="\t", task=None,
    ),
    "hbayesdm, two-step": _layout(
        "hbayesdm", "t.txt", "subjID level1_choice level2_choice reward",
        "subject=subjID choice=level1_choice second=level2_choice reward=reward", _stages,
        codes=("1", "2"), separator="\t", task=STAGES,
    ),
    "hbayesdm, selection": _layout(
        "hbayesdm", "t.txt", "subjID type choice reward", "subject=subjID state=type choice=choice reward=reward",
        lambda w, t, c, r, g: [[w, g.choice(("12", "34", "56")), f"{c}", f"{r}"]], separator="\t", task=None,
    ),
    "hbayesdm, go/no-go": _layout(
        "hbayesdm", "t.txt", "subjID cue keyPressed outcome",
        "subject=subjID state=cue choice=keyPressed reward=outcome",
        lambda w, t, c, r, g: [[w, str(t % 4 + 1), f"{c}", f"{r}"]], separator="\t", task=None,
    ),
    "hssm": _layout(
        "hssm", "t.csv", "participant_id trial_id response rt feedback", _HSSM,
        lambda w, t, c, r, g: [[w, f"{t}", f"{c}", _seconds(g), f"{r}"]], missing="-999",
    ),
    "hssm, no task": _layout(
        "hssm", "t.csv", "participant_id response rt feedback", _HSSM,
        lambda w, t, c, r, g: [[w, f"{2 * c - 1}", _seconds(g), f"{r}"]], codes=("-1", "1"), missing="-999", task=None,
    ),
    "cpm": _layout(
        "cpm", "t.csv", "ppt trial response feedback arm_left arm_right",
        "subject=ppt trial=trial choice=response reward=feedback arm=arm_left",
        lambda w, t, c, r, g: [[w, f"{t + 1}", f"{c}", f"{r}", *((("1", "2"), ("2", "1"))[g.randrange(2)])]],
    ),
    "aind": _layout(
        "aind", "t.csv", "subject_id ses_idx trial animal_response earned_reward",
        "subject=subject_id session=ses_idx trial=trial choice=animal_response reward=earned_reward",
        lambda w, t, c, r, g: [[w, f"{w}_2024-01-02_10-00-00", f"{t}", f"{c}", str(bool(r))]], missing="2",
        pays=("False", "True"),
    ),
    "bids": _layout(
        "bids", "b/sub-01/beh/sub-01_task-x_beh.tsv", "trial response feedback",
        "trial=trial choice=response reward=feedback", lambda w, t, c, r, g: [[f"{t + 1}", f"{c}", f"{r}"]],
        separator="\t", missing="n/a",
    ),
    "nwb": _layout(
        "nwb", "n.nwb", "trial choice reward", "trial=trial choice=choice reward=reward",
        lambda w, t, c, r, g: [[f"{t}", f"{c}", f"{r}"]],
    ),
    "ibl": _layout(
        "ibl", "ibl", "trial choice feedbackType", "trial=trial choice=choice reward=feedbackType",
        lambda w, t, c, r, g: [[f"{t + 1}", f"{1 - 2 * c}", f"{2 * r - 1}"]], codes=("1", "-1"), missing="0",
        pays=("-1", "1"),
    ),
    "disrnn": _layout(
        "disrnn", "d.npz", "subject choice reward", _BARE, lambda w, t, c, r, g: [[w, f"{c}", f"{r}"]], missing="-1",
    ),
}  # fmt: skip
