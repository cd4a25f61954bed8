"""The study of learning to reverse at smoke scale, and the claims that do not need more."""

import pytest

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.testing import check_study

STUDY = catalogue.load("study", "learning_to_reverse")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learning_to_reverse")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_figures_are_drawn(result):
    for name in ("speed", "timing", "posterior", "accuracy", "learned"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_outcomes_that_are_certain_give_the_same_numbers_at_any_scale(result):
    verdicts = {e.measure: e.judge(result.values, "quick").outcome for e in STUDY.expects}
    for measure in ("sequence_off", "sequence_bold_off", "hazard_first", "hazard_end", "noise_end", "alone_last"):
        assert verdicts[measure] == "held", (measure, result.values[measure])


def test_a_posterior_is_one_and_its_prior_is_the_observers(result):
    rows = result.tables["posteriors"].query("player == 'uniform' and schedule == '80/20'")
    assert rows.groupby("trial")["p"].sum().to_numpy() == pytest.approx(1, abs=1e-5)
    first = rows[rows["trial"] == 0].set_index("m")["p"]
    assert first.loc[30:50].to_numpy() == pytest.approx(1 / 21, abs=1e-6) and first.loc[:29].max() < 1e-6
