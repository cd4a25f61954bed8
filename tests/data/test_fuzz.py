"""A slice of the fuzz harness (`python -m benchmarks.fuzz`): each class of mutation once, in some layout."""

from dataclasses import replace

import pytest

from benchmarks import fuzz, fuzz_judge
from benchmarks.fuzz_judge import tried
from benchmarks.fuzz_mutations import MUTATIONS
from benchmarks.fuzz_sheets import LAYOUTS
from neurorl.core.catalogue import names
from neurorl.data import reading

FAST = [name for name, layout in LAYOUTS.items() if layout.sheet.format != "nwb"]


def test_every_format_of_the_registry_is_spoilt():
    assert {layout.sheet.format for layout in LAYOUTS.values()} == set(names("format"))


def test_each_class_once(tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz_judge, "VARIANTS", 1)  # one sound table of each layout
    cases = [tried(7, number, FAST, tmp_path) for number in range(len(MUTATIONS))]
    wrong = [(case.number, case.layout, case.mutation, case.came, case.text) for case in fuzz.faults(cases)]
    assert wrong == []
    came = {case.came for case in cases}
    assert {"refused", "said", "same", "silent"} <= came and not came & {"traceback", "hang"}


@pytest.mark.parametrize("came", ["silent", "traceback"])
def test_the_harness_finds_a_reader_that_takes_what_it_should_not(came, tmp_path, monkeypatch):
    """A reader without the rules, and one that fails without a sentence."""
    number = list(MUTATIONS).index("cell: reward outside the task")
    case = tried(7, number, ["table"], tmp_path)
    assert case.came == "refused" and not case.is_fault

    def careless(path, **how):
        if came == "traceback":
            raise IndexError
        how["task"] = replace(how["task"], reward=(-1e9, 1e9))
        return reading(path, **how)

    fuzz_judge._sound("table", 0, tmp_path)
    monkeypatch.setattr(fuzz_judge, "reading", careless)
    case = tried(7, number, ["table"], tmp_path)
    assert case.came == came and case.is_fault and fuzz.faults([case]) == [case]
