"""Other recipes of training: asked for by name, kept apart from the study's own, never mixed with the zoo."""

import dataclasses
from pathlib import Path

import pytest

from neurorl.core import catalogue
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.study import Context, Evidence, Measures, Study
from neurorl.report.runner import run_study

STUDY = Study(
    name="fake_recipes",
    card=Card(title="Fake", summary="A fake.", refs=()),
    tasks=("two_step",),
    agents=("hybrid",),
    scales={"smoke": 1.0},
    gather=lambda context: Evidence(numbers={"settings": context.settings}),
    measure=lambda evidence: Measures({"settings": evidence.numbers["settings"]}),
    expects=(),
    draw=lambda evidence, measures: (),
    recipes={"paper": lambda settings: settings + 10},
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))


def test_a_recipe_changes_what_is_gathered_and_has_a_folder_and_a_cache_of_its_own(tmp_path: Path) -> None:
    own, paper, again = (
        run_study(STUDY, scale="smoke", out=tmp_path, quiet=True, recipe=recipe) for recipe in ("own", "paper", "own")
    )
    assert (own.values["settings"], paper.values["settings"], again.values["settings"]) == (1.0, 11.0, 1.0)
    assert paper.folder == tmp_path / "fake_recipes" / "smoke-paper_recipe-seed0" != own.folder
    assert paper.origin["recipe"] == "paper" and again.origin["cached"] and not paper.origin["cached"]


def test_an_unknown_recipe_and_one_for_the_zoo_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"has no recipe 'slow' .* it has: own, paper"):
        run_study(STUDY, scale="smoke", out=tmp_path, quiet=True, recipe="slow")
    with pytest.raises(BadValue, match="trained already"):
        run_study(STUDY, scale="smoke", out=tmp_path, quiet=True, recipe="paper", zoo=True)


@pytest.mark.parametrize(
    "name", ["bandits", "matching", "volatility", "inferred_value", "two_step", "harlow", "dopamine_stimulation"]
)
def test_the_paper_s_recipe_of_every_simulation(name: str) -> None:
    """Wang et al. 2018, Methods: RMSProp, no clipping; step sizes 7e-4 (volatility 5e-5, Harlow 7.5e-4)."""
    study = catalogue.load("study", name)
    own, paper = (study.networks(study.settings("paper", recipe)) for recipe in ("own", "paper"))
    assert [n.name for n in own] == [n.name for n in paper]
    for before, after in zip(own, paper, strict=True):
        rate = {"volatility": 5e-5, "harlow": 7.5e-4}.get(name, 7e-4)
        config = after.config
        assert (config.optimiser, config.clip, config.step_size.start) == ("rmsprop", None, rate)
        assert config.replicas == before.config.replicas and config != before.config
        assert config.parallel == (32 if name == "harlow" else 1)
    settings: Context | object = study.settings("paper", "paper")
    assert dataclasses.is_dataclass(settings) and hash(settings) is not None
