"""Identities of the code count apart from claims that could have come out otherwise."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from neurorl.core.card import Card
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue
from neurorl.core.study import Expect, with_identities
from neurorl.report.numbers import shown_value
from neurorl.report.page import counts_html, page_html
from neurorl.report.result import StudyResult, counted, read_result, write_result

FINDING = Expect("It learns.", "gain", 0.5, math.inf, "this test", "ours", "smoke")
IDENTITY = replace(FINDING, claim="A sum is a sum.", measure="sum", kind="identity")
ENDS = replace(FINDING, claim="It surely learns.", end="low", given="plays")
VALUES = {"gain": 0.7, "gain_low": 0.6, "gain_high": 0.8, "plays": 1.0, "sum": 1.0}


def result(folder: Path, **values: float) -> StudyResult:
    verdicts = tuple(e.judge(VALUES | values, "smoke") for e in (FINDING, IDENTITY, ENDS))
    none = {"tables": {}, "captions": {}, "figures": {}, "origin": {}}
    about = {"study": "fake", "card": Card("Fake", "A study."), "tasks": (), "agents": (), "notes": ()}
    return StudyResult(folder, **about, scale="smoke", seed=0, values=VALUES | values, verdicts=verdicts, **none)


def test_an_end_of_an_interval_is_judged_and_a_condition_must_be_met():
    assert ENDS.judge(VALUES, "smoke").outcome == "held"
    assert ENDS.judge(VALUES | {"gain_low": 0.4}, "smoke").outcome == "missed"  # the mean alone does not do
    assert ENDS.judge(VALUES | {"plays": 0.0}, "smoke").outcome == "missed"
    assert replace(ENDS, end="high", high=0.75).judge(VALUES, "smoke").outcome == "missed"
    assert ENDS.judge({"gain": 0.7, "plays": 1.0}, "smoke").outcome == "missed"  # no interval
    assert shown_value(ENDS.judge(VALUES, "smoke")) == "0.700 (0.600 to 0.800)"
    assert shown_value(FINDING.judge(VALUES, "smoke")) == "0.700"


def test_identities_count_apart_in_every_report(tmp_path: Path):
    fine, broken = result(tmp_path), result(tmp_path, gain=0.1, sum=0.2)
    assert fine.counts() == {"held": 2, "missed": 0, "not run": 0}
    assert fine.counts("identity") == {"held": 1, "missed": 0, "not run": 0}
    assert counted([fine]) == "2 held; and 1 identity of the code holds"
    assert counted([fine, broken]) == (
        "3 held, 1 missed; and 1 identity of the code holds; and 1 identity is broken, which is an error in the code"
    )
    assert "<b>2</b>held" in counts_html([fine]) and "<b>1</b>identities of the code hold" in counts_html([fine])
    assert "identity, ours" in page_html(fine) and "0.700 (0.600 to 0.800)" in page_html(fine)
    write_result(fine)
    assert read_result(tmp_path).verdicts == fine.verdicts
    assert fine.as_dict()["identities"]["held"] == 1


def test_identities_are_named_by_measures_that_there_are():
    assert [e.kind for e in with_identities((FINDING, IDENTITY), ("gain",))] == ["identity", "identity"]
    with pytest.raises(BadValue, match="no claim about loss"):
        with_identities((FINDING,), ("loss",))
    kinds = {name: [e.kind for e in load("study", name).expects] for name in names("study")}
    assert kinds["neftci2019/conditioning"].count("identity") == 19 and "identity" not in kinds["battery"]
