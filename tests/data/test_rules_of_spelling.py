"""Rules on names, units and order: what differs in writing alone, and what stands for something else."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData
from neurorl.data import Dataset, Schema, read
from neurorl.data.rules.sessions import is_session_like
from neurorl.ops.arms import arm_spaces

SIDE = np.array([0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1])
PAID = np.array([1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1])
TABLE = pd.DataFrame({"subject": "a", "choice": SIDE, "reward": PAID})


def written(folder, table, name="t.csv"):
    path = folder / name
    table.to_csv(path, index=False)
    return path


def notes(folder, table, **how) -> str:
    return " ".join(read(written(folder, table), task="bandit", **how).notes)


def refused(folder, table, *rules: str) -> str:
    with pytest.raises(BadData) as caught:
        read(written(folder, table), task="bandit")
    assert caught.value.rules == rules, str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("columns", "name", "codes"),
    [
        ({"ppt": "a", "response": 2 * SIDE - 1, "feedback": 1}, "response", {-1: "left", 1: "right"}),
        (
            {"subject_id": "a", "animal_response": SIDE + 1, "earned_reward": PAID},
            "animal_response",
            {1: "left", 2: "right"},
        ),
    ],
)
def test_a_layouts_missing_choice_that_is_an_answer_is_asked_about(columns, name, codes, tmp_path):
    said = refused(tmp_path, pd.DataFrame(columns), "missing-chosen")
    assert f"column {name}" in said and f"codes={{'{name}': ...}}" in said
    settled = read(written(tmp_path, pd.DataFrame(columns)), task="bandit", codes={name: codes})
    assert settled.table["choice"].tolist() == SIDE.tolist()


def test_choices_of_minus_one_and_one_are_asked_about_though_no_minus_one_is_paid(tmp_path):
    table = TABLE.assign(choice=2 * SIDE - 1, reward=PAID * SIDE)
    assert "Column choice holds -1 and 1" in refused(tmp_path, table.iloc[[0, 1, 3, 4, 6, 9]], "minus-one")
    missed = TABLE.assign(choice=[-1, *[1] * 11], reward=[0, *PAID[1:]])  # one missed trial of a subject of one side
    assert "Never chosen" in notes(tmp_path, missed)


@pytest.mark.parametrize(
    "name", ["Run", "runNumber", "Session ID", "mini_block", "blk", "session_date", "sess-nr", "sessionid"]
)
def test_columns_that_tell_sessions_apart_are_known_by_their_words(name, tmp_path):
    assert is_session_like(name)
    refused(tmp_path, TABLE.assign(**{name: np.repeat([1, 2], 6)}), "session-ignored")


@pytest.mark.parametrize(
    "name", ["runtime", "run_time", "date_of_birth", "block_type", "daytime", "trial", "obsession"]
)
def test_other_columns_are_not_taken_for_sessions(name):
    assert not is_session_like(name)


@pytest.mark.parametrize("pair", [("1", "01"), ("S1", "s1"), ("sub-1", "sub1"), ("m_02", "m 2"), ("\u00e9", "e\u0301")])
def test_subjects_that_differ_in_writing_alone_are_said(pair, tmp_path):
    table = TABLE.assign(subject=np.repeat(pair, 6))
    assert "differ only in how they are written" in notes(tmp_path, table)


@pytest.mark.parametrize(
    "pair",
    [("1", "10"), ("1152921504606846977", "1152921504606846976"), ("s1", "s2"), ("m1_02", "m10_2"), ("1.5", "15")],
)
def test_subjects_that_differ_are_not(pair, tmp_path):
    assert "how they are written" not in notes(tmp_path, TABLE.assign(subject=np.repeat(pair, 6)))


def test_a_second_column_of_names_and_a_column_of_nearly_the_same_name_are_said(tmp_path):
    said = notes(tmp_path, TABLE.assign(participant_id=np.repeat([1, 2], 6), Choice=1 - SIDE))
    assert "Column participant_id differs within a subject" in said and "Choice beside choice" in said
    assert "participant_id" not in notes(tmp_path, TABLE.assign(participant_id=5))


def test_rewards_that_are_all_the_same_or_in_another_unit_are_said(tmp_path):
    assert "Every reward is 0 (12 choices)" in notes(tmp_path, TABLE.assign(reward=0))
    said = notes(tmp_path, TABLE.assign(reward=PAID * 0.05))
    assert "No reward is larger than 0.05, but the task pays up to 1." in said and "{0.05: 1}" in said
    assert "larger" not in notes(tmp_path, TABLE.assign(reward=PAID * 0.5))


def test_times_against_the_order_of_the_rows(tmp_path):
    onset = np.arange(12.0)
    assert "falls" not in notes(tmp_path, TABLE.assign(onset=onset))
    said = refused(tmp_path, TABLE.assign(onset=onset[::-1]), "time-falls")
    assert "Column onset falls within a session in rows 1, 2" in said
    assert "falls" not in notes(tmp_path, TABLE.assign(onset=onset[::-1], trial=np.arange(12)))


@pytest.mark.parametrize("odd", [999, -9, "missed", "-"])
def test_values_that_stand_for_a_missing_choice_get_a_hint(odd, tmp_path):
    table = TABLE.assign(choice=[odd, *SIDE[1:]], reward=[0, *PAID[1:]])
    said = refused(tmp_path, table, "structure", "stand-ins")
    assert f"{{'choice': {{{odd!r}: 'missing'}}}}" in said
    read(written(tmp_path, table), task="bandit", codes={"choice": {odd: "missing"}})


def test_choices_from_one_with_zero_for_a_missing_one_get_a_hint(tmp_path):
    said = refused(tmp_path, TABLE.assign(choice=[0, *(SIDE[1:] + 1)]), "structure", "counted-from-one")
    assert "{0: 'missing', 1: 'left', 2: 'right'}" in said


def test_sessions_of_one_trial_are_said(tmp_path):
    assert "12 sessions hold 12 trials" in notes(tmp_path, TABLE.assign(session=np.arange(12)))
    assert "sessions hold" not in notes(tmp_path, TABLE.assign(session=np.repeat([1, 2], 6)))
    assert "sessions hold" not in notes(tmp_path, TABLE.assign(subject=np.arange(12)))  # a task of one trial


def test_a_subject_called_like_a_missing_value_is_said(tmp_path):
    assert "A subject is called NA." in notes(tmp_path, TABLE.assign(subject=np.repeat(["NA", "b"], 6)))
    assert "is called" not in notes(tmp_path, TABLE.assign(subject=np.repeat(["Nadia", "b"], 6)))


def test_numbers_that_64_bits_do_not_hold_are_refused():
    whole = TABLE.assign(session=0, trial=np.arange(12), step=0, state=0)
    ids = np.repeat(np.array([2**64 - 1, 2**64 - 2], np.uint64), 6)
    for table, word in ((whole.assign(subject=ids), "subject"), (whole.assign(trial=np.arange(12) * 1e300), "trial")):
        with pytest.raises(BadData, match=word):
            Dataset(table, Schema.of(arm_spaces(2)))
