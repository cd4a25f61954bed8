"""Columns `informed` and `feedback`: what a table may hold, and that tables, records and trajectories agree."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest

from neurorl import load_agent, load_task
from neurorl.core.errors import BadData
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.types import Record
from neurorl.data import Dataset, Schema, from_trajectory
from neurorl.loop import replay, replay_many, simulate_many

ARMS = Spaces(Discrete(("choice",)), Discrete(("left", "right")), (0.0, 1.0))
BOTH = replace(ARMS, feedback=Box((2,), 0.0, 1.0, ("outcome of left", "outcome of right")))
ANSWER = replace(ARMS, feedback=Discrete(("cat", "dog")))


def table(n: int = 4, **columns) -> pd.DataFrame:
    usual = {"subject": 1, "session": 0, "trial": range(n), "step": 0, "state": 0, "choice": 0, "reward": 1.0}
    return pd.DataFrame(usual | columns)


def dataset(rows: pd.DataFrame, spaces: Spaces = ARMS) -> Dataset:
    return Dataset(rows, Schema.of(spaces))


def test_a_table_without_the_column_has_no_mask():
    whole = dataset(table())
    assert "informed" not in whole.table and whole.records()[0].informed is None
    every = dataset(table(informed=True))
    assert every.table["informed"].all() and every.records()[0].informed is None


def test_a_test_phase_may_have_empty_rewards():
    record, _ = dataset(table(informed=[1, 1, 0, 0], reward=[1.0, 0.0, np.nan, np.nan])).records()
    assert record.informed.tolist() == [[True, True, False, False]]
    assert record.reward.tolist() == [[1.0, 0.0, 0.0, 0.0]] and record.scored.all()
    with pytest.raises(BadData, match="Row 1: reward is empty although the step happened"):
        dataset(table(informed=[1, 1, 0, 0], reward=[1.0, np.nan, np.nan, np.nan]))
    with pytest.raises(BadData, match="informed is neither True nor False"):
        dataset(table(informed=[1, 1, 0, "no"]))


def test_values_of_a_fit_stop_at_the_test_phase():
    agent = load_agent("rescorla_wagner").for_spaces(ARMS)
    record, _ = dataset(table(informed=[1, 0, 0, 1])).records()
    played = replay_many(agent, agent.params(), record)
    alpha = float(agent.params().alpha)
    q = 0.5 + alpha * 0.5
    np.testing.assert_allclose(played.latents.q[0, :, 0], [0.5, q, q, q], rtol=1e-6)
    np.testing.assert_allclose(played.latents.rpe[0], [0.5, 0.0, 0.0, 1.0 - q], rtol=1e-6)
    assert (played.log_prob < 0).all()


def test_sessions_of_unequal_length_are_padded_as_before():
    rows = pd.concat([table(), table(2).assign(subject=2, informed=[1, 0])], ignore_index=True).fillna({"informed": 1})
    record, _ = dataset(rows).records()
    assert record.informed.tolist() == [[True] * 4, [True, False, True, True]]
    assert record.valid.tolist() == [[True] * 4, [True, True, False, False]]


def test_states_whose_outcome_is_not_shown_are_the_default():
    task = load_task("probabilistic_selection")
    rows = table(2, state=[0, 3], choice=0, reward=[1.0, np.nan])
    whole = dataset(rows, task.spaces)
    assert whole.table["informed"].tolist() == [True, False]
    told = dataset(rows.assign(informed=True, reward=1.0), task.spaces)  # the table knows better
    assert told.table["informed"].all()


def test_feedback_of_all_options():
    rows = table(feedback_0=1.0, feedback_1=[0.0, 1.0, np.nan, 0.0])
    record, _ = dataset(rows, BOTH).records()
    assert record.feedback.shape == (1, 4, 2) and np.isnan(record.feedback[0, 2, 1])
    with pytest.raises(BadData, match="There is no column 'feedback_1' \\(outcome of right"):
        dataset(rows.drop(columns="feedback_1"), BOTH)
    with pytest.raises(BadData, match="feedback_0 is infinite"):
        dataset(rows.assign(feedback_0=np.inf), BOTH)


def test_feedback_that_is_a_code():
    record, _ = dataset(table(feedback=["cat", "dog", "cat", "dog"]), ANSWER).records()
    assert record.feedback.tolist() == [[0, 1, 0, 1]]
    record, _ = dataset(table(feedback=[0, np.nan, 1, -1]), ANSWER).records()
    assert record.feedback.tolist() == [[0, -1, 1, -1]]
    with pytest.raises(BadData, match="feedback is not one of the codes 0 cat, 1 dog, or -1 where it was not shown"):
        dataset(table(feedback=2), ANSWER)


def test_trajectory_table_and_records_agree(tmp_path):
    task = load_task("probabilistic_selection")
    agent = load_agent("random_choice").for_spaces(task.spaces)
    settings = replace(task.params(), trials_per_pair=np.asarray(2), test_rounds=np.asarray(1))
    played = simulate_many(jax.random.key(0), agent, agent.params(), task, 21, subjects=2, task_params=settings)
    made = from_trajectory(played, task.spaces)
    assert made.table["informed"].sum() == 12
    made.write(tmp_path / "choices.csv")
    record, index = Dataset.read(tmp_path / "choices.csv", task.spaces).records()
    np.testing.assert_array_equal(record.informed, played.informed)
    back = Dataset.from_records(record, index, made.schema, rows=made.table)
    pd.testing.assert_frame_equal(back.table, made.table)
    first = jax.tree.map(lambda leaf: leaf[0], record)
    again = replay(jax.random.key(0), agent, agent.params(), first)
    np.testing.assert_array_equal(Record.of(again).informed, first.informed)
