"""Gridworlds: where answers lead, when mazes change, when trials and sessions end."""

import functools
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.core.errors import BadValue
from neurorl.loop import run, simulate_many
from neurorl.ops.grids import MAZES, grid

TASK = catalogue.load("task", "gridworld")
UP, DOWN, LEFT, RIGHT = range(4)


def lead(task, answers, **settings):
    """Lead a learner of nothing through a maze."""
    agent = catalogue.load("agent", "random_choice").for_spaces(task.spaces)
    params = replace(task.params(), **{name: jnp.asarray(value) for name, value in settings.items()})
    forced = jnp.asarray(answers, jnp.int32)
    t = run(jax.random.key(0), agent, agent.params(), task, params, len(answers), forced=forced)
    return jax.tree.map(np.asarray, t)


@functools.cache
def wander(maze, steps, trials=0):
    task = replace(TASK, maze=maze, trials=trials)
    agent = catalogue.load("agent", "random_choice").for_spaces(task.spaces)
    return jax.tree.map(np.asarray, simulate_many(jax.random.key(1), agent, agent.params(), task, steps, subjects=20))


def test_the_shortest_way_pays_on_its_fourteenth_step():
    way = [DOWN] * 2 + [RIGHT] * 4 + [UP] + [RIGHT] * 4 + [UP] * 3
    t = lead(TASK, [*way, UP])
    assert t.reward.tolist() == [0.0] * 13 + [1.0, 0.0]
    assert t.discount.tolist() == [1.0] * 13 + [0.0, 1.0]
    assert t.next_obs[13] == TASK.grid.start[0] == t.obs[0]
    assert t.truth.trial.tolist() == [0] * 14 + [1] and t.truth.in_trial[-2:].tolist() == [13, 0]


def test_steps_follow_the_tables():
    t, table = wander("dyna", 400), grid(MAZES["dyna"])
    ends = table.ends[0, t.obs, t.action]
    np.testing.assert_array_equal(t.next_obs, np.where(ends, table.start[0], table.successors[0, t.obs, t.action]))
    np.testing.assert_array_equal(t.reward, table.rewards[0, t.obs, t.action])
    assert ends.any() and not t.truth.drawing.any()


def test_walls_move_after_so_many_steps():
    # Up to the gap on the right, which is walled off after three more steps.
    task = replace(TASK, maze="blocking")
    to_gap = [RIGHT] * 5 + [UP]
    t = lead(task, [*to_gap, UP, DOWN, UP], change=8)
    cells = np.array(task.grid.cells)[t.next_obs]
    assert cells[5].tolist() == [4, 8] and cells[6].tolist() == [3, 8] and cells[7].tolist() == [4, 8]
    assert cells[8].tolist() == [4, 8]  # now it is wall
    assert t.truth.drawing.tolist() == [0] * 8 + [1]


def test_the_goal_moves_after_so_many_trials():
    task = replace(TASK, maze="relocation")
    t = lead(task, [UP] * 10, change=1)
    assert t.reward.tolist() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert t.truth.drawing.tolist() == [0] * 5 + [1] * 5


def test_a_trial_ends_after_three_hundred_steps():
    t = lead(replace(TASK, maze="relocation"), [LEFT] * 301)
    assert t.discount[:299].all() and t.discount[299] == 0 and t.discount[300] == 1 and not t.reward.any()


def test_a_session_ends_after_so_many_trials():
    t = wander("dyna", 3000, 1)
    lasted = t.valid.sum(axis=1)
    over = lasted < 3000
    assert over.any() and not t.valid[over, lasted[over]].any()
    np.testing.assert_array_equal(t.discount[over, lasted[over] - 1], 0)


def test_slips_are_as_often_as_stated():
    task = replace(TASK, maze="four_rooms")
    agent = catalogue.load("agent", "random_choice").for_spaces(task.spaces)
    params = replace(task.params(), slip=jnp.asarray(1 / 3))
    t = simulate_many(jax.random.key(2), agent, agent.params(), task, 1000, subjects=20, task_params=params)
    table = task.grid
    went = np.asarray(t.next_obs)[..., None] == table.successors[0, np.asarray(t.obs)]
    inner = went.sum(axis=-1) == 1  # where each answer leads elsewhere, and the trial did not end
    inner &= np.asarray(t.discount) == 1
    meant = np.take_along_axis(went, np.asarray(t.action)[..., None], axis=-1)[..., 0][inner]
    assert meant.mean() == pytest.approx(2 / 3, abs=5 * np.sqrt(2 / 9 / meant.size))


def test_the_grid_with_jumps_begins_anywhere_and_goes_on():
    t = wander("jumps", 500)
    assert len(set(t.obs[:, 0].tolist())) > 8 and t.discount.all()
    assert set(np.unique(t.reward)) == {-1.0, 0.0, 5.0, 10.0}


def test_bad_settings_are_refused():
    with pytest.raises(BadValue, match="no maze"):
        replace(TASK, maze="hedge")
    with pytest.raises(BadValue, match="trials is -1"):
        replace(TASK, trials=-1)
