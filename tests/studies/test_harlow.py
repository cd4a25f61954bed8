"""The Harlow study at smoke scale, and what its measures make of tables made by hand."""

import dataclasses

import jax
import numpy as np
import pandas as pd
import pytest

from neurorl.core import catalogue
from neurorl.core.study import Evidence
from neurorl.report.runner import run_study
from neurorl.studies.wang2018.harlow.evidence import LEVELS, TESTS, TRAINED_SO, networks
from neurorl.studies.wang2018.harlow.measures import COLUMNS, measure
from neurorl.studies.wang2018.harlow.play import play_trials
from neurorl.studies.wang2018.harlow.published import published_network
from neurorl.testing import check_study
from neurorl.zoo import load_zoo

STUDY = catalogue.load("study", "harlow")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("harlow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    assert all(v.outcome == "not run" for v in result.verdicts)


def test_the_learning_curve_holds_what_was_probed(result):
    curve = result.tables["learning_curve"]
    assert {"reward_session", "finished", "performance", *COLUMNS} <= set(curve)


def perfect(level, test, replica, sessions=40, later=1.0, seed=0):
    """Sessions of one who is at chance on the first trial and right with probability `later` on the others."""
    rng = np.random.default_rng([seed, replica])
    trial = np.tile(np.arange(6), sessions)
    correct = rng.random(6 * sessions) < np.where(trial == 0, 0.5, later)
    session = np.repeat(np.arange(sessions), 6)
    columns = dict(level=level, test=test, replica=replica, session=session, trial=trial, correct=correct)
    return pd.DataFrame(columns | dict(left=True, decided=True, decisions=5))


def evidence_of(later):
    """One replica for each entry of `later`, at every level and in every test."""
    parts = [
        perfect(level, test, replica, later=p)
        for level in LEVELS
        for test in TESTS[level]
        for replica, p in enumerate(later)
    ]
    sessions = [
        pd.DataFrame(dict(level=level, test=test, replica=replica, session=range(40), reward=5.0))
        for level in LEVELS
        for test in TESTS[level]
        for replica in range(len(later))
    ]
    reward = np.clip(np.linspace(-1, 7, 60), 0, 6.2)
    curve = {"sessions": np.arange(60) * 100.0, "reward_session": reward} | {
        name: (0.5 if i == 0 else 0.5 + reward / 14) for i, name in enumerate(COLUMNS)
    }
    curves = [
        pd.DataFrame(curve).assign(level=level, replica=replica) for level in LEVELS for replica in range(len(later))
    ]
    tables = dict(zip(("trials", "sessions", "learning_curve"), map(pd.concat, (parts, sessions, curves)), strict=True))
    return Evidence(tables={name: table.reset_index(drop=True) for name, table in tables.items()})


def test_curves_are_means_over_those_who_succeeded_and_their_share_is_kept():
    v = measure(evidence_of([1.0, 0.5])).values
    assert v["pixels_success"] == 0.5
    assert v["pixels_held_out_trial_2"] == 1.0 and v["pixels_held_out_trials_2_6_least"] == 1.0
    assert 0.25 < v["pixels_held_out_trial_1"] < 0.75
    assert v["pixels_stage_order"] == 1.0 and v["pixels_stages_first_trial_most"] == 0.5


def test_where_none_succeeds_the_failure_is_shown():
    v = measure(evidence_of([0.5])).values
    assert v["pixels_success"] == 0.0 and v["pixels_held_out_trial_2"] < 0.8


def test_published_curves_are_complete():
    table = published_network()
    assert len(table) == 7 * 6 and table["mean"].between(0, 1).all()


def test_every_level_names_a_network_that_can_be_made():
    for network in networks(STUDY.scales["paper"]):
        agent, task = network.make()
        assert task.ends and agent.spaces == task.spaces
        level = network.name.removesuffix("_changing").rpartition("_")[2]
        for changes in TESTS[level].values():
            assert dataclasses.replace(task, **changes).spaces == task.spaces


def test_networks_trained_with_the_other_object_changing_are_measured_apart():
    tables = evidence_of([0.5]).tables
    extra = pd.concat([perfect("pixels", TRAINED_SO, replica) for replica in range(2)])
    tables["trials"] = pd.concat([tables["trials"], extra], ignore_index=True)
    v = measure(Evidence(tables=tables)).values
    assert v["pixels_other_object_changes_trained_so_trials_2_6_least"] == 1.0
    assert v["pixels_other_object_changes_trial_2"] < 0.8
    assert np.isnan(v["vector_other_object_changes_trained_so_trial_2"])


def test_the_shipped_pixel_networks_need_one_trial_with_pictures_they_have_never_seen():
    entry = load_zoo("wang2018/harlow_pixels")
    task = dataclasses.replace(entry.task, part="held-out")
    trials, _ = play_trials(jax.random.key(7), entry.agent, entry.params, task, sessions=100, steps=60)
    accuracy = trials.groupby("trial")["correct"].mean()
    assert abs(accuracy[0] - 0.5) < 0.15 and (accuracy[1:] > 0.9).all()
