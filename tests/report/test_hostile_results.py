"""A run folder from a stranger, and names from a table: nothing in them becomes markup, a path, or mathematics."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest

from neurorl.cli.main import main
from neurorl.core.card import Card
from neurorl.core.errors import NeurorlError, StorageFailed
from neurorl.core.study import Expect
from neurorl.figures.ceiling import held_out_figure
from neurorl.figures.effects import effects_figure
from neurorl.figures.fit_comparison import fit_comparison_figure
from neurorl.figures.predictive import predictive_figure
from neurorl.figures.recovery import confusion_figure
from neurorl.figures.save import save_figure
from neurorl.report.fit_page import FitReport, Table, fit_page_html
from neurorl.report.result import StudyResult, read_result, write_result

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> $\\frac$ a$b"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    expect = Expect("A claim", "x", 0.0, 1.0, "Nobody 2000", "ours", "smoke")
    result = StudyResult(
        folder=tmp_path / "run",
        study="fake",
        card=Card("Title", "Summary", (), ()),
        tasks=("bandit",),
        agents=("lstm",),
        notes=("note",),
        scale="quick",
        seed=3,
        values={"x": 0.5, "y": math.nan},
        verdicts=(expect.judge({"x": 0.5}, "quick"),),
        tables={"t": pd.DataFrame({"a": [1]})},
        captions={"t": "A table"},
        figures={},
        origin={"seconds": {"gather": 1.0}},
    )
    write_result(result)
    (result.folder / "tables").mkdir()
    result.tables["t"].to_parquet(result.folder / "tables" / "t.parquet")
    return result.folder


def changed(folder: Path, change: dict) -> None:
    path = folder / "result.json"
    content = json.loads(path.read_text())
    for place, value in change.items():
        inside = content
        *above, last = place.split(".")
        for name in above:
            inside = inside[int(name) if name.isdigit() else name]
        inside[last] = value
    path.write_text(json.dumps(content))


def test_a_result_comes_back(folder: Path) -> None:
    result = read_result(folder)
    assert result.values["x"] == 0.5 and math.isnan(result.values["y"]) and result.tables["t"]["a"].tolist() == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": EVIL},
        {"measures.x": EVIL},
        {"verdicts.0.low": EVIL},
        {"verdicts.0.value": EVIL},
        {"verdicts.0.basis": EVIL},
        {"verdicts.0.outcome": EVIL},
        {"verdicts.0.scale": EVIL},
        {"verdicts.0.kind": EVIL},
        {"verdicts.0.end": EVIL},
        {"verdicts.0.given": 1},
        {"verdicts.0.interval": [EVIL, EVIL]},
        {"tables": {"../../../etc/passwd": "x"}},
        {"tables": {"a\\b": "x"}},
        {"tables": ["t"]},
        {"figures": {"../x": "caption"}},
        {"figures": {"x": 1}},
        {"origin": []},
        {"origin.seconds": EVIL},
        {"origin.seconds.gather": EVIL},
        {"origin.peak_memory_gib": EVIL},
        {"title": 3},
        {"notes": "note"},
    ],
)
def test_values_of_the_wrong_kind_are_refused(folder: Path, change: dict, capsys: pytest.CaptureFixture[str]) -> None:
    changed(folder, change)
    with pytest.raises(StorageFailed, match="is not whole"):
        read_result(folder)
    assert main(["report", str(folder)]) == 4
    assert "Traceback" not in capsys.readouterr().err


def test_text_stays_text_on_the_page(folder: Path) -> None:
    texts = ("study", "title", "summary", "scale", "verdicts.0.claim", "verdicts.0.measure", "verdicts.0.source")
    changed(folder, dict.fromkeys(texts, EVIL))
    changed(folder, {"notes": [EVIL], "tasks": [EVIL], "agents": [EVIL], "refs": [EVIL], "tables": {"t": EVIL}})
    changed(folder, {"origin": {"file": EVIL, "date": EVIL, "folder": EVIL, "git_commit": EVIL}})
    pd.DataFrame({EVIL: [EVIL]}).to_parquet(folder / "tables" / "t.parquet")
    assert main(["report", str(folder)]) == 0
    page = (folder / "report.html").read_text()
    assert "<script" not in page and "<img src=x" not in page and page.count("&lt;script&gt;") > 10


def test_a_nested_or_damaged_json_is_a_sentence(folder: Path) -> None:
    for content in (b"[" * 100_000, b"\xff\xfe", b"[]", b"{}", b"null"):
        (folder / "result.json").write_bytes(content)
        with pytest.raises(StorageFailed):
            read_result(folder)


def test_a_table_that_would_fill_the_memory_is_asked_about(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURORL_LARGEST_FILE", "1")
    pd.DataFrame({"a": [0.0] * 200_000}).to_parquet(folder / "tables" / "t.parquet")
    with pytest.raises(NeurorlError, match="would unpack to 2 MiB"):
        read_result(folder)


def test_names_of_agents_and_columns_stay_text_in_the_report_of_a_fit() -> None:
    table = pd.DataFrame({EVIL: [EVIL]}, index=pd.Index([EVIL], name="who"))
    report = FitReport(EVIL, EVIL, warnings=[EVIL], command=EVIL, origin={EVIL: EVIL})
    report.add("Comparison", EVIL, [EVIL], Table(EVIL, table, EVIL))
    page = fit_page_html(report)
    assert "<script" not in page and "<img src=x" not in page and page.count("&lt;script&gt;") > 10


@pytest.mark.parametrize("name", [EVIL, "$\\frac{$", "a$b$c", "$$"])
def test_names_are_no_mathematics_and_no_markup_in_figures(tmp_path: Path, name: str) -> None:
    two = [name, "other"]
    matrix = pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], index=two, columns=two)
    row = {"series": name, "x": 0.0, "mean": 0.5, "low": 0.4, "high": 0.6, "n_units": 9}
    figures = {
        "comparison": fit_comparison_figure(pd.DataFrame({"agent": two, "bic": [1.0, 2.0]}), None),
        "predictive": predictive_figure(pd.DataFrame([{"source": s, "measure": "m", **row} for s in ("data", name)])),
        "confusion": confusion_figure(matrix, matrix),
        "effects": effects_figure(
            pd.DataFrame({"model": two, "parameter": "beta", "term": name, "mean": 0.0, "low": -1.0, "high": 1.0})
        ),
        "ceiling": held_out_figure(
            pd.DataFrame({"model": two, "bits_per_choice": [0.5, 0.4], "delta_bits": 0.1, "delta_se": 0.1}),
            chance=1.0,
            ceiling="other",
        ),
    }
    for what, figure in figures.items():
        svg, _ = save_figure(figure, tmp_path / what)
        assert "<script" not in svg.read_text()
