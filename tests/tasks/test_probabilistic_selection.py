"""Probabilistic selection: pairs come once a round, pay as stated, and are not told of in the test."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.loop import simulate_many
from neurorl.tasks.probabilistic_selection import SIGNS, TEST, TRAINING

TASK = load("task", "probabilistic_selection")
P = np.array([0.8, 0.2, 0.7, 0.3, 0.6, 0.4])


@pytest.fixture(scope="module")
def sessions():
    player = load("agent", "random_choice").for_spaces(TASK.spaces)
    params = replace(TASK.params(), trials_per_pair=jnp.asarray(60), test_rounds=jnp.asarray(2))
    out = simulate_many(jax.random.key(0), player, player.params(), TASK, 220, subjects=100, task_params=params)
    return jax.tree.map(np.asarray, out)


def test_each_pair_comes_once_a_round_and_the_session_ends(sessions):
    assert (sessions.valid.sum(axis=1) == 3 * 60 + 2 * 15).all()
    training = np.sort(sessions.obs[:, :180].reshape(100, 60, 3), axis=2)
    np.testing.assert_array_equal(training, np.broadcast_to([0, 1, 2], training.shape))
    test = np.sort(sessions.obs[:, 180:210].reshape(100, 2, 15), axis=2)
    np.testing.assert_array_equal(test, np.broadcast_to(3 + np.arange(15), test.shape))
    first = sessions.obs[:, 0:180:3].ravel()  # every pair is as likely to come first in its round
    assert np.abs(np.bincount(first) / first.size - 1 / 3).max() < 4.5 * np.sqrt(2 / 9 / first.size)


def test_signs_pay_as_stated_in_training_and_nothing_in_the_test(sessions):
    action, reward = sessions.action[:, :180], sessions.reward[:, :180]
    for sign, p in enumerate(P):
        mine = reward[action == sign]
        assert abs(mine.mean() - p) < 4.5 * np.sqrt(p * (1 - p) / mine.size)
    assert (sessions.reward[:, 180:210] == 0).all()


def test_only_signs_of_the_pair_can_be_taken(sessions):
    pairs = np.array([*TRAINING, *TEST])
    shown = pairs[sessions.obs[:, :210]]
    assert (sessions.action[:, :210, None] == shown).any(axis=2).all()
    np.testing.assert_array_equal(
        sessions.truth.best[:, :210], np.take_along_axis(shown, np.argmax(P[shown], 2)[..., None], 2)[..., 0]
    )
    labels = TASK.spaces.obs.labels
    assert (
        labels[0] == "A_or_B" and labels[3] == "A_or_B_untold" and labels[-1] == "E_or_F_untold" and len(labels) == 18
    )
    assert "".join(SIGNS) == "ABCDEF"
