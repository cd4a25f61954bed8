"""The laws of studies catch what they are there for."""

import dataclasses
import math

import pytest

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Expect, Measures, Study
from neurorl.testing import check_study, references, smoke_measures
from neurorl.testing.laws import NotApplicable

CLAIM = Expect("Learning pays.", "gain", 0.0, math.inf, source="this test", basis="ours")
STUDY = Study(
    name="honest",
    card=Card(title="Honest", summary="A small honest study."),
    tasks=("two_step",),
    agents=("lstm",),
    scales={"smoke": 1, "quick": 2, "paper": 3},
    gather=lambda context: Evidence(numbers={"gain": context.settings + context.seed}),
    measure=lambda evidence: Measures(values=evidence.numbers),
    expects=(CLAIM,),
    draw=lambda evidence, measures: (),
)


def broken(study: Study, **options) -> set[str]:
    return {result.law for result in check_study(study, **options).broken}


def test_an_honest_study_holds_every_law():
    assert broken(STUDY) == set()
    assert smoke_measures(STUDY, seed=4) == {"gain": 5}


@pytest.mark.parametrize(
    ("law", "changes"),
    [
        ("names", {"tasks": ("two_stepp",)}),
        ("names", {"agents": ("nobody",)}),
        ("scales", {"scales": {"smoke": 1, "quick": 2}}),
        ("expects", {"expects": ()}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, low=1.0, high=0.0),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, low=math.nan),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, low=-math.inf),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, source=" "),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, claim=""),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, claim="... and it pays"),)}),
        ("expects", {"expects": (CLAIM, CLAIM)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, scale="huge"),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, basis="hearsay"),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, kind="truism"),)}),
        ("expects", {"expects": (dataclasses.replace(CLAIM, end="middle"),)}),
        ("smoke", {"expects": (dataclasses.replace(CLAIM, measure="loss"),)}),
        ("smoke", {"expects": (dataclasses.replace(CLAIM, end="low"),)}),
        ("smoke", {"expects": (dataclasses.replace(CLAIM, given="ready"),)}),
        ("smoke", {"gather": lambda context: 1 / 0}),
    ],
)
def test_each_law_catches_its_cheat(law, changes):
    assert broken(dataclasses.replace(STUDY, **changes)) == {law}


def test_the_smoke_run_may_be_given_or_left_out():
    assert broken(STUDY, smoke={"gain": 1.0}) == set()
    assert broken(STUDY, smoke={"loss": 1.0}) == {"smoke"}
    assert broken(STUDY, smoke=lambda study: {"gain": 1.0}) == set()
    skipped = {r.law for r in check_study(STUDY, smoke=None).results if r.skipped}
    assert "smoke" in skipped


def test_references():
    card = Card(title="", summary="", refs=("daw2011:eq. 2", "nobody1999:p. 1"))
    fault = references.unresolved("neurorl.studies.wang2018.two_step", card)
    assert fault == "Not in neurorl/core/refs.bib: nobody1999; add the entries."
    known = dataclasses.replace(card, refs=("daw2011:eq. 2",))
    assert references.unresolved("neurorl.studies.wang2018.two_step", known) is None
    with pytest.raises(NotApplicable):
        references.unresolved("neurorl_user_mine", card)
