import numpy as np
import pandas as pd
import pytest

from neurorl.core.errors import BadData, DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data import Dataset, Schema

STATES = "0 fixation, 1 first, 2 second_a, 3 second_b"
ACTIONS = "0 centre, 1 left, 2 right"


def changed(table, column, row, value):
    """A copy with one cell changed, in a dtype that can hold it."""
    values = table[column].to_list() if column in table else [None] * len(table)
    values[row] = value
    return table.assign(**{column: pd.Series(values, index=table.index)})


def test_sound_table_has_no_problem(table, spaces):
    assert Schema.of(spaces).check(table) == []


def test_columns_carry_codes_and_units(spaces):
    schema = Schema.of(spaces)
    column = {c.name: c for c in schema.columns}
    assert schema.names == (
        "subject", "session", "trial", "step", "state", "choice", "reward", "valid", "scored", "discount", "stim",
        "informed",
    )  # fmt: skip
    assert [c.name for c in schema.columns if not c.required] == ["valid", "scored", "discount", "stim", "informed"]
    assert column["state"].allowed == STATES and column["choice"].allowed == ACTIONS
    assert column["reward"].units == "reward"


@pytest.mark.parametrize(
    ("column", "row", "value", "expected"),
    [
        ("state", 4, 9, f"Row 4: state is not one of the codes {STATES} (it holds 9)."),
        ("state", 4, -1, f"Row 4: state is not one of the codes {STATES} (it holds -1)."),
        ("state", 4, None, "Row 4: state is empty."),
        ("choice", 3, 3, f"Row 3: choice is not one of the codes {ACTIONS}, or -1 where missing (it holds 3)."),
        ("choice", 3, -2, f"Row 3: choice is not one of the codes {ACTIONS}, or -1 where missing (it holds -2)."),
        ("choice", 3, 0.5, "Row 3: choice is not a whole number (it holds 0.5)."),
        ("choice", 3, float("inf"), "Row 3: choice is not a whole number (it holds inf)."),
        (
            "choice", 3, "left",
            f"Row 3: choice holds text or another object where a code is expected ({ACTIONS}) (it holds 'left').",
        ),
        ("reward", 2, float("nan"), "Row 2: reward is empty although the step happened (choice given and valid)."),
        ("reward", 2, float("inf"), "Row 2: reward is infinite (it holds inf)."),
        (
            "reward", 2, [1],
            "Row 2: reward holds text or another object where a number is expected (it holds [1]).",
        ),
        ("trial", 5, 1.5, "Row 5: trial is not a whole number (it holds 1.5)."),
        ("trial", 5, None, "Row 5: trial is empty."),
        ("step", 0, -1, "Row 0: step is negative (it holds -1)."),
        ("subject", 0, None, "Row 0: subject holds neither text nor a whole number (it holds None)."),
        ("subject", 0, 7, "Row 0: subject holds neither text nor a whole number (it holds 7)."),
        ("session", 10, 0.5, "Row 10: session holds neither text nor a whole number (it holds 0.5)."),
    ],
)  # fmt: skip
def test_one_bad_cell_is_one_problem(table, spaces, column, row, value, expected):
    # Pandas stores an absent text label as None or NaN, depending on its version.
    problems = [
        p.replace("holds nan)", "holds None)") for p in Schema.of(spaces).check(changed(table, column, row, value))
    ]
    assert problems == [expected]


@pytest.mark.parametrize(
    ("column", "bad", "expected"),
    [
        ("valid", 2, "Row 4: valid is neither True nor False (it holds 2)."),
        ("valid", "yes", "Row 4: valid is neither True nor False (it holds 'yes')."),
        ("scored", None, "Row 4: scored is neither True nor False (it holds None)."),
        ("discount", 1.5, "Row 4: discount is outside 0 to 1 (it holds 1.5)."),
        ("discount", None, "Row 4: discount is empty."),
        ("stim", float("-inf"), "Row 4: stim is infinite (it holds -inf)."),
    ],
)
def test_bad_cell_of_an_optional_column(table, spaces, column, bad, expected):
    fine = table["choice"] >= 0 if column in ("valid", "scored") else pd.Series(0.0, index=table.index)
    sound = table.assign(**{column: fine})
    assert Schema.of(spaces).check(sound) == []
    problems = Schema.of(spaces).check(changed(sound, column, 4, bad))
    assert problems == [expected]


def test_valid_may_not_be_true_without_a_choice(table, spaces):
    problems = Schema.of(spaces).check(table.assign(valid=True))
    assert problems[0].startswith("Row 7: valid is True although the choice is missing")


def test_reward_may_be_empty_where_valid_is_false(table, spaces):
    aborted = changed(table, "reward", 2, float("nan")).assign(
        valid=[True, True, False] + [True] * 4 + [False] + [True] * 3
    )
    assert Schema.of(spaces).check(aborted) == []


def test_numbers_written_as_text_and_one_stray_word(table, spaces):
    schema = Schema.of(spaces)
    (all_text,) = schema.check(table.assign(choice=table["choice"].astype(str)))
    assert all_text.startswith("Rows 0, 1, 2, 3, 4, ... (11 rows): choice holds text")
    (stray,) = schema.check(changed(table.assign(choice=table["choice"].astype(str)), "choice", 8, "oops"))
    assert stray.startswith("Row 8: choice holds text") and stray.endswith("(it holds 'oops').")


def test_unusable_dtypes(table, spaces):
    times = pd.Series(pd.date_range("2020-01-01", periods=len(table)), index=table.index)
    problems = Schema.of(spaces).check(table.assign(reward=times, subject=times, step=0j))
    assert [p.split("): ")[1].split(" (it")[0] for p in problems] == [
        "subject holds neither text nor a whole number",
        "step holds values of type complex128 where a number is expected",
        f"reward holds values of type {times.dtype} where a number is expected",
    ]


def test_repeated_step(table, spaces):
    again = pd.concat([table, table.iloc[[10]]])
    assert Schema.of(spaces).check(again) == [
        "Row 11: the step repeats the subject, session, trial and step of an earlier row."
    ]  # fmt: skip


def test_unordered_trials_and_steps(table, spaces):
    # Rows 3-5 (trial 1) now stand before rows 0-2 (trial 0); steps 1 and 2 of b's last trial are swapped.
    swapped = table.iloc[[3, 4, 5, 0, 1, 2, 6, 7, 8, 10, 9]]
    assert Schema.of(spaces).check(swapped) == [
        "Rows 3, 10: the step comes after a later trial or step of its session; sort the table."
    ]


def test_session_in_pieces(table, spaces):
    pieces = table.iloc[[0, 1, 2, 6, 7, 3, 4, 5, 8, 9, 10]]
    assert Schema.of(spaces).check(pieces) == [
        "Rows 5, 8: the session goes on after other rows interrupted it; keep its rows together."
    ]


def test_many_rows_share_one_sentence(table, spaces):
    (problem,) = Schema.of(spaces).check(table.assign(state=7))
    assert problem == f"Rows 0, 1, 2, 3, 4, ... (11 rows): state is not one of the codes {STATES} (it holds 7)."


@pytest.mark.parametrize("name", ["subjID", "subj_idx", "participant", "participant_id", "Subject", "subjct"])
def test_missing_column_suggests_a_near_one(table, spaces, name):
    assert Schema.of(spaces).check(table.rename(columns={"subject": name})) == [
        f"There is no column 'subject' (who decided). Is it '{name}'? "
        f"Then read the file with rename={{'{name}': 'subject'}}."
    ]


def test_missing_column_without_a_near_one(table, spaces):
    assert Schema.of(spaces).check(table.drop(columns="session")) == [
        "There is no column 'session' (session of this subject; 0 where there is only one)."
    ]


def test_misspelt_optional_column_and_doubled_column(table, spaces):
    odd = pd.concat([table.assign(Valid=True), table["reward"]], axis=1)
    assert Schema.of(spaces).check(odd) == [
        "There is more than one column called 'reward'; keep one.",
        "Column 'Valid' would be ignored; rename it to 'valid', or to something else.",
    ]


def test_no_rows_and_no_table(table, spaces):
    assert Schema.of(spaces).check(table.iloc[:0]) == ["The table has no rows."]
    assert Schema.of(spaces).check({"subject": [1]}) == ["The table must be a pandas DataFrame, not dict."]


def test_one_error_lists_everything(table, spaces):
    bad = table.drop(columns="session")
    bad["session"] = 0
    bad = bad.rename(columns={"subject": "subjID"})
    bad.loc[0, "choice"] = 5
    bad.loc[2, "reward"] = np.inf
    bad.loc[4, "reward"] = np.nan
    bad["scored"] = "maybe"
    before = bad.copy()
    with pytest.raises(BadData) as caught:
        Dataset(bad, Schema.of(spaces), "people.csv")
    assert str(caught.value).splitlines() == [
        "The table people.csv has 5 problems (rows are counted from 0; row 0 is line 2 of a CSV file):",
        "  1. There is no column 'subject' (who decided). Is it 'subjID'? Then read the file with "
        "rename={'subjID': 'subject'}.",
        f"  2. Row 0: choice is not one of the codes {ACTIONS}, or -1 where missing (it holds 5).",
        "  3. Row 2: reward is infinite (it holds inf).",
        "  4. Rows 0, 1, 2, 3, 4, ... (11 rows): scored is neither True nor False (it holds 'maybe').",
        "  5. Row 4: reward is empty although the step happened (choice given and valid).",
    ]
    pd.testing.assert_frame_equal(bad, before)


def test_vector_observations_have_a_column_each():
    spaces = Spaces(Box((2,)), Discrete(("stay", "go")), (0.0, 1.0))
    schema = Schema.of(spaces)
    assert schema.seen == ("obs_0", "obs_1")
    row = {"subject": [1], "session": [0], "trial": [0], "step": [0], "choice": [1], "reward": [0.5]}
    assert schema.check(pd.DataFrame({**row, "obs_0": [0.25], "obs_1": [np.nan]})) == ["Row 0: obs_1 is empty."]


def test_pictures_and_continuous_actions_do_not_fit_a_table():
    with pytest.raises(DoesNotFit, match="shape \\(8, 8\\)"):
        Schema.of(Spaces(Box((8, 8)), Discrete(("a", "b")), (0.0, 1.0)))
    with pytest.raises(DoesNotFit, match="real numbers"):
        Schema.of(Spaces(Discrete(("a",)), Box(()), (0.0, 1.0)))
