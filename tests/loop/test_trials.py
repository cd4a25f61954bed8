"""Sessions asked for in trials end with the last of them, however many steps each took."""

import jax
import numpy as np
import pytest

from neurorl import load_agent, load_task
from neurorl.core.errors import BadValue
from neurorl.data import from_trajectory
from neurorl.loop import simulate_many
from neurorl.tasks.gridworld import Gridworld


def play(task, n_steps=None, n_trials=None, subjects=3):
    agent = load_agent("random_choice").for_spaces(task.spaces)
    return simulate_many(jax.random.key(0), agent, agent.params(), task, n_steps, subjects=subjects, n_trials=n_trials)


def test_trials_of_a_fixed_length_need_no_steps():
    task = load_task("two_step_daw")
    t = play(task, n_trials=7)
    assert t.reward.shape == (3, 14) and t.valid.all()
    plain = play(task, 14)
    np.testing.assert_array_equal(t.action, plain.action)
    np.testing.assert_array_equal(t.reward, plain.reward)


def test_trials_as_long_as_the_subject_takes():
    task = load_task("random_walk")
    t = play(task, 3000, 5)
    ends = np.asarray(t.discount == 0) & np.asarray(t.valid)
    assert (ends.sum(axis=1) == 5).all() and len(set(t.valid.sum(axis=1).tolist())) > 1
    for valid, end in zip(np.asarray(t.valid), ends, strict=True):
        assert valid[: valid.sum()].all() and end[valid.sum() - 1]
    table = from_trajectory(t, task.spaces).table
    assert (table.groupby("subject")["trial"].nunique() == 5).all()


def test_too_few_steps_are_said():
    with pytest.warns(UserWarning, match=r"3 of 3 sessions reached their last step, 30, before trial 5 had ended"):
        play(Gridworld("four_rooms"), 30, 5)


def test_a_length_is_needed():
    with pytest.raises(BadValue, match=r"n_trials=5, n_steps=500 \(--steps at the command line\)"):
        play(Gridworld(), n_trials=5)
    with pytest.raises(BadValue, match="in steps \\(n_steps\\) or in trials \\(n_trials\\)"):
        play(load_task("bandit"))
    with pytest.raises(BadValue, match="n_trials is 0, but must be 1 or more"):
        play(load_task("bandit"), n_trials=0)
