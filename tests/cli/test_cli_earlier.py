"""What a command finds in its folder, what it is told twice, and whom it leaves out: each is said."""

from pathlib import Path

import pandas as pd
import pytest

from neurorl.cli.choices import choices_of
from neurorl.cli.reading import pairs, recodings
from neurorl.core.errors import BadValue
from neurorl.report.earlier import Earlier


def test_files_that_were_there_and_are_not_written_again_are_named(tmp_path: Path) -> None:
    for name in ("old.csv", "tables/old.csv", "again.csv", "report.html", ".unfinished/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a")
    earlier = Earlier(tmp_path, apart=("report.html",))
    (tmp_path / "again.csv").unlink()
    (tmp_path / "again.csv").write_text("b")
    (tmp_path / "new.csv").write_text("b")
    (sentence,) = earlier.sentences()
    assert "files that this run did not write: old.csv, tables/old.csv. They are from an earlier run" in sentence
    assert Earlier(tmp_path / "absent").sentences() == []


def test_contradictions_on_the_command_line_are_refused() -> None:
    with pytest.raises(BadValue, match=r"--code gives choice:1 twice: left and right"):
        recodings(["choice:1=left", "choice:1=right"])
    with pytest.raises(BadValue, match=r"--rename gives id twice: subject and session"):
        pairs(["id=subject", "id=session"], "--rename", "a=b")
    assert recodings(["choice:1=left", "choice:1=left"]) == {"choice": {"1": "left"}}


def test_decisions_of_a_subject_that_is_left_out_are_counted(tmp_path: Path) -> None:
    table = pd.DataFrame({"subject": ["a"] * 4 + ["b"] * 3, "choice": [0, 1, 0, 1, -1, -1, -1], "reward": 0})
    table.assign(reward=[1, 0, 1, 0, 0, 0, 0]).to_csv(tmp_path / "t.csv", index=False)
    data = choices_of(str(tmp_path / "t.csv"), "bandit", "subject")
    assert data.index["subject"].tolist() == ["a"]
    assert "Left out, because they have no scored choice: b." in data.notes
    assert data.scored.sentence() == "Scored 4 of 7 decisions; not scored: 3 missed choices."
