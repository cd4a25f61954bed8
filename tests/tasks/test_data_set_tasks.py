"""The tasks behind the shipped data sets: chances, blocks, and what simple players earn."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.loop import simulate_many
from neurorl.tasks.foraging_uncoupled import ForagingUncoupled
from neurorl.tasks.what_where_reversal import Params as WhatWhere


def played(task, n_steps, subjects=200, agent="random_choice", task_params=None):
    task = load("task", task) if isinstance(task, str) else task
    player = load("agent", agent).for_spaces(task.spaces)
    t = simulate_many(
        jax.random.key(0), player, player.params(), task, n_steps, subjects=subjects, task_params=task_params
    )
    return jax.tree.map(np.asarray, t)


def close(share, expected, n, z=4.5):
    assert abs(share - expected) < z * np.sqrt(expected * (1 - expected) / n)


@pytest.fixture(scope="module")
def blocks():
    return played("rlwm", 78)


def test_rlwm_blocks_end_after_thirteen_rounds_of_the_set(blocks):
    sizes = blocks.truth.set_size[:, 0]
    assert set(sizes) == {2, 3, 4, 5, 6}
    np.testing.assert_array_equal(blocks.valid.sum(axis=1), 13 * sizes)


def test_rlwm_each_picture_once_a_round_and_one_right_key_each(blocks):
    for s in range(20):
        n = int(blocks.truth.set_size[s, 0])
        seen = blocks.obs[s, : 13 * n]
        rounds = np.sort(seen.reshape(13, n), axis=1)
        np.testing.assert_array_equal(rounds, np.broadcast_to(n * (n - 1) // 2 + np.arange(n), (13, n)))
        for code in set(seen):
            assert len(set(blocks.truth.right_key[s, : 13 * n][seen == code])) == 1
    valid = blocks.valid
    np.testing.assert_array_equal(blocks.reward[valid] == 1, (blocks.action == blocks.truth.right_key)[valid])
    close(blocks.reward[valid].mean(), 1 / 3, valid.sum())


def test_rlwm_delays_reach_from_none_to_the_whole_of_two_rounds(blocks):
    six = np.flatnonzero(blocks.truth.set_size[:, 0] == 6)
    gaps = np.concatenate([np.diff(np.flatnonzero(blocks.obs[s] == blocks.obs[s, 0])) for s in six])
    assert gaps.min() == 1 and gaps.max() == 11 and gaps.mean() == pytest.approx(6, abs=0.3)


@pytest.mark.parametrize("agent", ["working_memory_rl", "working_memory_habit"])
def test_learners_with_memory_do_worse_with_more_pictures(agent):
    t = played("rlwm", 78, agent=agent)
    late = t.valid & (np.arange(78) >= 3 * t.truth.set_size[:, :1])
    accuracy = [t.reward[late & (t.truth.set_size[:, :1] == n)].mean() for n in (2, 3, 4, 5, 6)]
    assert accuracy[0] > 0.85 and accuracy[0] > accuracy[2] > accuracy[4] > 1 / 3


def test_free_operant_chances():
    t = played("free_operant", 60, subjects=600)
    rich, poor = t.truth.p_reward.max(axis=2)[:, 0], t.truth.p_reward.min(axis=2)
    np.testing.assert_allclose(poor, 0.05)
    for p in (0.25, 0.125, 0.08):
        close(np.isclose(rich, p).mean(), 1 / 3, 600)
    close((t.truth.best[:, 0] == 0).mean(), 0.5, 600)
    # Pressing at random pays the mean of both keys, averaged over the three kinds of block.
    close(t.reward.mean(), (np.mean([0.25, 0.125, 0.08]) + 0.05) / 2, t.reward.size / 10)


def test_reversal_three_goes_to_another_arm_every_fifteen_trials():
    t = played("reversal_three", 90)
    best = t.truth.best.reshape(200, 6, 15)
    assert (best == best[:, :, :1]).all()
    change = (best[:, 1:, 0] - best[:, :-1, 0]) % 3
    assert set(change.ravel()) == {1, 2}
    close((change == 1).mean(), 0.5, change.size)
    right = t.action == t.truth.best
    close(t.reward[right].mean(), 0.8, right.sum())
    close(t.reward[~right].mean(), 0.2, (~right).sum())
    close(t.reward.mean(), 0.4, t.reward.size / 2)  # at random: 0.2 + 0.6 / 3; people earn 0.546


@pytest.mark.parametrize("baited", [False, True])
def test_uncoupled_sides_change_on_their_own(baited):
    t = played(ForagingUncoupled(baited=baited), 300, subjects=50)
    if baited:  # what waits is at least a fresh chance
        assert (t.truth.p_reward >= 0.1 - 1e-6).all() and (t.truth.p_reward > 0.9 + 1e-6).any()
        return
    p = np.round(t.truth.p_reward, 3)
    np.testing.assert_allclose(np.unique(p), [0.1, 0.5, 0.9], rtol=1e-6)
    lengths, moves = [], []
    for session in p.transpose(0, 2, 1).reshape(-1, 300):
        at = np.flatnonzero(np.diff(session))
        lengths += list(np.diff(at))
        moves.append(at)
    assert min(lengths) == 20 and max(lengths) == 35  # a new block never has the old chance, so every change shows
    together = [len(set(a) & set(b)) / len(a) for a, b in zip(moves[::2], moves[1::2], strict=True)]
    assert np.mean(together) < 0.15
    close(t.reward.mean(), 0.5, t.reward.size / 20)


def test_uncoupled_bait_waits():
    """A side left alone for n trials pays with 1 - prod(1 - p): the task's own chance, at most."""
    t = played(ForagingUncoupled(baited=True), 300, subjects=50)
    chosen = np.take_along_axis(t.truth.p_reward, t.action[..., None], axis=2)[..., 0]
    for low in np.arange(0.1, 1.0, 0.2):
        here = (chosen >= low) & (chosen < low + 0.2)
        close(t.reward[here].mean(), chosen[here].mean(), here.sum())


@pytest.fixture(scope="module")
def what_where():
    return played("what_where_reversal", 90, subjects=400)


def test_what_where_blocks_have_eighty_trials_and_one_reversal(what_where):
    t = what_where
    assert (t.valid.sum(axis=1) == 80).all()
    good = t.truth.best[:, :80]
    circle_right = t.obs[:, :80] == 1
    picture_is_good = good ^ circle_right  # whether the good side holds the square
    changes_side = (np.diff(good, axis=1) != 0).sum(axis=1)
    changes_picture = (np.diff(picture_is_good, axis=1) != 0).sum(axis=1)
    what, where = changes_picture == 1, changes_side == 1
    assert (what ^ where).all()
    close(what.mean(), 0.5, 400)
    at = np.where(what, np.argmax(np.diff(picture_is_good, axis=1) != 0, axis=1), np.argmax(np.diff(good) != 0, axis=1))
    assert at.min() + 1 >= 30 and at.max() + 1 <= 50
    p_good = t.truth.p_reward[:, 0].max(axis=1)
    close(np.isclose(p_good, 0.8).mean(), 0.5, 400)
    np.testing.assert_allclose(np.unique(np.round(p_good, 3)), [0.7, 0.8], rtol=1e-6)


def test_what_where_pays_as_stated(what_where):
    t = what_where
    right = (t.action == t.truth.best) & t.valid
    close(t.reward[right].mean(), 0.75, right.sum() / 2)
    close(t.obs[:, 1:80].mean(), 0.5, 400 * 79)


def test_what_where_can_be_all_what():
    params = WhatWhere(p_good=jnp.asarray([0.8]), p_what=jnp.asarray(1.0))
    t = played("what_where_reversal", 80, subjects=20, task_params=params)
    square_is_good = t.truth.best ^ (t.obs == 1)
    assert ((np.diff(square_is_good, axis=1) != 0).sum(axis=1) == 1).all()
