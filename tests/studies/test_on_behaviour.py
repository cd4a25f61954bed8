"""The study of learning on behaviour at smoke scale, and its measures by hand."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.loop import Batch, ExperienceReplay, OnBehaviour, Parallel
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.on_behaviour import evidence
from neurorl.studies.neftci2019.on_behaviour.measures import least_rise
from neurorl.testing import check_study

STUDY = catalogue.load("study", "on_behaviour")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("on_behaviour")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()


def test_the_figure_is_drawn(result):
    assert (result.folder / "figures" / "on_behaviour.svg").stat().st_size > 1_000


def test_regret_is_reported_from_the_first_tick_and_all_ways_meet_the_same_samples(result):
    bandit, maze = result.tables["bandit_curves"], result.tables["maze_curves"]
    assert (bandit.groupby(["way", "n"])["trial"].min() == 1).all()
    rises = bandit.groupby(["way", "n"])["mean"].diff().dropna()
    assert (rises >= 0).all()  # what is lost on a bandit never comes back
    assert (bandit.query("trial == 1")["mean"] <= 0.5).all()
    assert (maze.groupby(["way", "n"])["sample"].max() == evidence.MAZE_SAMPLES).all()
    assert (maze.groupby(["way", "n"]).size() == evidence.MAZE_SAMPLES // evidence.EVERY).all()
    copies = maze.query("way == 'copies' and n == 16")
    np.testing.assert_allclose(copies["sample"], 16 * copies["tick"])
    np.testing.assert_allclose(copies["in_all"], 16 * copies["a_copy"])


def test_the_shortest_way_of_the_maze():
    task = catalogue.load("task", evidence.MAZE)
    assert task.grid.steps_to_goal()[task.grid.start[0]] == evidence.SHORTEST


def test_samples_are_whole_numbers_of_ticks_and_batches():
    for modes, samples in (
        (evidence.MAZE_MODES, evidence.MAZE_SAMPLES),
        (evidence.BANDIT_MODES, evidence.BANDIT_SAMPLES),
    ):
        assert all(samples % evidence.way(mode)["n"] == 0 for mode in modes if not isinstance(mode, ExperienceReplay))
    assert all(evidence.EVERY % evidence.copies_of(mode) == 0 for mode in evidence.MAZE_MODES)


def test_ways_by_name():
    assert evidence.way(Batch(7)) == {"way": "batches", "n": 7} and evidence.copies_of(Batch(7)) == 1
    assert evidence.way(Parallel(3)) == {"way": "copies", "n": 3} and evidence.copies_of(Parallel(3)) == 3
    assert evidence.way(ExperienceReplay(5, 10)) == {"way": "replay", "n": 5}
    assert evidence.way(OnBehaviour()) == {"way": "on_behaviour", "n": 1}


def test_the_criterion_by_hand():
    # One copy: a trial of 40 steps, then trials of 18. Ten in a row average 20 or fewer as soon as the long one is out.
    ends, steps = np.zeros((400, 1), bool), np.zeros((400, 1), int)
    at = 40 + 18 * np.arange(15) - 1
    ends[at], steps[at] = True, 18
    steps[at[0]] = 40
    assert evidence.ticks_to_criterion(ends, steps) == 40 + 18 * 10
    # Two copies that do the same: the five last trials of each make ten.
    both = np.hstack([ends, ends]), np.hstack([steps, steps])
    assert evidence.ticks_to_criterion(*both) == 40 + 18 * 5
    assert evidence.ticks_to_criterion(ends[:150], steps[:150]) == np.inf


def test_the_least_rise_by_hand():
    index = pd.MultiIndex.from_tuples([("on_behaviour", 1), ("batches", 64), ("batches", 4)], names=["way", "n"])
    assert least_rise(pd.Series([1.0, 6.0, 3.0], index=index)) == 2.0
    assert least_rise(pd.Series([4.0, 6.0, 3.0], index=index)) == -1.0
