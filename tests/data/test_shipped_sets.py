"""Data sets are read as they were published: sizes, codes, and numbers that their papers or authors state."""

import numpy as np
import pytest

from neurorl.core.catalogue import load, names

FOLDERS = {
    "nspn_two_step": "Apache-2.0",
    "trepka_mice": "MIT",
    "trepka_monkeys": "MIT",
    "collins_rlwm": "MIT",
    "dezfouli2019_bandit": "Apache-2.0",
    "zorowitz2023_reversal_bandit": "MIT",
    "aind_dynamic_foraging": "MIT",
}


@pytest.fixture(scope="module")
def table():
    return {name: load("dataset", name).load().table for name in FOLDERS if not name.startswith(("nspn", "trepka"))}


def test_every_set_has_a_licence_a_citation_and_a_task_of_its_codes():
    assert set(FOLDERS) <= set(names("dataset"))
    for name, licence in FOLDERS.items():
        shipped = load("dataset", name)
        assert shipped.licence == licence and shipped.citation.endswith(".") and "(20" in shipped.citation
        assert load("task", shipped.task).spaces == shipped.load().schema.spaces


def test_collins_people_and_trials(table):
    rows = table["collins_rlwm"]
    people = rows.groupby("experiment")["subject"].nunique().to_dict()
    assert people == {"CF12": 79, "SZ": 85, "EEG": 40, "fMRI": 26, "Dev": 300, "GL": 30}
    assert len(rows) == 317_522 and rows.groupby(["subject", "session"])["set_size"].nunique().max() == 1
    assert (rows["choice"] < 0).sum() == 2_034 and (~rows["valid"]).sum() == 2_669  # missed; missed or within 150 ms


def test_collins_accuracy_by_set_size(table):
    rows = table["collins_rlwm"].query("experiment == 'CF12' and choice >= 0")
    accuracy = rows.groupby("set_size")["reward"].mean()
    np.testing.assert_allclose(accuracy.loc[[2, 3, 4, 5, 6]], [0.875, 0.864, 0.806, 0.770, 0.738], atol=5e-4)


def test_collins_observation_says_which_picture_of_how_many(table):
    rows = table["collins_rlwm"]
    labels = np.array(load("task", "rlwm").spaces.obs.labels)[rows["state"]]
    assert (np.char.rpartition(labels.astype(str), "_")[:, 2].astype(int) == rows["set_size"]).all()
    shown = rows.groupby(["subject", "session"])["state"].nunique()
    assert (shown == rows.groupby(["subject", "session"])["set_size"].first()).all()
    right = rows.groupby(["subject", "session", "state"])["correct_action"].nunique()
    assert right.max() == 1  # a picture keeps its key


def test_collins_points_are_lost_in_loss_blocks_only(table):
    rows = table["collins_rlwm"].query("choice >= 0")
    loss = (rows["experiment"] == "GL") & (rows["condition"] == 0)
    assert set(rows["points"][loss]) == {-1.0, 0.0} and (rows["points"] == rows["reward"])[~loss].all()


def test_dezfouli_groups_and_what_they_do_after_reward(table):
    rows = table["dezfouli2019_bandit"]
    assert rows.groupby("diagnosis")["subject"].nunique().to_dict() == {"bipolar": 33, "depression": 34, "healthy": 34}
    assert len(rows) == 132_251 and rows["reward"].mean() == pytest.approx(0.110, abs=5e-4)
    pairs = rows.assign(stay=rows["choice"] == rows["choice"].shift(-1))
    same = (rows["subject"] == rows["subject"].shift(-1)) & (rows["session"] == rows["session"].shift(-1))
    by_person = pairs[same].groupby(["diagnosis", "subject", "reward"])["stay"].mean()
    stay = by_person.groupby(["diagnosis", "reward"]).mean().unstack()
    expected = [[0.668, 0.639], [0.778, 0.667], [0.897, 0.789]]
    np.testing.assert_allclose(stay.loc[["bipolar", "depression", "healthy"]], expected, atol=1e-3)


def test_dezfouli_times_run_on_and_a_block_takes_forty_seconds(table):
    rows = table["dezfouli2019_bandit"]
    assert (rows.groupby("subject")["time"].diff().dropna() > 0).all()
    lasted = rows.groupby(["subject", "session"])["time"].agg(lambda t: t.max() - t.min()).groupby("subject").median()
    assert lasted.between(30_000, 40_500).all()


def test_dezfouli_keys_pay_as_the_task_says(table):
    paid = table["dezfouli2019_bandit"].groupby("choice")["reward"].mean()
    assert paid[1] == pytest.approx(0.05, abs=6e-3)
    assert paid[0] == pytest.approx(np.mean([0.25, 0.125, 0.08]), abs=5e-3)


def test_zorowitz_numbers_and_careless_labels(table):
    rows = table["zorowitz2023_reversal_bandit"]
    assert rows["subject"].nunique() == 406 and len(rows) == 36_540
    right = rows["choice"] == rows["correct"]
    assert right.mean() == pytest.approx(0.567, abs=5e-4) and rows["reward"].mean() == pytest.approx(0.546, abs=5e-4)
    assert rows["reward"][right].mean() == pytest.approx(0.8, abs=0.01)
    assert rows["reward"][~right].mean() == pytest.approx(0.2, abs=0.01)
    people = rows.groupby("subject")[["infreq", "kept"]].first()
    assert people["kept"].sum() == 386 and people["infreq"].isna().sum() == 20
    # Careless people answer the task worse, too: the paper's point.
    accuracy = right.groupby(rows["subject"]).mean()
    assert accuracy[people["infreq"] >= 2].mean() < accuracy[people["infreq"] == 0].mean() - 0.05


def test_aind_sessions(table):
    rows = table["aind_dynamic_foraging"]
    trials = rows.groupby("subject").size().to_dict()
    assert trials == {689514: 432, 697929: 447, 703548: 555, 727456: 225, 705599: 1}
    ignored = rows.groupby("subject")["valid"].agg(lambda v: (~v).sum()).to_dict()
    assert ignored == {689514: 49, 697929: 249, 703548: 50, 727456: 7, 705599: 1}
    training = rows[rows["subject"] == 697929]
    assert training[["autowater_left", "autowater_right"]].to_numpy().sum() == 193
