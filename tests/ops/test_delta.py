import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.delta import delta_rule, forget


def learn(values, present, received, alpha):
    """Values after each trial of a protocol: `present` [T, n], `received` [T], `alpha` scalar or [T]."""
    trials = jnp.asarray(present, float), jnp.asarray(received, float), jnp.broadcast_to(alpha, len(received))

    def trial(v, row):
        v, rpe = delta_rule(v, *row)
        return v, (v, rpe)

    return jax.lax.scan(trial, jnp.asarray(values, float), trials)[1]


def test_one_step_by_hand():
    values, rpe = delta_rule(jnp.array([0.2, 0.5]), jnp.array([0.0, 1.0]), jnp.asarray(1.0), jnp.asarray(0.4))
    assert rpe == pytest.approx(0.5)
    np.testing.assert_allclose(values, [0.2, 0.7], rtol=1e-6)


def test_each_value_may_have_its_own_rate():
    values, rpe = delta_rule(jnp.array([0.25, 0.25]), jnp.ones(2), jnp.asarray(0.0), jnp.array([0.1, 0.5]))
    assert rpe == pytest.approx(-0.5)
    np.testing.assert_allclose(values, [0.2, 0.0], atol=1e-7)


def test_acquisition_follows_its_closed_form():
    with jax.enable_x64(True):
        values, _ = learn([0.0], np.ones((50, 1)), np.ones(50), 0.1)
        k = np.arange(1, 51)
        np.testing.assert_allclose(values[:, 0], 1 - 0.9**k, rtol=1e-13)
    assert float(values[-1, 0]) == pytest.approx(0.994846, abs=5e-7)


def test_a_rate_of_one_over_n_gives_the_sample_average():
    rng = np.random.default_rng(0)
    rewards = rng.random(200)
    with jax.enable_x64(True):
        values, _ = learn([0.0], np.ones((200, 1)), rewards, 1.0 / np.arange(1, 201))
    np.testing.assert_allclose(values[:, 0], np.cumsum(rewards) / np.arange(1, 201), atol=1e-12)


def test_stationary_variance_is_alpha_over_two_minus_alpha():
    # The value is a filter of the rewards; its variance is Var(r) times the sum of its squared impulse response.
    alpha = 0.3
    with jax.enable_x64(True):
        values, _ = learn([0.0], np.ones((200, 1)), np.eye(200)[0], alpha)
        gain = float(jnp.square(values).sum())
    assert gain == pytest.approx(alpha / (2 - alpha), rel=1e-12)


def test_a_predicted_reward_blocks_learning_about_an_added_cue():
    a, ax = [1.0, 0.0], [1.0, 1.0]
    with jax.enable_x64(True):
        values, _ = learn([0.0, 0.0], [a] * 100 + [ax] * 100, np.ones(200), 0.1)
        control, _ = learn([0.0, 0.0], [ax] * 100, np.ones(100), 0.1)
    assert float(values[-1, 0]) == pytest.approx(0.99999, abs=5e-6)
    assert float(values[-1, 1]) == pytest.approx(1.3e-5, abs=5e-7)
    np.testing.assert_allclose(control[-1], [0.5, 0.5], atol=1e-9)


def test_stimulation_at_the_reward_unblocks():
    received = np.r_[np.ones(100), np.full(100, 1.5)]
    values, _ = learn([0.0, 0.0], [[1.0, 0.0]] * 100 + [[1.0, 1.0]] * 100, received, 0.1)
    assert float(values[-1, 1]) == pytest.approx(0.25, abs=1e-4)


def test_two_trained_cues_shown_together_fall_to_half():
    values, _ = learn([1.0, 1.0], [[1.0, 1.0]] * 100, np.ones(100), 0.1)
    np.testing.assert_allclose(values[-1], [0.5, 0.5], atol=1e-6)


def test_only_what_was_not_chosen_is_forgotten():
    values = forget(jnp.array([1.0, 1.0, 0.0]), jnp.array([0.0, 1.0, 0.0]), 0.5, jnp.asarray(0.2))
    np.testing.assert_allclose(values, [0.9, 1.0, 0.1], rtol=1e-6)
