"""What a file is before anybody says what it means: leftovers of spreadsheets, sheets, unread kinds, sizes."""

import datetime
import gzip
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from neurorl.core.errors import BadData, BadValue, NeurorlError, StorageFailed
from neurorl.data import Dataset, read, reading
from neurorl.data.inflating import read_gzip

HEAD, ROWS = "subject,choice,reward\n", "a,0,1\na,1,0\nb,1,1\n"


def text(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def book(path: Path, *sheets: tuple[str, list[list]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


TRIALS = [["subject", "choice", "reward"], ["a", 0, 1], ["a", 1, 0.5], ["007", 1.0, 1]]


@pytest.mark.parametrize(
    "content, said",
    [
        (HEAD + ROWS + ",,\n,,\n", "2 empty rows at the end dropped."),
        (HEAD.replace(",", ";") + ROWS.replace(",", ";") + ";;\n", "1 empty row at the end dropped."),
        (HEAD.replace(",", "\t") + ROWS.replace(",", "\t") + "\t\t\n \t \t\n", "2 empty rows at the end dropped."),
        ("subject,choice,reward,,\na,0,1,,\na,1,0,,\nb,1,1,,\n", "2 empty columns without a name dropped."),
        (f"{HEAD}{ROWS}NA,NA,NA\n", "1 empty row at the end dropped."),
        (f"# exported today\n#\n{HEAD}{ROWS}", "2 comment lines (#) above the header dropped."),
        (f"#{HEAD}{ROWS}", "The # before the first column name was dropped."),
        (
            f"sep=;\n{HEAD.replace(',', ';')}{ROWS.replace(',', ';')}",
            "The first line, which names the separator, was dropped.",
        ),
        ("\ufeff" + HEAD + ROWS, "A byte order mark at the start was dropped."),
        (f"\n\n{HEAD}{ROWS}\n\n", ""),
    ],
)
def test_what_spreadsheets_leave_behind(tmp_path, content, said):
    found = reading(text(tmp_path / "t.csv", content), task="bandit")
    assert found.dataset.table["choice"].tolist() == [0, 1, 1] and found.dataset.subjects == ("a", "b")
    assert (not said) or said in found.notes


def test_empty_rows_at_the_end_of_every_layout(tmp_path):
    rows = {
        "subjID\ttrial\tchoice\toutcome\n": "1\t1\t1\t1\n1\t2\t2\t0\n\t\t\t\n",
        "participant_id\tresponse\trt\tfeedback\n": "1\t0\t.5\t1\n1\t1\t.5\t0\n\t\t\t\n",
        "ppt\tresponse\tarm_left\tarm_right\tfeedback\n": "1\t1\t0\t1\t1\n1\t0\t0\t1\t0\n\t\t\t\t\n",
    }
    for head, lines in rows.items():
        found = reading(text(tmp_path / "t.txt", head + lines), task="bandit")
        assert "1 empty row at the end dropped." in found.notes and found.counts()["trials"] == 2, found.format
    pd.DataFrame({"subject": ["a", None], "choice": [1.0, None], "reward": [1.0, None]}).to_parquet(tmp_path / "t.pqt")
    assert "1 empty row at the end dropped." in reading(tmp_path / "t.pqt", task="bandit").notes


def test_an_empty_row_within_the_table_is_a_problem(tmp_path):
    with pytest.raises(BadData, match="Row 1: "):
        read(text(tmp_path / "t.csv", HEAD + "a,0,1\n,,\na,1,1\n"), task="bandit")


def test_a_sheet_is_read_as_its_csv_is(tmp_path):
    found = reading(book(tmp_path / "t.xlsx", ("trials", TRIALS), ("empty", [])), task="bandit", codes={"reward": {}})
    assert found.dataset.table["choice"].tolist() == [0, 1, 1] and found.dataset.subjects == ("a", "007")
    assert found.dataset.table["reward"].tolist() == [1, 0.5, 1]
    assert "Sheet 'trials' was read, the only one of 2 that is not empty." in found.notes
    more = book(tmp_path / "m.xlsx", ("x", [[], *[[*row, None] for row in TRIALS], [None, None, None], [" ", None]]))
    assert reading(more, task="bandit").dataset.table.equals(found.dataset.table)


def test_several_sheets_are_asked_about(tmp_path):
    path = book(tmp_path / "t.xlsx", ("day 1", TRIALS), ("day 2", TRIALS[:3]), ("plan", []))
    with pytest.raises(BadValue, match=r"several sheets with cells: 'day 1', 'day 2'. Say which with sheet= \(--sheet"):
        read(path, task="bandit")
    assert len(read(path, task="bandit", sheet="day 2")) == 2
    with pytest.raises(BadValue, match="has no sheet 'day 3'; its sheets with cells are 'day 1', 'day 2'"):
        read(path, task="bandit", sheet="day 3")
    with pytest.raises(BadData, match=r"Sheet 'plan' of .* is empty"):
        read(path, task="bandit", sheet="plan")
    with pytest.raises(BadValue, match=r"names a sheet of an Excel file, but .* is not one"):
        read(text(tmp_path / "t.csv", HEAD + ROWS), task="bandit", sheet="day 2")


def test_cells_that_cannot_be_taken_at_their_word(tmp_path):
    path = tmp_path / "t.xlsx"
    book(path, ("s", [*TRIALS, ["b", 1, "=1+1"]]))
    with pytest.raises(BadData, match=r"formulas whose results are not stored in the file \(C5\)"):
        read(path, task="bandit")
    book(path, ("s", [*TRIALS, ["b", 1, datetime.datetime(2024, 1, 2)]]))
    with pytest.raises(BadData, match=r"column reward holds dates among other values \(row 3: 2024-01-02\)"):
        read(path, task="bandit")
    book(path, ("s", [["My experiment", None, None], *TRIALS]))
    with pytest.raises(BadData, match="holds only 'My experiment'; the first row must name the columns"):
        read(path, task="bandit")
    made = openpyxl.load_workbook(book(path, ("s", TRIALS)))
    made["s"].merge_cells("A2:A3")
    made.save(path)
    with pytest.raises(BadData, match=r"has merged cells \(A2:A3\)"):
        read(path, task="bandit")
    days = [[*row, day] for row, day in zip(TRIALS, ["day", *[datetime.date(2024, 1, 2)] * 3], strict=True)]
    found = reading(book(path, ("s", days)), task="bandit")
    assert "Column day holds dates; they are treated as text." in found.notes
    assert found.dataset.table["day"].tolist() == ["2024-01-02"] * 3
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(StorageFailed, match=r"cannot be read as an Excel file .* Save it as CSV"):
        read(path, task="bandit")


def test_excel_without_its_package(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    (tmp_path / "t.xlsx").write_bytes(b"x")
    with pytest.raises(NeurorlError, match=r"pip install 'neurorl\[excel\]'"):
        read(tmp_path / "t.xlsx", task="bandit")


@pytest.mark.parametrize(
    "name, said",
    [
        ("t.mat", r"is a MATLAB file. This kind of file is not read; save it as CSV \(in MATLAB: writetable"),
        ("t.npy", "is a NumPy array, .* This kind of file is not read; save it as CSV"),
        ("t.json", "is a JSON file. This kind"),
        ("t.rds", r"is an R file. .*write.csv"),
        ("t.sav", "is an SPSS file"),
        ("t.pkl", "a pickle can run code when it is opened, so neurorl never opens one"),
        ("t.h5", "is an HDF5 file"),
        ("t.xls", "is an old Excel file.* save as .xlsx or as CSV"),
        ("t.ods", "is an OpenDocument table"),
        ("t.zip", "is an archive; archives are not read: unpack it first"),
        ("choices", r"has no ending that says what kind of file it is.* rename it to .*choices.csv"),
        ("t.foo", "ends in .foo; this kind of file is not read. Save it as CSV"),
    ],
)
def test_files_that_are_not_opened_are_named(tmp_path, name, said):
    (tmp_path / name).write_bytes(b"anything")
    for how in ({}, {"format": "table"}, {"format": "hssm"}, {"format": "hbayesdm"}):
        with pytest.raises(NeurorlError, match=said):
            read(tmp_path / name, task="bandit", **how)


def test_other_things_that_are_no_table(tmp_path):
    (tmp_path / "none.mat").touch()
    with pytest.raises(BadData, match=r"is an empty file \(0 bytes\)"):
        read(tmp_path / "none.mat", task="bandit")
    with pytest.raises(BadData, match="is empty"):
        read(text(tmp_path / "none.csv", ""), task="bandit")
    for head, what in (
        (b"PK\x03\x04", "a zip or Excel file"),
        (b"MATLAB 5.0", "a MATLAB file"),
        (b"\x80\x04\x95", "a"),
    ):
        (tmp_path / "t.csv").write_bytes(head + b"rest")
        with pytest.raises(BadData, match=f"named like a text table but is {what}"):
            read(tmp_path / "t.csv", task="bandit")
    (tmp_path / "t.csv").write_bytes(b"subject,choice\na,\0\n")
    with pytest.raises(BadData, match=r"holds a zero byte \(line 2\)"):
        read(tmp_path / "t.csv", task="bandit")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(BadData, match=r"The folder .* is empty"):
        read(folder, task="bandit")
    (folder / "s1.mat").write_bytes(b"x")
    with pytest.raises(BadData, match=r"holds no files of a known layout \(it holds 1 .mat\).* a MATLAB file"):
        read(folder, task="bandit")
    text(folder / "s1.csv", HEAD)
    with pytest.raises(BadData, match="Tables are read one file at a time"):
        read(folder, task="bandit")
    for format in ("nwb", "ibl", "bids", "disrnn"):
        with pytest.raises(NeurorlError, match=r"holds no|not an NWB|not an .npz"):
            read(folder, task="bandit", format=format)


def test_sizes_are_known_before_anything_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setenv("NEURORL_LARGEST_FILE", "1")
    big = 3 << 20
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress((HEAD + ROWS).encode() + b"\n" * big))
    with pytest.raises(BadData, match=r"unpacks to more than 1 MiB, the limit.*NEURORL_LARGEST_FILE"):
        read(tmp_path / "t.csv.gz", task="bandit")
    np.savez_compressed(tmp_path / "t.npz", xs=np.zeros((big // 16, 1, 2)), ys=np.zeros((big // 16, 1, 1)))
    with pytest.raises(BadData, match=r"would unpack to 5 MiB, and the limit is 1 MiB.*NEURORL_LARGEST_FILE=5"):
        read(tmp_path / "t.npz", task="bandit")
    pd.DataFrame({"subject": np.zeros(big // 8, int), "choice": 0, "reward": 0}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(BadData, match="would unpack to 9 MiB"):
        read(tmp_path / "t.parquet", task="bandit")
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b" " * big)
    with pytest.raises(BadData, match="would unpack to 3 MiB"):
        read(tmp_path / "t.xlsx", task="bandit")
    monkeypatch.setenv("NEURORL_LARGEST_FILE", "4")
    assert len(read(tmp_path / "t.csv.gz", task="bandit")) == 3
    monkeypatch.setenv("NEURORL_LARGEST_FILE", "much")
    with pytest.raises(BadValue, match="give a whole number of MiB"):
        read(tmp_path / "t.csv.gz", task="bandit")


def test_an_array_that_claims_to_be_large(tmp_path):
    import io

    content = io.BytesIO()
    np.lib.format.write_array_header_1_0(content, {"descr": "<f8", "fortran_order": False, "shape": (10**12, 1, 2)})
    with zipfile.ZipFile(tmp_path / "t.npz", "w") as file:
        file.writestr("xs.npy", content.getvalue())
        file.writestr("ys.npy", content.getvalue())
    with pytest.raises(BadData, match="would unpack to 15,258,789 MiB"):
        read(tmp_path / "t.npz", task="bandit")
    folder = tmp_path / "M1"
    folder.mkdir()
    (folder / "_ibl_trials.choice.npy").write_bytes(content.getvalue())
    with pytest.raises(StorageFailed, match=r"its header says 16,000,000,000,128 bytes, but it has 128"):
        read(folder, task="bandit", format="ibl")
    np.save(folder / "_ibl_trials.choice.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(StorageFailed, match="Python objects, which are not opened because they can run code"):
        read(folder, task="bandit", format="ibl")


def test_gzip_in_several_pieces_and_damaged(tmp_path):
    path = tmp_path / "t.gz"
    path.write_bytes(gzip.compress(b"one,") + gzip.compress(b"two") + b"\0" * 600)
    assert read_gzip(path) == b"one,two"
    path.write_bytes(gzip.compress(b"x" * 3_000_000))
    assert read_gzip(path) == b"x" * 3_000_000
    for damaged in (b"", b"no gzip", gzip.compress(b"one" * 99)[:-9]):
        path.write_bytes(damaged)
        with pytest.raises(StorageFailed, match="Is the file complete"):
            read_gzip(path)


def test_only_the_rows_that_are_named(tmp_path):
    rows = "subject,task,choice,reward\n" + "".join(f"a,{task},{t % 2},1\n" for t in range(4) for task in ("x", "y"))
    found = reading(text(tmp_path / "t.csv", rows), task="bandit", where={"task": "y"})
    assert found.dataset.table["choice"].tolist() == [0, 1, 0, 1] and found.dataset.table["task"].unique() == ["y"]
    assert any(note.startswith("4 of 8 rows were read, those in which task is y") for note in found.notes)
    with pytest.raises(BadValue, match="has no rows in which task is z; it holds x, y"):
        read(tmp_path / "t.csv", task="bandit", where={"task": "z"})
    with pytest.raises(BadValue, match=r"has no column run to select by \(where=, --where\)"):
        read(tmp_path / "t.csv", task="bandit", where={"run": "1"})


def test_leftovers_beside_row_numbers_and_in_the_canonical_reader(tmp_path):
    numbered = ",subject,choice,reward\n0,a,0,1\n1,a,1,0\n2,,,\n"
    found = reading(text(tmp_path / "n.csv", numbered), task="bandit")
    assert found.counts()["trials"] == 2 and "1 empty row at the end dropped." in found.notes
    named = reading(text(tmp_path / "u.csv", "subject,choice,reward,\na,0,1,x\na,1,0,y\n"), task="bandit")
    assert "Columns without a name that are not empty are kept: 4 (counted from 1)." in named.notes
    spaces = found.dataset.schema.spaces
    found.dataset.write(tmp_path / "c.csv")
    whole = (tmp_path / "c.csv").read_text()
    (tmp_path / "c.csv").write_text(whole + "," * whole.splitlines()[0].count(",") + "\n")
    with pytest.warns(UserWarning, match="1 empty row at the end dropped"):
        assert len(Dataset.read(tmp_path / "c.csv", spaces)) == 2


def test_a_named_index_of_parquet_is_a_column(tmp_path):
    table = pd.DataFrame({"subject": ["a", "a"], "choice": [0, 1], "reward": [1, 0]}).set_index("subject")
    table.to_parquet(tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet", task="bandit").subjects == ("a",)


def test_a_device_is_no_file(tmp_path):
    (tmp_path / "t.csv").symlink_to("/dev/zero")
    with pytest.raises(StorageFailed, match="is neither a file nor a folder"):
        read(tmp_path / "t.csv", task="bandit")
