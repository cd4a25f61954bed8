"""Running a study: verdicts, files, results that are read back."""

import dataclasses
import errno
import json
import math
import os
from pathlib import Path

import pandas as pd
import pytest
from fake_study import STUDY, run

from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.core.study import Context, Evidence
from neurorl.report import page
from neurorl.report.result import read_result
from neurorl.report.runner import run_study

pytestmark = pytest.mark.usefixtures("own_cache")


def test_verdicts_by_hand(tmp_path: Path) -> None:
    result = run(tmp_path)
    # mean of .25 and .75 is in [.5, .5]; 7 is not >= 8; NaN and a missing measure are misses; "quick" is too large
    assert [v.outcome for v in result.verdicts] == ["held", "missed", "missed", "missed", "not run"]
    assert result.counts() == {"held": 1, "missed": 3, "not run": 1}
    assert result.values["unit_sum"] == 15.0


def test_files_and_strict_json(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.folder == tmp_path / "fake" / "smoke-seed0"
    made = {path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*") if path.is_file()}
    assert made == {
        "result.json",
        "report.html",
        "tables/by_who.csv",
        "tables/by_who.parquet",
        "evidence/stay.parquet",
        "recordings/units.nc",
        "figures/stay.svg",
        "figures/stay.png",
    }

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    content = json.loads((result.folder / "result.json").read_text(), parse_constant=refuse)
    assert content["measures"]["lost"] is None
    assert content["verdicts"][1] == {
        "claim": "n is right",
        "measure": "n",
        "low": 8,
        "high": None,
        "source": "Someone 2020, Fig. 1",
        "basis": "reported",
        "scale": "smoke",
        "kind": "finding",
        "end": "value",
        "given": "",
        "value": 7.0,
        "interval": None,
        "outcome": "missed",
    }
    made_with = content["origin"]
    assert made_with["seed"] == 0 and made_with["scale"] == "smoke" and made_with["cached"] is False
    assert set(made_with["seconds"]) == {"gather", "measure", "draw"}
    assert len(made_with["source_hash"]) == 64 and made_with["jax"] and made_with["cores"] >= 1
    assert (result.folder / "tables" / "by_who.csv").read_text().splitlines()[0] == "who,stay,n"


def test_full_disk_while_writing_keeps_the_old_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = run(tmp_path).page.read_text()

    def full(self: Path, content: bytes) -> int:
        self.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(StorageFailed, match="No space left"):
            run(tmp_path, fresh=True)
    folder = tmp_path / "fake" / "smoke-seed0"
    assert (folder / "report.html").read_text() == old
    assert not list(folder.rglob(".*"))  # no half file stays behind


def test_a_table_no_file_can_hold_is_a_sentence(tmp_path: Path) -> None:
    def mixed(context: Context) -> Evidence:
        return Evidence({"odd": pd.DataFrame({"x": [1, "a"]})})

    with pytest.raises(BadData, match=r"'odd'.*one type"):
        run(tmp_path, dataclasses.replace(STUDY, gather=mixed))


def test_unknown_scale(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="no scale 'paper'; it has: smoke, quick"):
        run_study(STUDY, scale="paper", out=tmp_path)


def test_figures_of_an_earlier_run_are_removed(tmp_path: Path) -> None:
    folder = run(tmp_path).folder
    (folder / "figures" / "old.svg").write_text("old")
    run(tmp_path, fresh=True)
    assert sorted(path.name for path in (folder / "figures").iterdir()) == ["stay.png", "stay.svg"]


def test_figures_are_the_same_bytes_again(tmp_path: Path) -> None:
    folder = run(tmp_path).folder
    first = {path.name: path.read_bytes() for path in (folder / "figures").iterdir()}
    run(tmp_path, fresh=True)
    assert {path.name: path.read_bytes() for path in (folder / "figures").iterdir()} == first


def test_result_reads_back_and_gives_the_same_page(tmp_path: Path) -> None:
    result = run(tmp_path)
    again = read_result(result.folder)
    assert again.verdicts[0] == result.verdicts[0] and again.card == result.card
    assert again.verdicts[1].expect.high == math.inf
    assert math.isnan(again.values["lost"])
    pd.testing.assert_frame_equal(again.tables["by_who"], result.tables["by_who"])
    assert page.page_html(again) == result.page.read_text()


def test_reading_nothing_or_half_is_a_sentence(tmp_path: Path) -> None:
    folder = run(tmp_path).folder
    with pytest.raises(StorageFailed, match=r"Results are in: .*smoke-seed0"):
        read_result(tmp_path)
    (folder / "tables" / "by_who.parquet").unlink()
    with pytest.raises(StorageFailed, match="not whole"):
        read_result(folder)
    (folder / "result.json").write_text("{")
    with pytest.raises(StorageFailed, match="cannot be read"):
        read_result(folder)
