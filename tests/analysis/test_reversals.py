"""Choices around reversals, counted by hand."""

import pandas as pd
import pytest

from neurorl.analysis.reversals import aligned_to_reversals, alternations, trials_to_switch, with_phases
from neurorl.core.errors import BadData

# Two sessions: the first reverses twice (a good for 3 trials, b for 4, a for 2), the second never.
BEST = [0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1]
CHOICE = [0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1]


@pytest.fixture
def table():
    session = [0] * 9 + [1] * 2
    return pd.DataFrame({"subject": 7, "session": session, "choice": CHOICE, "truth_best": BEST, "valid": True})


def test_phases_and_places(table):
    rows = with_phases(table)
    assert rows["phase"].tolist() == [0, 0, 0, 1, 1, 1, 1, 2, 2, 0, 0]
    assert rows["place"].tolist() == [0, 1, 2, 0, 1, 2, 3, 0, 1, 0, 1]
    assert rows["right"].tolist() == [1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1]


def test_trials_before_the_first_choice_of_the_new_arm(table):
    found = trials_to_switch(table)
    assert found["reversal"].tolist() == [1, 2]
    assert found["trials"].tolist() == [2, 2]  # in the second it is never chosen: the length of the phase
    assert found["errors"].tolist() == [3, 2] and found["length"].tolist() == [4, 2]


def test_choices_around_each_reversal(table):
    near = aligned_to_reversals(table, before=2, after=3)
    first, second = (near[near["reversal"] == n] for n in (1, 2))
    assert first["offset"].tolist() == [-2, -1, 0, 1, 2] and first["new"].tolist() == [1, 0, 0, 0, 1]
    assert second["offset"].tolist() == [-2, -1, 0, 1] and second["new"].tolist() == [0, 1, 0, 0]


def test_alternations(table):
    assert alternations(table, before=2, after=3)["changes"].tolist() == [2, 2]


def test_rows_that_did_not_happen_are_left_out(table):
    rows = pd.concat([table, table.tail(1).assign(choice=-1, valid=False)], ignore_index=True)
    assert len(with_phases(rows)) == len(table)


def test_a_table_without_the_better_arm_is_refused(table):
    with pytest.raises(BadData, match="truth_best"):
        trials_to_switch(table.drop(columns="truth_best"))


def test_a_criterion_of_several_right_choices_in_a_row_stops_at_the_first_of_them():
    # After the reversal at trial 2: wrong, right, wrong, right, right, right.
    best = [0, 0, 1, 1, 1, 1, 1, 1]
    choice = [0, 0, 0, 1, 0, 1, 1, 1]
    table = pd.DataFrame({"subject": 0, "session": 0, "trial": range(8), "choice": choice, "truth_best": best})
    assert trials_to_switch(table)["trials"].tolist() == [1]
    assert trials_to_switch(table, in_a_row=2)["trials"].tolist() == [3]
    assert trials_to_switch(table, in_a_row=3)["trials"].tolist() == [3]
    assert trials_to_switch(table, in_a_row=4)["trials"].tolist() == [6]  # never met: the length of the phase
