"""Rules behind every table of decisions: what is refused, what is said, and what passes without a word."""

import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data import Dataset, Schema
from neurorl.data.rules import NOTES, PROBLEMS
from neurorl.ops.arms import arm_spaces
from neurorl.ops.two_stage import two_stage_spaces

ARMS = arm_spaces(2)
WANG = two_stage_spaces(fixation=True, second_choice=False)
DAW = two_stage_spaces(fixation=False, second_choice=True)


def trials(choice, reward, **more) -> pd.DataFrame:
    """One session of one-step trials."""
    columns = {"subject": "s", "session": 0, "trial": np.arange(len(choice)), "step": 0, "state": 0}
    return pd.DataFrame(columns | {"choice": choice, "reward": reward} | more)


def stages(trial, state, choice, **more) -> pd.DataFrame:
    """Steps of a session; the step counts within the trial."""
    step = pd.Series(trial).groupby(trial).cumcount().to_numpy()
    columns = {"subject": "s", "session": 0, "trial": trial, "step": step, "state": state}
    return pd.DataFrame(columns | {"choice": choice, "reward": 0.0} | more)


def refused(table, spaces, *rules: str) -> str:
    """The message of a table that breaks these rules and no other."""
    with pytest.raises(BadData) as caught:
        Dataset(table, Schema.of(spaces))
    assert caught.value.rules == rules
    return str(caught.value)


def notes(table, spaces) -> str:
    return " ".join(Dataset(table, Schema.of(spaces)).notes)


def test_sound_tables_pass_without_a_note():
    assert notes(trials([0, 1, 0, 1], [0, 1, 1, 0]), ARMS) == ""
    assert notes(stages([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 3], [0, 1, 1, 0, 2, 2]), WANG) == ""


def test_a_forbidden_choice_is_refused_with_state_choice_and_count():
    table = stages([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 3], [0, 0, 1, 0, 2, 2])
    said = refused(table, WANG, "forbidden")
    assert "The task forbids 1 of 6 choices: in state 1 first choice is 0 centre in row 1" in said
    assert "but only 1 left, 2 right can be chosen there" in said and "column scored that is False" in said


def test_forbidden_choices_may_stay_unscored():
    table = stages([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 3], [0, 0, 1, 0, 2, 2])
    kept = Dataset(table.assign(scored=[False, False, False, False, True, False]), Schema.of(WANG))
    assert kept.table["scored"].tolist() == [False, False, False, False, True, False]
    assert "1 choice that the task forbids in that state is not scored, as column scored says." in kept.notes


def test_a_forbidden_choice_that_the_task_charged_for_is_said():
    table = stages([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [0, 2, 1, 0, 0], reward=[0.0, 0, 1, 0, -1])
    made = Dataset(table, Schema.of(WANG))
    assert made.table["scored"].tolist() == [False, True, False, False, False]
    assert "in state 1 first choice is 0 centre in row 4" in made.notes[0] and "They are not scored." in made.notes[0]


def test_a_broken_fixation_is_said_and_choices_coded_as_sides_are_refused():
    broken = stages([0, 0, 0, 1, 1, 1, 2], [0, 1, 2, 0, 1, 3, 0], [0, 1, 1, 0, 2, 2, 1])
    assert "in state 0 fixation choice is 1 left in row 6" in notes(broken, WANG)
    sides = stages([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [0, 1, 0, 0, 2, 1])
    said = refused(sides.assign(state=[0, 1, 2, 0, 1, 2], choice=[0, 1, 0, 0, 2, 0]), WANG, "forbidden")
    assert "in state 2 second_a choice is 0 centre in rows 2, 5" in said
    free = Spaces(WANG.obs, WANG.action, WANG.reward, WANG.legal, steps_per_trial=3)
    said = refused(sides, free, "forbidden")
    assert "In state second_a the choices are 0, 1, as if sides were counted there" in said
    assert "the codes of the options are 1 left, 2 right" in said


def test_rewards_that_the_task_does_not_pay():
    said = refused(trials([0, 1, 0], [0, 99999, -999]), ARMS, "reward-range")
    assert "Rows 1, 2: reward is outside 0 to 1, the range of the task (it is 99999)" in said
    said = refused(trials([0, 1, 0, 1], [0, 50, 50, 0]), ARMS, "reward-range")
    assert "50 becomes 1" in said
    assert "-1 becomes 0" in refused(trials([0, 1, 0, 1], [-1, 1, 1, -1]), ARMS, "reward-range")
    # What a row that did not happen holds, and rounding to single precision, do not matter.
    table = trials([0, 1, 1], [0, 7, float(np.float32(1 + 1e-7))], valid=[True, False, True])
    assert notes(table, ARMS) == ""
    assert notes(trials([0, 1], [-3, 1e9]), Spaces(ARMS.obs, ARMS.action, (-np.inf, np.inf))) == ""


def test_minus_one_beside_rewards_is_asked_about():
    said = refused(trials([-1, 1, -1, 1], [0, 1, 1, 0]), ARMS, "minus-one")
    assert "rewards are present in 2 of 2 values of -1" in said and "-1 becomes left, 1 becomes right" in said
    many = trials([-1, 1, 0, -1, 1, -1], [0, 1, 0, 1, 0, 1])
    assert "-1 (3 rows), 0 (1) and 1 (2)" in refused(many, ARMS, "minus-one")
    # Where nothing was paid, -1 is a missed trial, as it is where `valid` says so.
    assert Dataset(trials([-1, 1, 0, 1], [0, 1, 1, 0]), Schema.of(ARMS)).notes == ()
    marked = trials([-1, 1, 0, 1], [1, 1, 1, 0], valid=[False, True, True, True])
    assert "A choice is missing but rewarded in row 0" in notes(marked, ARMS)


def test_missing_choices_are_said():
    table = trials([np.nan, 1, np.nan, 0, np.nan], [0, 1, 1, 0, 0.0])
    said = notes(table, ARMS)
    assert "A choice is missing but rewarded in row 2" in said and "3 of 5 choices are missing (60%)" in said
    late = trials([np.nan, 1] * 5, [0, 1.0] * 5, subject="late")
    one = pd.concat([trials([0, 1] * 5, [0, 1] * 5), late])
    assert "More than a third of the choices are missing in: late." in notes(one, ARMS)


def test_options_that_nobody_chose():
    assert "Never chosen in 3 choices: 1 right." in notes(trials([0, 0, 0], [0, 1, 1]), ARMS)
    said = notes(trials([1, 2, 1], [0, 1, 1]), arm_spaces(3))
    assert "Never chosen in 3 choices: 0" in said and "If column choice counts from 1" in said


def test_steps_that_a_trial_does_not_have():
    table = trials([0, 1, 1], [0, 1, 1], step=[0, 99, 0])
    said = refused(table, ARMS, "step-beyond")
    assert "Row 1: step goes up to 99, but a trial of the task has one step, 0" in said
    paced = Spaces(ARMS.obs, ARMS.action, ARMS.reward, self_paced=True)
    assert notes(trials([0, 1, 1], [0, 1, 1], trial=0, step=[0, 1, 2]), paced) == ""


def test_a_missing_stage_is_named_and_a_marked_one_passes():
    table = stages([0, 1, 1, 2, 2], [0, 0, 1, 0, 2], [1, 1, 0, 0, 1])
    said = refused(table, DAW, "stage-missing")
    assert "1 trial has fewer than the 2 steps that a trial has here" in said and "row 0 (without step 1)" in said
    assert notes(table.assign(valid=[False, True, True, True, True]), DAW) == ""
    assert notes(table.assign(choice=[-1, 1, 0, 0, 1]), DAW) == ""
    first = table.drop(index=[0, 1]).assign(step=[1, 0, 1])
    assert "(without step 0)" in refused(first, DAW, "stage-missing")
    # The last trial of a session may have been going on when it ended.
    assert "The last trial of 1 session ends before its last step (row 4)." in notes(
        stages([0, 0, 1, 1, 2], [0, 1, 0, 2, 0], [1, 1, 0, 0, 1]), DAW
    )


def test_gaps_in_trials_are_said():
    said = notes(trials([0, 1, 0, 1], [0, 1, 1, 0], trial=[0, 1, 2, 77]), ARMS)
    assert "Trial numbers have 1 gap in 1 session (the first: trial 2 is followed by 77, row 3)" in said
    assert "The first trial of 1 session is not 0 or 1 (the first: trial 30, row 0)" in notes(
        trials([0, 1], [0, 1], trial=[30, 31]), ARMS
    )
    assert notes(trials([0, 1], [0, 1], trial=[1, 2]), ARMS) == ""


def test_two_sessions_with_the_same_rows_are_said():
    rng = np.random.default_rng(0)
    one = trials(rng.integers(0, 2, 40), rng.integers(0, 2, 40), rt=rng.uniform(size=40))
    again = pd.concat([one, one.assign(subject="other")])
    assert "1 session holds exactly the rows of an earlier one (the first: subject other, session 0, and subject s" in (
        notes(again, ARMS)
    )
    assert notes(again.assign(rt=np.arange(80.0)), ARMS) == ""  # response times tell them apart
    short = [trials(*rng.integers(0, 2, (2, 12)), subject=name) for name in "abc"]
    twice = pd.concat([*short, *(each.assign(subject=each["subject"] + "2") for each in short)])
    assert "Each of 3 sessions occurs in the table twice" in notes(twice, ARMS)
    assert notes(twice.iloc[:-12], ARMS) == ""  # 12 rows may agree by chance
    same = pd.concat([trials([0, 1] * 20, [0, 1] * 20), trials([0] * 40, [1] * 40, subject="b")])
    assert notes(pd.concat([same, trials([0] * 40, [1] * 40, subject="c")]), ARMS) == ""  # always one answer: chance


def test_one_name_in_two_groups_is_said():
    table = trials([0, 1, 1, 0], [0, 1, 1, 0], group=["control", "control", "patient", None])
    assert "Column group differs within a subject: s (s has control, patient)" in notes(table, ARMS)
    assert notes(table.assign(group="control", condition=[1, 2, 1, 2]), ARMS) == ""


def test_labels_of_the_task_are_codes():
    table = trials(["left", "right", None, "RIGHT "], [0, 1, np.nan, 0])
    assert Dataset(table, Schema.of(ARMS)).table["choice"].tolist() == [0, 1, -1, 1]
    assert Dataset(table.assign(choice=pd.Categorical(["l", "r", "missed", "r"])), Schema.of(ARMS)).table[
        "choice"
    ].tolist() == [0, 1, -1, 1]
    seen = trials([0, 1], [0, 1], state=["tone", "light"])
    cues = Spaces(Discrete(("light", "tone")), ARMS.action, (0.0, 1.0))
    assert Dataset(seen, Schema.of(cues)).table["state"].tolist() == [1, 0]
    named = Spaces(Discrete(("12", "34")), ARMS.action, (0.0, 1.0))
    assert Dataset(seen.assign(state=[34, 12]), Schema.of(named)).table["state"].tolist() == [1, 0]
    assert Dataset(seen.assign(state=[1, 0]), Schema.of(named)).table["state"].tolist() == [1, 0]


def test_other_words_are_refused_with_a_hint():
    said = refused(trials(["F", "J"], [0, 1]), ARMS, "structure", "words")
    assert "Column choice holds words (F, J) that are not the task's" in said and "F becomes left" in said


@pytest.mark.parametrize("text", ["0_1", "١", "0x1", "1,0", "--1", "one"])
def test_numerals_that_people_do_not_mean(text):
    said = refused(trials(pd.Series([0, 1, text], dtype=object), [0, 1, 1]), ARMS, "structure")
    assert (
        f"Row 2: choice holds text or another object where a code is expected (0 left, 1 right) (it holds {text!r})"
        in said
    )


def test_all_problems_at_once():
    table = trials([0, 1, 1], [0, 99999, 1], step=[0, 0, 9])
    table["reward"] = pd.Series(["0", "99999", "1_0"], dtype=object)
    said = refused(table.assign(reward=[0, 99999, np.nan]), ARMS, "structure", "reward-range", "step-beyond")
    assert "has 3 problems" in said


def test_vectors_and_parts_of_a_sound_table_are_not_judged_anew():
    box = Spaces(Box((1,)), ARMS.action, (0.0, 1.0))
    table = trials([0, 1, 1, 1], [0, 1, 1, 0], obs_0=[0.5, 1, 2, 3.0], subject=["a", "a", "b", "b"], trial=[0, 1, 0, 1])
    whole = Dataset(table.drop(columns="state"), Schema.of(box))
    assert whole.notes == () and whole.subset(subjects=["b"]).notes == ()


def test_each_rule_has_a_name_of_its_own():
    assert not set(PROBLEMS) & set(NOTES) and len(set(PROBLEMS.values()) | set(NOTES.values())) == len(PROBLEMS) + len(
        NOTES
    )
