"""Readers use what they are told or refuse it, and say where files of one study differ."""

import json

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import NeurorlError
from neurorl.data import read

SIDE = np.array([0, 1, 1, 0, 1, 1, 0, 1])
PAID = np.array([1, 0, 1, 0, 0, 1, 1, 0])
TRIALS = pd.DataFrame({"trial": np.arange(8), "choice": SIDE, "reward": PAID})


def written(path, table):
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",", na_rep="n/a")
    return path


def study(folder, **tables):
    """A BIDS folder with one file a subject."""
    for name, table in tables.items():
        written(folder / f"sub-{name}" / f"sub-{name}_task-x_beh.tsv", table)
    return folder


def notes(path, **how) -> str:
    return " ".join(read(path, task="bandit", **how).notes)


def said(path, **how) -> str:
    with pytest.raises(NeurorlError) as caught:
        read(path, task="bandit", **how)
    return str(caught.value)


def arrays(path, side, paid):
    """disRNN arrays of one session, one row longer than it."""
    xs = np.zeros((len(side) + 1, 1, 2))
    xs[1:, 0] = np.stack([side, paid], axis=1)
    np.savez(path, xs=xs, ys=np.append(side, -1)[:, None, None])
    return path


@pytest.mark.parametrize(
    ("columns", "holds"),
    [
        ({"participant_id": "a", "response": SIDE, "feedback": PAID}, "response"),
        ({"ppt": "a", "response": SIDE, "feedback": PAID}, "response"),
        ({"subjID": "a", "choice": SIDE + 1, "outcome": PAID}, "choice"),
        ({"subject_id": "a", "animal_response": SIDE, "earned_reward": PAID}, "animal_response"),
    ],
)
def test_codes_of_a_column_that_is_not_recoded_are_refused(columns, holds, tmp_path):
    path = written(tmp_path / "t.csv", pd.DataFrame(columns))
    assert f"does not recode in this file: its choices are in column {holds}" in said(
        path, codes={"chioce": {1: "left"}}
    )


def test_arrays_take_codes_and_refuse_new_names(tmp_path):
    path = arrays(tmp_path / "a.npz", SIDE + 1, 2 * PAID)
    table = read(path, task="bandit", codes={"ys": {1: "left", 2: "right"}, "reward": {2: 1}}).table
    assert table["choice"].tolist() == SIDE.tolist() and table["reward"].tolist() == PAID.tolist()
    assert "Rewards -1 and 1 became 0 and 1" in notes(arrays(tmp_path / "b.npz", SIDE, 2 * PAID - 1))
    assert "holds arrays" in said(path, rename={"a": "b"})


def test_files_of_a_study_that_lack_choices_or_trials_are_named(tmp_path):
    lacking = study(tmp_path / "lacking", a=TRIALS, b=TRIALS.drop(columns="choice"))
    assert "Column choice is in 1 of 2 files and missing from sub-b_task-x_beh.tsv" in said(lacking)
    empty = study(tmp_path / "empty", a=TRIALS, b=TRIALS.iloc[:0])
    assert "1 of 2 files hold no trials and add no session: sub-b_task-x_beh.tsv" in notes(empty)
    some = study(tmp_path / "some", a=TRIALS.assign(rt=1.0), b=TRIALS)
    assert "Columns that only some of the 2 files have are empty elsewhere: rt." in notes(some)


def test_sidecars_that_contradict_each_other_are_refused_and_other_words_said(tmp_path):
    folder = study(tmp_path, a=TRIALS, b=TRIALS)
    for name, labels in (("a", ("left", "right")), ("b", ("right", "left"))):
        levels = {"choice": {"Levels": {"0": labels[0], "1": labels[1]}}}
        (folder / f"sub-{name}" / f"sub-{name}_task-x_beh.json").write_text(json.dumps(levels))
    assert "give code 0 of choice two meanings: left and right" in said(folder)
    assert read(folder, task="bandit", codes={"choice": {0: "left", 1: "right"}}).n_sessions == 2
    for name in "ab":
        levels = {"choice": {"Levels": {"0": "blue", "1": "red"}}}
        (folder / f"sub-{name}" / f"sub-{name}_task-x_beh.json").write_text(json.dumps(levels))
    assert "Levels of choice (0: blue, 1: red) are not labels of the task" in notes(folder)


def test_a_second_column_that_might_hold_the_choice_is_said(tmp_path):
    assert "(response might be it as well)" in notes(study(tmp_path, a=TRIALS.assign(response=1 - SIDE)))


def test_rewards_on_the_side_not_taken_are_said(tmp_path):
    table = pd.DataFrame({"subject_id": "a", "animal_response": SIDE})
    right = table.assign(rewarded_historyL=(SIDE == 0) & (PAID == 1), rewarded_historyR=(SIDE == 1) & (PAID == 1))
    assert "side that was not chosen" not in notes(written(tmp_path / "a.csv", right))
    wrong = right.rename(columns={"rewarded_historyL": "rewarded_historyR", "rewarded_historyR": "rewarded_historyL"})
    assert "In 4 trials a reward is recorded on the side that was not chosen" in notes(
        written(tmp_path / "b.csv", wrong)
    )
    cpm = pd.DataFrame({"ppt": "a", "response": SIDE, "feedback": PAID, "reward_left": 0, "reward_right": 0})
    assert "In 4 trials feedback is not the reward of the side taken" in notes(written(tmp_path / "c.csv", cpm))


def test_half_missed_two_step_trials_that_are_paid_or_answered_late_are_said(tmp_path):
    first, second = SIDE + 1, 1 + 2 * SIDE
    table = pd.DataFrame({"subjID": 1.0, "level1_choice": first, "level2_choice": second, "reward": PAID}).astype(float)
    table.loc[[0, 2, 3], "level2_choice"] = np.nan
    table.loc[5, "level1_choice"] = np.nan
    found = " ".join(read(written(tmp_path / "t.csv", table), task="two_step_daw").notes)
    assert "Of the trials without an answer, 3 are rewarded" in found
    assert "In 1 trial the second stage is answered but not the first" in found


def test_trials_that_repeat_without_a_session_are_named(tmp_path):
    path = written(tmp_path / "t.csv", pd.concat([TRIALS, TRIALS]).assign(subject="a"))
    assert "Row 8: trial 0 of subject a occurs earlier in the file (8 such rows)" in said(path)


def test_a_pointer_of_git_lfs_is_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    assert "a pointer of Git LFS" in said(path)


def test_words_for_rewards_get_a_hint_that_works(tmp_path):
    columns = {"ppt": "a", "response": SIDE, "feedback": np.where(PAID == 1, "win", "loss")}
    path = written(tmp_path / "t.csv", pd.DataFrame(columns))
    assert "codes={'feedback': {'win': 0, 'loss': 0}}" in said(path)
    table = read(path, task="bandit", codes={"feedback": {"win": 1, "loss": 0}}).table
    assert table["reward"].tolist() == PAID.tolist()
