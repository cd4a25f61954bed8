"""Both forms of the two-step task against their stated statistics."""

import dataclasses
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.random_choice import RandomChoice
from neurorl.loop import run
from neurorl.tasks import two_step, two_step_daw

N_SESSIONS, N_TRIALS = 100, 100


@partial(jax.jit, static_argnums=0)
def sessions(task):
    agent = RandomChoice.for_spaces(task.spaces)
    n_steps = N_TRIALS * task.spaces.steps_per_trial
    keys = jax.random.split(jax.random.key(0), N_SESSIONS)
    return jax.vmap(lambda key: run(key, agent, agent.params(), task, task.params(), n_steps))(keys)


@pytest.fixture(scope="module")
def wang():
    return jax.tree.map(np.asarray, sessions(two_step.TASK))


@pytest.fixture(scope="module")
def daw():
    return jax.tree.map(np.asarray, sessions(two_step_daw.TASK))


def near(frequency, p, n):
    """Within four standard errors of a proportion."""
    return abs(frequency - p) < 4 * np.sqrt(p * (1 - p) / n)


def test_wang_trial_structure(wang):
    assert set(wang.obs[:, 0::3].flat) == {0} and set(wang.obs[:, 1::3].flat) == {1}
    assert set(wang.obs[:, 2::3].flat) == {2, 3}
    np.testing.assert_array_equal(wang.discount, np.tile([1.0, 1.0, 0.0], (N_SESSIONS, N_TRIALS)))
    np.testing.assert_array_equal(wang.scored, np.tile([False, True, False], (N_SESSIONS, N_TRIALS)))
    assert not wang.reward[:, 0::3].any() and not wang.reward[:, 1::3].any()


def test_wang_transitions_and_rewards(wang):
    common = (wang.action[:, 1::3] - 1) == (wang.obs[:, 2::3] - 2)
    assert near(common.mean(), 0.8, common.size)
    p = np.take_along_axis(wang.truth.p_reward[:, 2::3], wang.obs[:, 2::3, None] - 2, axis=2)[..., 0]
    for level in (0.1, 0.9):
        paid = wang.reward[:, 2::3][np.isclose(p, level)]
        assert paid.size > 4000 and near(paid.mean(), level, paid.size)


def test_wang_roles_switch_between_trials_only(wang):
    a_good = wang.truth.p_reward[..., 0] > 0.5
    changed = a_good[:, 1:] != a_good[:, :-1]
    at_trial_start = np.arange(1, a_good.shape[1]) % 3 == 0
    assert not changed[:, ~at_trial_start].any()
    assert near(changed[:, at_trial_start].mean(), 0.025, changed[:, at_trial_start].size)
    assert near(a_good[:, 0].mean(), 0.5, N_SESSIONS)


def test_wang_illegal_answers_cost_one():
    task = two_step.TASK
    agent = RandomChoice.for_spaces(task.spaces)
    # fixation: left; first: centre (aborts); fixation: centre; first: left; second: centre; fixation: centre
    forced = jnp.array([1, 0, 0, 1, 0, 0])
    t = run(jax.random.key(0), agent, agent.params(), task, task.params(), 6, forced=forced)
    np.testing.assert_array_equal(t.reward, [-1, -1, 0, 0, -1, 0])
    np.testing.assert_array_equal(t.discount, [1, 0, 1, 1, 0, 1])
    np.testing.assert_array_equal(t.obs[jnp.array([0, 1, 2, 3, 5])], [0, 1, 0, 1, 0])
    np.testing.assert_array_equal(t.scored, [False, False, False, True, False, False])


def test_wang_without_fixation_accepts_everything():
    task = dataclasses.replace(two_step.TASK, fixation=False)
    t = sessions(task)
    assert set(np.asarray(t.reward).flat) == {0.0, 1.0}
    common = np.asarray(t.action[:, 0::2] == t.obs[:, 1::2] - 1)
    assert near(common.mean(), 0.8, common.size)


def test_daw_trial_structure(daw):
    assert set(daw.obs[:, 0::2].flat) == {0} and set(daw.obs[:, 1::2].flat) == {1, 2}
    np.testing.assert_array_equal(daw.discount, np.tile([1.0, 0.0], (N_SESSIONS, N_TRIALS)))
    assert daw.scored.all() and not daw.reward[:, 0::2].any()


def test_daw_transitions_and_rewards(daw):
    common = daw.action[:, 0::2] == daw.obs[:, 1::2] - 1
    assert near(common.mean(), 0.7, common.size)
    option = 2 * (daw.obs[:, 1::2] - 1) + daw.action[:, 1::2]
    p = np.take_along_axis(daw.truth.p_reward[:, 1::2], option[..., None], axis=2)[..., 0]
    surprise = daw.reward[:, 1::2] - p
    for chosen in range(4):
        here = surprise[option == chosen]
        assert abs(here.mean()) < 4 * 0.5 / np.sqrt(here.size)
    # Rewards follow the present probability, not only its mean: the slope of reward on probability is 1.
    slope, spread = np.cov(p.ravel(), daw.reward[:, 1::2].ravel())[0, 1] / p.var(), 0.5 / np.sqrt(p.var() * p.size)
    assert abs(slope - 1) < 4 * spread


def test_daw_walks(daw):
    p = daw.truth.p_reward
    np.testing.assert_array_equal(p[:, 0::2], p[:, 1::2])  # they move between trials only
    p = p[:, 0::2]
    assert p.min() >= 0.25 and p.max() <= 0.75
    steps = np.diff(p, axis=1)
    free = (np.abs(p[:, :-1] - 0.5) < 0.15).ravel()  # four standard deviations from both bounds
    n = free.sum()
    assert abs(steps.ravel()[free].std() - 0.025) < 4 * 0.025 / np.sqrt(2 * n)
    assert abs(steps.ravel()[free].mean()) < 4 * 0.025 / np.sqrt(n)
    # Uniform at the start (and so for ever): variance (high - low)^2 / 12.
    assert abs(p[:, 0].mean() - 0.5) < 4 * 0.5 / np.sqrt(12 * p[:, 0].size)
    correlation = np.corrcoef(steps.reshape(-1, 4).T)
    assert np.abs(correlation - np.eye(4)).max() < 4 / np.sqrt(steps.size / 4)


def test_reflection_folds_back_however_far():
    x = jnp.array([0.2, 0.8, 0.5, 1.3])
    folded = two_step_daw._reflect(x, jnp.asarray(0.25), jnp.asarray(0.75))
    np.testing.assert_allclose(folded, [0.3, 0.7, 0.5, 0.3], atol=1e-6)
