"""What is written stays in its folder, one file a session, and no cell of it runs in a spreadsheet."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from format_tables import arms
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from neurorl.core.file_names import LONGEST, changed, file_names, path_names
from neurorl.data import Dataset, read, reading, write
from neurorl.data.cells import as_written, neutral
from neurorl.data.files import read_table, write_table

ODD = ("../../x", "/abs", "a/b", "a-b", "a b", "A", "a", "con", "NUL.txt", "x" * 300, "x" * 299 + "y", "..", "#1#", "é")
FORMULAS = ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\tx", "'=quoted", "''=twice", "-", "'plain", "007")


def of_subjects(names: tuple[str, ...]) -> Dataset:
    """Two trials of each subject."""
    base = arms(rt=False)
    rows = {"subject": np.repeat(np.array(names, object), 2), "session": 0, "trial": [0, 1] * len(names)}
    rows |= {"step": 0, "state": 0, "choice": [0, 1] * len(names), "reward": 1.0}
    return Dataset(pd.DataFrame(rows), base.schema)


def test_names_of_files():
    names = file_names(ODD)
    assert names["a-b"] == "a-b" and names["é"] == "é" and names["a/b"].startswith("a-b-")
    assert names["con"].startswith("name-con-") and names["A"] != "A"  # "a" and "A" are one file on some systems
    assert all(not set("/\\:\0") & set(n) and n.strip(". ") == n and n for n in names.values())
    assert max(len(n.encode()) for n in names.values()) <= LONGEST
    assert file_names(["", ".", "..", "-"]).keys() == {"", ".", "..", "-"}
    assert path_names(["2020-02-18/001", "../x", "a//b"]) == {
        "2020-02-18/001": "2020-02-18/001", "../x": "--x", "a//b": "a--b"
    }  # fmt: skip
    assert changed({"a": "a", "b/c": "b-c"}) == "b/c (b-c)"


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_different_labels_have_different_files(labels):
    for options in ({}, {"keep": "", "ascii_only": True}, {"keep": "_", "ascii_only": True}):
        names = file_names(labels, **options)
        assert len({name.casefold() for name in names.values()}) == len(set(labels))
        assert all(name and "/" not in name and not name.startswith(".") for name in names.values())


@pytest.mark.parametrize(
    "layout, pattern", [("ibl", "alf"), ("bids", "*_beh.tsv"), ("nwb", "*.nwb"), ("aind", "*.nwb")]
)
def test_nothing_is_written_outside_the_folder(tmp_path, layout, pattern):
    names = ODD if layout != "nwb" else ODD[:5]
    lost = write(of_subjects(names), tmp_path / "in" / "out", layout)
    assert [p.name for p in tmp_path.iterdir()] == ["in"] and [p.name for p in (tmp_path / "in").iterdir()] == ["out"]
    assert len(list((tmp_path / "in" / "out").rglob(pattern))) == len(names)
    assert layout in ("nwb", "aind") or any("../../x (" in sentence for sentence in lost)
    again = reading(tmp_path / "in" / "out", task="bandit", format=layout)
    assert again.counts()["subjects"] == len(names) and again.counts()["trials"] == 2 * len(names)


def test_sessions_and_columns_as_names_of_files(tmp_path):
    dataset = of_subjects(("a",))
    table = dataset.table.assign(**{"session": "../up", "../../rt": 1.0, "b c": 2.0, "b-c": 3.0})
    lost = write(Dataset(table, dataset.schema), tmp_path / "in" / "ibl", "ibl")
    assert {p.name for p in tmp_path.iterdir()} == {"in"} and {p.name for p in (tmp_path / "in").iterdir()} == {"ibl"}
    assert any("Sessions were renamed to valid file names" in s for s in lost) and any(
        "Columns were renamed to valid file names" in s for s in lost
    )
    assert {2.0, 3.0} <= {float(v) for v in read(tmp_path / "in" / "ibl", task="bandit").table.iloc[0, 5:]}


def test_formula_cells_are_text_and_come_back(tmp_path):
    table = of_subjects(FORMULAS).table.assign(**{"=note": "@here", "number": -1.5, "mixed": ["=a", 1] * len(FORMULAS)})
    for name in ("t.csv", "t.csv.gz"):
        write_table(table, tmp_path / name)
        back = read_table(tmp_path / name, ["subject"])
        assert back["subject"].tolist() == table["subject"].tolist() and back["=note"].unique() == ["@here"]
    cells = [cell for line in (tmp_path / "t.csv").read_text().splitlines() for cell in line.split(",")]
    risky = [
        cell for cell in cells if cell.strip('"')[:1] in "=@+\t" or (cell[:1] == "-" and cell not in ("-", "-1.5"))
    ]
    assert not [cell for cell in risky if cell]
    assert "-1.5" in cells and "'plain" in cells and "''=quoted" in cells
    found = read(tmp_path / "t.csv", task="bandit")
    assert found.subjects == FORMULAS


@pytest.mark.parametrize(
    "layout, name", [("hbayesdm", "t.txt"), ("hssm", "t.csv"), ("cpm", "t.tsv"), ("table", "t.csv")]
)
def test_formula_cells_in_every_text_layout(tmp_path, layout, name):
    write(of_subjects(FORMULAS[:3]), tmp_path / name, layout)
    assert "\n=" not in (tmp_path / name).read_text() and "\n'=1+1" in (tmp_path / name).read_text()
    assert read(tmp_path / name, task="bandit", format=layout).subjects == FORMULAS[:3]


@given(st.lists(st.text(alphabet="'=+-@\t\ra1", max_size=6), min_size=1, max_size=6))
def test_neutral_cells_come_back_exactly(texts):
    table = pd.DataFrame({"a": np.array(texts, object), "n": 1.0})
    safe = neutral(table)
    assert_frame_equal(as_written(safe), table, check_dtype=False)
    assert all(not text or text[0] not in "=@\t\r" for text in safe["a"])


def test_regressors_go_to_one_task(tmp_path):
    from neurorl.core.errors import BadValue
    from neurorl.data import into

    for task in ("bandit", "flanker"):
        folder = Path(tmp_path / "study" / "sub-01")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"sub-01_task-{task}_events.tsv").write_text("trial\tchoice\treward\n0\t0\t1\n1\t1\t0\n")
    table = pd.DataFrame({"subject": "01", "session": 0, "trial": [0, 1], "rpe": [0.5, -0.5]})
    with pytest.raises(BadValue, match=r"differ in the task: bandit \(1\), flanker \(1\)"):
        into(table, tmp_path / "study", tmp_path / "out")
    assert [p.name for p in into(table, tmp_path / "study", tmp_path / "out", where={"task": "bandit"})] == [
        "sub-01_task-bandit_events.tsv"
    ]


def test_a_folder_that_is_not_empty_is_said(tmp_path):
    assert not any("not empty" in sentence for sentence in write(arms(), tmp_path / "b", "bids"))
    assert any("was not empty; its files stay" in sentence for sentence in write(arms(), tmp_path / "b", "bids"))
