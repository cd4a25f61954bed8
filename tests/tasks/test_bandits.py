import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.tasks import bandit, bandit_correlated


def play(task, params, actions, sessions):
    """Outcomes [sessions, steps] of the same actions in many sessions."""

    def session(key):
        key_reset, key_steps = jax.random.split(key)
        state, first = task.reset(key_reset, params)

        def step(state, row):
            return task.step(row[0], params, state, row[1])

        _, outcomes = jax.lax.scan(step, state, (jax.random.split(key_steps, len(actions)), jnp.asarray(actions)))
        return first, outcomes

    first, outcomes = jax.jit(jax.vmap(session))(jax.random.split(jax.random.key(0), sessions))
    assert (first == 0).all()
    return outcomes


def assert_rate(hits, p, n):
    """An observed number of successes is within four standard errors of n p."""
    assert abs(hits - n * p) < 4 * np.sqrt(n * p * (1 - p))


@pytest.fixture(scope="module")
def four_arms():
    task = bandit.Bandit(4)
    return play(task, task.params(), [0, 1, 2, 3] * 5, 1000)


def test_probabilities_are_uniform_independent_and_fixed_within_a_session(four_arms):
    p = np.asarray(four_arms.truth.p_reward)
    assert (p == p[:, :1]).all()
    p = p[:, 0]
    assert p.shape == (1000, 4) and p.min() >= 0 and p.max() < 1
    assert np.abs(p.mean(0) - 0.5).max() < 4 * np.sqrt(1 / 12 / 1000)
    assert np.abs(np.corrcoef(p.T) - np.eye(4)).max() < 4 / np.sqrt(1000)


def test_each_arm_pays_with_its_probability(four_arms):
    p = np.asarray(four_arms.truth.p_reward)[:, 0]
    reward = np.asarray(four_arms.reward)
    assert set(np.unique(reward)) == {0.0, 1.0}
    for arm in range(4):
        paid = reward[:, arm::4].sum(1)
        # summed over sessions with known probabilities: mean 5 p, variance 5 p (1 - p)
        expected, variance = 5 * p[:, arm].sum(), (5 * p[:, arm] * (1 - p[:, arm])).sum()
        assert abs(paid.sum() - expected) < 4 * np.sqrt(variance)
        assert np.corrcoef(paid, p[:, arm])[0, 1] > 0.8


def test_every_step_ends_a_trial_and_truth_names_the_best_arm(four_arms):
    assert (four_arms.discount == 0).all() and (four_arms.stim == 0).all() and (four_arms.obs == 0).all()
    np.testing.assert_array_equal(four_arms.truth.best, np.asarray(four_arms.truth.p_reward).argmax(-1))


def test_probabilities_can_be_fixed():
    p = [0.25, 0.75]
    outcomes = play(bandit.TASK, bandit.Params(p, p), [0, 1] * 10, 200)
    assert (outcomes.truth.p_reward == jnp.array(p)).all() and (outcomes.truth.best == 1).all()
    assert_rate(outcomes.reward[:, ::2].sum(), 0.25, 2000)
    assert_rate(outcomes.reward[:, 1::2].sum(), 0.75, 2000)


def test_arms_are_labelled():
    assert bandit.TASK.spaces.action.labels == ("left", "right")
    assert bandit.Bandit(3).spaces.action.labels == ("arm_0", "arm_1", "arm_2")
    assert bandit.TASK.spaces.obs.labels == ("choice",)


def test_one_arm_is_refused():
    with pytest.raises(BadValue, match="at least 2 arms"):
        _ = bandit.Bandit(1).spaces


def test_correlated_arms_sum_to_one():
    task = bandit_correlated.TASK
    outcomes = play(task, task.params(), [0, 1] * 10, 500)
    p = np.asarray(outcomes.truth.p_reward)
    np.testing.assert_allclose(p.sum(-1), 1, atol=1e-6)
    assert (p == p[:, :1]).all()
    assert abs(p[:, 0, 0].mean() - 0.5) < 4 * np.sqrt(1 / 12 / 500)
    for arm in (0, 1):
        q = p[:, 0, arm]
        assert abs(outcomes.reward[:, arm::2].sum() - 10 * q.sum()) < 4 * np.sqrt((10 * q * (1 - q)).sum())


def test_the_correlated_probability_can_be_fixed():
    outcomes = play(bandit_correlated.TASK, bandit_correlated.Params(0.1, 0.1), [0, 1], 20)
    np.testing.assert_allclose(outcomes.truth.p_reward, np.broadcast_to([0.1, 0.9], (20, 2, 2)), rtol=1e-6)
