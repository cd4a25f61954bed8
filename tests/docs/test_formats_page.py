"""The page on formats names them all, and shows errors as they come out."""

from pathlib import Path

import pytest

from neurorl.cli.reading import ReadOptions
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadData

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
WRONG = "subjID\ttrial\tchoice\toutcome\n1\t1\t1\t1\n1\t1\t3\t0\n1\tx\t2\tgood\n1\t4\t2\tNA\n"


def test_each_format_has_its_row():
    for name in names("format"):
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert all(
            ending in cells[1] or (ending == "/" and "folder" in cells[1]) for ending in load("format", name).extensions
        )
        assert (cells[-1] == "no") == load("format", name).spaces


@pytest.mark.parametrize(("name", "text"), [("wrong.txt", WRONG), ("my.csv", "subject,choice,reward\na,1,1\na,2,0\n")])
def test_errors_are_shown_as_they_are(tmp_path, monkeypatch, name, text):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    with pytest.raises(BadData) as caught:
        ReadOptions().reading(name, "bandit")  # the page shows the command line
    assert "\n".join(f"    {line}" for line in str(caught.value).splitlines()) in PAGE


def test_notes_are_shown_as_they_are(tmp_path):
    path = tmp_path / "reversal.csv"
    path.write_text("subjID;trial ;choice;outcome\n007;1;1;1\n007;2;2;-1\n010;1;NA;NA\n")
    assert all(f"      {note}\n" in PAGE for note in ReadOptions().reading(str(path), "reversal").notes)
