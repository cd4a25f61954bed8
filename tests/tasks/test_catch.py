"""Catch against its stated rules, played by hand."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.core.errors import BadValue
from neurorl.loop import run, simulate_many

TASK = catalogue.load("task", "catch")
LEFT, STAY, RIGHT = range(3)


def lead(task, answers, column):
    """Lead a learner of nothing through trials in which the ball always starts in `column`."""
    agent = catalogue.load("agent", "random_choice").for_spaces(task.spaces)
    params = replace(task.params(), starts=jnp.eye(task.columns)[column])
    t = run(jax.random.key(0), agent, agent.params(), task, params, len(answers), forced=jnp.asarray(answers))
    return jax.tree.map(np.asarray, t)


def test_the_ball_falls_a_row_a_step_and_the_paddle_moves_a_column():
    t = lead(TASK, [RIGHT, LEFT, LEFT, STAY, LEFT, LEFT, RIGHT, RIGHT, STAY], column=4)
    boards = t.obs.reshape(9, 10, 5)
    assert (boards.sum(axis=(1, 2)) == 2).all()
    assert [tuple(np.argwhere(board)[0]) for board in boards] == [(row, 4) for row in range(9)]
    # From the middle: right, left, left, stay, left, left (against the wall), right, right.
    assert [np.argwhere(board)[1].tolist() for board in boards] == [[9, c] for c in (2, 3, 2, 1, 1, 0, 0, 1, 2)]
    assert t.truth.paddle.tolist() == [2, 3, 2, 1, 1, 0, 0, 1, 2]
    assert t.truth.ball_row.tolist() == list(range(9)) and set(t.truth.ball_column.tolist()) == {4}


@pytest.mark.parametrize(("column", "reward"), [(0, -1.0), (1, 1.0), (2, -1.0)])
def test_a_trial_pays_at_the_bottom_and_the_next_one_begins(column, reward):
    # The paddle ends in column 1: the last move counts.
    t = lead(TASK, [STAY] * 8 + [LEFT] + [STAY] * 2, column)
    assert t.reward.tolist() == [0.0] * 8 + [reward] + [0.0] * 2
    assert t.discount.tolist() == [1.0] * 8 + [0.0] + [1.0] * 2
    first = np.zeros((10, 5))
    first[0, column] = first[9, 2] = 1
    np.testing.assert_array_equal(t.next_obs[8].reshape(10, 5), first)
    np.testing.assert_array_equal(t.obs[9].reshape(10, 5), first)


def test_columns_are_drawn_evenly_and_a_still_paddle_catches_one_ball_in_five():
    agent = catalogue.load("agent", "random_choice").for_spaces(TASK.spaces)
    forced = jnp.full(9 * 200, STAY)
    play = jax.jit(
        jax.vmap(lambda key: run(key, agent, agent.params(), TASK, TASK.params(), len(forced), forced=forced))
    )
    t = jax.tree.map(np.asarray, play(jax.random.split(jax.random.key(1), 20)))
    ends = t.discount == 0
    assert ends.sum() == 20 * 200
    shares = np.bincount(t.truth.ball_column[ends], minlength=5) / 4000
    assert np.abs(shares - 0.2).max() < 4 * np.sqrt(0.16 / 4000)
    np.testing.assert_array_equal(t.reward[ends], np.where(t.truth.ball_column[ends] == 2, 1.0, -1.0))


def test_other_boards():
    task = replace(TASK, rows=3, columns=4)
    assert task.spaces.obs.shape == (12,) and task.spaces.steps_per_trial == 2
    agent = catalogue.load("agent", "random_choice").for_spaces(task.spaces)
    t = simulate_many(jax.random.key(2), agent, agent.params(), task, 20, subjects=3)
    assert np.asarray(t.discount).tolist() == [[1.0, 0.0] * 10] * 3
    with pytest.raises(BadValue, match="1 x 5"):
        replace(TASK, rows=1)
