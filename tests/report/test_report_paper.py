"""A paper: its studies in order, one page, and what happens when one of them fails."""

import dataclasses
import json

import pandas as pd
import pytest
from matplotlib.figure import Figure

from neurorl.core.card import Card
from neurorl.core.catalogue import full_name, load, names
from neurorl.core.errors import BadData, BadValue
from neurorl.core.paper import Paper
from neurorl.core.study import Evidence, Expect, Measures, Picture, Study
from neurorl.report import paper as runner

PAPER = Paper("someone2020", Card(title="Rats & people", summary="Two studies.", refs=("daw2011",)), ("one", "two"))


def gather(context):
    return Evidence({"t": pd.DataFrame({"x": [1.0 + context.zoo]})})


def measure(evidence):
    return Measures({"x": float(evidence.tables["t"]["x"].iloc[0])})


def draw(evidence, measures):
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot([0, 1])
    return (Picture("line", figure, "A line."),)


def fail(context):
    raise BadData("The table has no rows.")


ONE = Study(
    "one",
    Card(title="First claim", summary="..."),
    (),
    (),
    {"smoke": 1},
    gather,
    measure,
    (Expect("x is one", "x", 1, 1, "Someone 2020, Fig. 1", "reported", "smoke"),),
    draw,
)


@pytest.fixture
def studies(monkeypatch, tmp_path):
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))
    found = {"one": ONE, "two": dataclasses.replace(ONE, name="two", card=Card(title="Second claim", summary="..."))}
    monkeypatch.setattr(runner, "load", lambda kind, name: found[name])
    monkeypatch.setattr(runner, "full_name", lambda kind, name: name if name in found else None)
    return found


def test_one_page_holds_all_studies_in_order(studies, tmp_path):
    said = []
    results, failed, page = runner.run_paper(PAPER, scale="smoke", out=tmp_path, quiet=True, say=said.append)
    text = page.read_text()
    assert page == tmp_path / "someone2020" / "smoke-seed0" / "report.html"
    assert said == ["[1/2] one", "[2/2] two"] and not failed and [r.study for r in results] == ["one", "two"]
    assert text.index('<section id="one"') < text.index('<section id="two"')
    assert text.count("data:image/svg+xml;base64,") == 2 and "<b>2</b>held" in text
    assert 'href="../../one/smoke-seed0/report.html"' in text and "Rats &amp; people" in text
    assert 'id="figure-one-line"' in text and "http-equiv" not in text and "<script" not in text
    written = json.loads((page.parent / "result.json").read_text())
    assert set(written["studies"]) == {"one", "two"} and written["studies"]["one"]["measures"] == {"x": 1.0}


def test_networks_of_the_zoo_are_asked_for_and_said(studies, tmp_path):
    results, _, page = runner.run_paper(PAPER, scale="smoke", out=tmp_path, quiet=True, zoo=True)
    assert page.parent.name == "smoke-zoo-seed0" and results[0].values["x"] == 2.0
    assert "--scale smoke --seed 0 --zoo</code>" in page.read_text()


def test_a_study_that_fails_does_not_stop_the_others(studies, tmp_path):
    studies["one"] = dataclasses.replace(ONE, gather=fail)
    results, failed, page = runner.run_paper(PAPER, scale="smoke", out=tmp_path, quiet=True)
    assert [r.study for r in results] == ["two"] and failed == {"one": "The table has no rows."}
    assert "could not be run: The table has no rows." in page.read_text()


def test_a_study_that_is_not_there_is_a_sentence(studies, tmp_path):
    with pytest.raises(BadValue, match="not in the catalogue: three"):
        runner.run_paper(dataclasses.replace(PAPER, studies=("one", "three")), out=tmp_path)


def test_every_paper_names_studies_that_exist():
    for name in names("paper"):
        paper = load("paper", name)
        assert paper.name == name and all(full_name("study", each) == f"{name}/{each}" for each in paper.studies)
