"""What the fuzz harness found, each on a small file of its own."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData
from neurorl.data import read, reading
from neurorl.ops.two_stage import two_stage_spaces

SIDE, PAID = [0, 1, 1, 0, 1, 0, 0, 1], [1, 0, 1, 1, 0, 0, 1, 0]


def saved(folder, name="t.csv", **columns):
    path = folder / name
    pd.DataFrame(columns).to_csv(path, index=False, sep="\t" if name.endswith("tsv") else ",")
    return path


def test_one_arm_column_without_the_other(tmp_path):
    path = saved(tmp_path, ppt="a", response=SIDE, feedback=PAID, arm_left=[1, 2] * 4)
    with pytest.raises(BadData, match="There is a column arm_left but no arm_right"):
        read(path, task="bandit")
    assert len(read(saved(tmp_path, ppt="a", response=SIDE, feedback=PAID), task="bandit")) == 8


def test_events_of_one_trial_with_two_choices(tmp_path):
    name = "sub-01_task-x_events.tsv"
    path = saved(tmp_path, name, trial=[1, 2, 3, 4] * 2, response=SIDE, feedback=PAID)
    with pytest.raises(BadData, match=r"the rows of 4 trials hold different values of response \(the first: trial 1"):
        read(path, task="bandit")
    # Events that repeat the one value, or leave it empty, are joined.
    path = saved(tmp_path, name, trial=[1, 1, 2, 2], response=[0, "n/a", 1, 1], feedback=["n/a", 1, 0, 0])
    assert read(path, task="bandit").table["choice"].tolist() == [0, 1]


@pytest.mark.parametrize("step", ["inf", "1e400"])
def test_an_infinite_step(step, tmp_path):
    path = saved(
        tmp_path, subject="a", session=0, trial=range(8), step=["0"] * 7 + [step], state=0, choice=SIDE, reward=PAID
    )
    with pytest.raises(BadData, match="Row 7: step is not a whole number"):
        read(path, task="bandit")


def test_a_first_choice_that_is_always_one(tmp_path):
    rng = np.random.default_rng(0)
    second = rng.integers(1, 5, 24)
    path = saved(tmp_path, "t.tsv", subjID=1, level1_choice=1 + (second > 2), level2_choice=second, reward=second % 2)
    whole = reading(path, task=two_stage_spaces(fixation=False, second_choice=True), format="hbayesdm")
    assert not any("Never chosen" in note for note in whole.notes)
    path = saved(tmp_path, "t.tsv", subjID=1, level1_choice=2, level2_choice=second, reward=second % 2)
    with_one = reading(path, task=two_stage_spaces(fixation=False, second_choice=True), format="hbayesdm")
    assert "Never chosen in 24 choices at step 0: 0 left." in with_one.notes


def test_the_range_of_rewards_where_no_task_is_named(tmp_path):
    path = saved(tmp_path, participant_id="a", response=SIDE, feedback=[99, *PAID[1:]])
    said = "No task is named; rewards are taken to range from 0 to 99."
    assert said in reading(path).notes
    path = saved(tmp_path, participant_id="a", response=SIDE, feedback=PAID)
    assert not any("No task" in note for note in reading(path).notes)


def test_responses_that_are_flags(tmp_path):
    path = saved(tmp_path, subject_id="a", ses_idx="a_1", animal_response=[bool(p) for p in PAID], earned_reward=SIDE)
    with pytest.raises(BadData, match="animal_response holds True and False"):
        read(path, task="bandit")


def test_a_trial_number_that_no_integer_holds(tmp_path):
    path = saved(tmp_path, subjID="a", trial=["1", "2", "1e300", "4", "5", "6", "7", "8"], choice=SIDE, outcome=PAID)
    with pytest.raises(BadData, match="Row 2: trial is not a whole number"):
        read(path, task="bandit", codes={"choice": {0: "left", 1: "right"}})


def test_an_infinite_reward_among_minus_one_and_one(tmp_path):
    folder = tmp_path / "M1" / "2020-01-01" / "001" / "alf"
    folder.mkdir(parents=True)
    np.save(folder / "_ibl_trials.choice.npy", np.where(SIDE, -1, 1))
    np.save(folder / "_ibl_trials.feedbackType.npy", np.array([1, -1, np.inf, 1, -1, -1, 1, -1]))
    with pytest.raises(BadData, match="Row 2: reward is infinite"):
        read(tmp_path, task="bandit", format="ibl")


def test_sessions_that_stand_twice_in_arrays(tmp_path):
    rng = np.random.default_rng(0)
    once = rng.integers(0, 2, (24, 2, 2)).astype(float)  # choice and reward
    twice = np.concatenate([once, once])
    before = np.concatenate([np.zeros((1, 2, 2)), twice[:-1]])  # the last reward is not in the arrays
    np.savez(tmp_path / "d.npz", xs=before, ys=twice[:, :, :1])
    with pytest.raises(BadData, match="In 2 of 2 sessions the same rows occur twice"):
        read(tmp_path / "d.npz", task="bandit")
