"""The study of animals at smoke scale, and what it is led by: a few sessions of each species."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.animals.evidence import FOR_MICE, MODELS, reversing
from neurorl.testing import check_study

STUDY = catalogue.load("study", "animals")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("animals")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_figures_are_drawn(result):
    for name in ("reversals", "selection", "expected"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_every_model_meets_every_animal_it_can(result):
    selection = result.tables["selection"].query("among == 'all'")
    for species, names in (("monkeys", MODELS), ("mice", FOR_MICE)):
        mine = selection[selection["species"] == species]
        assert list(mine["agent"]) == list(names)
        assert mine["frequency"].sum() == pytest.approx(1) and mine["delta"].max() == 0
        assert (mine["frequency_low"] < mine["frequency"]).all()


def test_reversals_are_where_outcomes_say_they_are():
    table = pd.DataFrame({"session": [1] * 5 + [2] * 5, "p_left": [0.8, 0.8, 0.8, 0.2, 0.2] * 2})
    blocks = reversing(table.assign(p_right=1 - table["p_left"]))
    assert blocks["best"].tolist() == [0, 0, 1, 1, 1] * 2
    assert (blocks["schedule"] == "monkeys, 80/20").all()


def test_the_file_of_the_monkeys_counts_the_reversal_one_trial_late():
    monkeys = catalogue.load("dataset", "trepka_monkeys").load().table
    old_is_right = monkeys.groupby("session")["p_right"].transform("first") > 0.5
    old = (monkeys["choice"] == 1) == old_is_right
    begins = monkeys["block"].ne(monkeys.groupby("session")["block"].transform("first"))
    start = monkeys["trial"].where(begins).groupby(monkeys["session"]).transform("min")
    offset = (monkeys["trial"] - start).astype(int)
    for _, animal in monkeys[old].groupby("subject"):
        rate = animal.groupby(offset[animal.index])["reward"].mean()
        assert rate.loc[-6:-2].mean() > 0.7 and rate.loc[-1] < 0.35
    assert np.isclose(monkeys.loc[old & (offset == -1), "reward"].mean(), 0.234, atol=0.005)
