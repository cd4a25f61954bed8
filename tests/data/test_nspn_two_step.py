import subprocess
import sys

import numpy as np
import pytest

from neurorl.core.catalogue import card_of, load, names
from neurorl.data.sets.nspn_two_step import DATASET
from neurorl.ops.two_stage import two_stage_spaces


@pytest.fixture(scope="module")
def dataset():
    return DATASET.load()


def test_size(dataset):
    t = dataset.table
    assert len(dataset.subjects) == dataset.n_sessions == 554
    assert len(dataset) == 2 * 174_754
    per_person = t.groupby("subject")["trial"].nunique()
    assert per_person.min() == 240 and per_person.max() == 320 and (per_person == 320).sum() == 160
    assert t["valid"].all() and t["scored"].all()
    assert dataset.schema.spaces == two_stage_spaces(fixation=False, second_choice=True)


def test_each_trial_is_a_first_and_a_second_stage(dataset):
    t = dataset.table
    first, second = t[t["step"] == 0], t[t["step"] == 1]
    assert (t["step"] == np.tile([0, 1], 174_754)).all()
    assert (first["state"] == 0).all() and second["state"].isin([1, 2]).all()
    assert (first["trial"].to_numpy() == second["trial"].to_numpy()).all()
    assert (first["reward"] == 0).all() and (first["discount"] == 1).all() and (second["discount"] == 0).all()
    assert t["rt"].min() == 150 and t["rt"].max() == 2000
    # The first person's first trial: choice 1, state 0, choice 1, no reward, 765 and 815 ms in the source.
    assert t.loc[:1, ["state", "choice", "reward", "rt"]].to_numpy().tolist() == [[0, 1, 0, 765], [2, 1, 0, 815]]


def test_stay_probabilities_are_the_published_mixture(dataset):
    """Stay by the trial before: the mean over people of each person's share of repeated first choices."""
    t = dataset.table
    subject = t["subject"].to_numpy()[::2]
    choice, second, reward = t["choice"].to_numpy()[::2], t["state"].to_numpy()[1::2], t["reward"].to_numpy()[1::2]
    common = (choice == 0) == (second == 1)
    assert round(100 * common.mean(), 1) == 70.3

    within = subject[1:] == subject[:-1]
    stay, before = (choice[1:] == choice[:-1])[within], subject[:-1][within]
    rewarded, was_common = (reward[:-1] == 1)[within], common[:-1][within]
    found = []
    for r, c in ((True, True), (True, False), (False, True), (False, False)):
        cell = (rewarded == r) & (was_common == c)
        share = np.bincount(before[cell], stay[cell], 555)[1:] / np.bincount(before[cell], minlength=555)[1:]
        found.append(share.mean())
    assert np.allclose(found, [0.7931, 0.7359, 0.6701, 0.7180], atol=1e-4)


def test_two_occasions_are_joined_without_a_mark(dataset):
    """What the set's README says: where no trial was removed, the first choice of trial 120 is unrelated to 119's."""
    first = dataset.table[dataset.table["step"] == 0]
    whole = first[first.groupby("subject")["trial"].transform("size") == 320]
    choice = whole["choice"].to_numpy().reshape(160, 320)
    stay = (choice[:, 1:] == choice[:, :-1]).mean(axis=0)
    assert round(stay[119], 3) == 0.488 and np.delete(stay, 119).min() > 0.65


def test_one_session_a_person_as_records(dataset):
    record, index = dataset.records()
    assert record.reward.shape == (554, 640)
    assert int(record.valid.sum()) == index["n_steps"].sum() == len(dataset)
    assert float(record.reward.sum()) == dataset.table["reward"].sum() == 100_345


def test_catalogue_finds_it():
    assert "nspn_two_step" in names("dataset")
    assert load("dataset", "nspn_two_step") is DATASET
    assert card_of("dataset", "nspn_two_step") == DATASET.card
    assert DATASET.licence == "Apache-2.0" and "e1006803" in DATASET.citation and DATASET.task == "two_step_daw"


def test_the_data_package_is_light_until_used():
    code = "import sys, neurorl.data; print([m for m in ('pandas', 'jax', 'xarray', 'pyarrow') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
