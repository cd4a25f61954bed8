from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from neurorl.core.errors import BadValue
from neurorl.data import Dataset, Schema
from neurorl.data.records import is_choice
from neurorl.ops.two_stage import two_stage_spaces

SPACES = two_stage_spaces(fixation=True, second_choice=False)
UNEQUAL = replace(SPACES, self_paced=True)  # trials of any length
CORE = ["subject", "session", "trial", "step", "state", "choice", "reward", "valid", "scored", "discount", "stim"]


def test_padded_arrays_by_hand(table, spaces):
    record, index = Dataset(table, Schema.of(spaces)).records()
    assert index.to_dict("list") == {"subject": ["a", "b"], "session": [0, 0], "n_steps": [6, 5]}
    assert np.array_equal(record.obs, [[0, 1, 2, 0, 1, 3], [0, 1, 0, 1, 2, 2]])
    assert np.array_equal(record.next_obs, [[1, 2, 0, 1, 3, 3], [1, 0, 1, 2, 2, 2]])
    assert np.array_equal(record.action, [[0, 1, 1, 0, 2, 2], [0, -1, 1, 2, 1, -1]])
    nan = np.nan
    assert np.array_equal(record.reward, [[0, 0, 1, 0, 0, 0], [0, nan, -1, 0, 1, 0]], equal_nan=True)
    assert np.array_equal(record.discount, [[1, 1, 0, 1, 1, 0], [1, 0, 1, 1, 0, 0]])
    assert np.array_equal(record.valid, [[1, 1, 1, 1, 1, 1], [1, 0, 1, 1, 1, 0]])
    assert np.array_equal(record.scored, [[0, 1, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]])
    assert not np.any(record.stim)


def test_scored_by_default_is_what_the_spaces_say():
    state, choice = np.divmod(np.arange(12), 3)
    assert np.array_equal(is_choice(SPACES, state, choice), SPACES.is_choice(state, choice))
    everywhere = two_stage_spaces(fixation=False, second_choice=True)
    assert is_choice(everywhere, np.array([0, 1, 2]), np.array([1, -1, 0])).tolist() == [True, False, True]


paid = st.floats(-1, 1, width=32)  # what the task pays
exact = st.floats(-4, 4, width=32)  # numbers that JAX's default precision can hold


@st.composite
def steps(draw):
    """One row without its place: possibly missing, possibly aborted, with any discount, stim and scored."""
    missing = draw(st.booleans())
    choice = -1 if missing else draw(st.integers(0, 2))
    valid = not missing and draw(st.booleans())
    reward = draw(paid) if valid else draw(exact | st.just(float("nan")))
    state = draw(st.integers(0, 3))
    return {
        "state": state,
        "choice": choice,
        "reward": reward,
        "valid": valid,
        "scored": draw(st.booleans()) and (missing or SPACES.legal[state][choice]),
        "discount": draw(st.floats(0, 1, width=32)),
        "stim": draw(exact),
    }


@st.composite
def tables(draw):
    """Sessions of unequal length, trials of unequal length with gaps in their numbers."""
    rows = []
    labels = draw(st.sampled_from([[3, 1, 2], ["b", "a", "c"]]))
    for subject in labels[: draw(st.integers(1, 3))]:
        for session in range(draw(st.integers(1, 2))):
            trial = 0
            for _ in range(draw(st.integers(1, 3))):
                trial += draw(st.integers(0 if trial == 0 else 1, 3))
                for step in range(draw(st.integers(1, 3))):
                    rows.append({"subject": subject, "session": session, "trial": trial, "step": step, **draw(steps())})
                trial += 1
    return pd.DataFrame(rows)


@settings(max_examples=50, deadline=None)
@given(tables())
def test_table_to_records_to_table_is_the_identity(table):
    dataset = Dataset(table.assign(rt=np.arange(len(table))), Schema.of(UNEQUAL))
    record, index = dataset.records()
    assert record.reward.shape == (dataset.n_sessions, index["n_steps"].max())
    places = dataset.table[["trial", "step", "rt"]]
    again = Dataset.from_records(record, index, dataset.schema, rows=places)
    assert_frame_equal(again.table, dataset.table, check_exact=True)


@settings(max_examples=30, deadline=None)
@given(tables())
def test_trials_follow_from_discounts_where_they_are_plain(table):
    """With trials counted from 0 and a discount of 0 at their ends, nothing but records and index is needed."""
    place = table.groupby(["subject", "session"], sort=False)["trial"].rank("dense").astype(int) - 1
    plain = Dataset(table.assign(trial=place).drop(columns="discount"), Schema.of(UNEQUAL))
    record, index = plain.records()
    assert_frame_equal(Dataset.from_records(record, index, plain.schema).table, plain.table, check_exact=True)


def test_without_lengths_only_the_padding_is_left_out(table, spaces):
    dataset = Dataset(table, Schema.of(spaces))
    record, index = dataset.records()
    again = Dataset.from_records(record, index[["subject", "session"]], dataset.schema)
    assert_frame_equal(again.table[CORE], dataset.table[CORE])


def test_mismatched_pieces_are_sentences(table, spaces):
    dataset = Dataset(table, Schema.of(spaces))
    record, index = dataset.records()
    with pytest.raises(BadValue, match="one index row a session"):
        Dataset.from_records(record, index.iloc[:1], dataset.schema)
    with pytest.raises(BadValue, match="must have columns subject and session; it has session"):
        Dataset.from_records(record, index[["session"]], dataset.schema)
    with pytest.raises(BadValue, match="`rows` has 3 rows, but the records hold 11 real steps"):
        Dataset.from_records(record, index, dataset.schema, rows=table.iloc[:3])
