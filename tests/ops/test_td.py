import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.returns import lambda_returns
from neurorl.ops.td import td_error, td_lambda

STEPS, CUE, REWARD, GAMMA = 25, 5, 15, 0.98


@jax.jit
def condition(value, rewards, stim, alpha):
    """TD learning of a cue that predicts a reward, one state a time step since the cue.

    Before the cue the value is 0 and is not learned. `rewards`, `stim` are [n_trials, STEPS].
    Returns the values in the end and the prediction errors [n_trials, STEPS].
    """
    after_cue = jnp.arange(STEPS) >= CUE

    def step(value, row):
        t, reward, stim = row
        rpe = td_error(value[t - 1], reward, GAMMA, value[t], stim)
        return value.at[t - 1].add(jnp.where(after_cue[t - 1], alpha * rpe, 0.0)), rpe

    def trial(value, rows):
        value, rpe = jax.lax.scan(step, value, (jnp.arange(1, STEPS), *(row[1:] for row in rows)))
        return value, jnp.concatenate([jnp.zeros(1), rpe])

    return jax.lax.scan(trial, value, (rewards, stim))


def rewards_at(trials, t=REWARD, size=1.0):
    return np.zeros((trials, STEPS)) + size * (np.arange(STEPS) == t)


@pytest.fixture(scope="module")
def trained():
    with jax.enable_x64(True):
        value, rpe = condition(jnp.zeros(STEPS), rewards_at(500), np.zeros((500, STEPS)), 0.1)
        return np.asarray(value), np.asarray(rpe)


def test_td_error_by_hand():
    assert float(td_error(0.5, 1.0, 0.9, 2.0)) == pytest.approx(2.3)
    assert float(td_error(0.5, 1.0, 0.0, 2.0, 0.25)) == pytest.approx(0.75)


def test_the_response_moves_from_reward_to_cue(trained):
    _, rpe = trained
    assert rpe[0, REWARD] == 1.0 and rpe[0, CUE] == 0.0
    assert rpe[-1, CUE] == pytest.approx(GAMMA**10, abs=1e-9)  # .8171
    assert abs(rpe[-1, REWARD]) < 1e-9
    assert [int(rpe[trial - 1].argmax()) for trial in (1, 20, 50, 80)] == [15, 14, 11, 5]
    assert (np.diff(rpe[:81].argmax(1)) <= 0).all()


def test_an_omitted_reward_leaves_a_dip_and_the_cue_response(trained):
    value, rpe = trained
    with jax.enable_x64(True):
        _, omitted = condition(value, np.zeros((1, STEPS)), np.zeros((1, STEPS)), 0.1)
    assert float(omitted[0, REWARD]) == pytest.approx(-1.0, abs=1e-9)
    assert float(omitted[0, CUE]) == pytest.approx(rpe[-1, CUE], abs=1e-9)


def test_stimulation_stands_in_for_the_reward(trained):
    _, rpe = trained
    with jax.enable_x64(True):
        _, stimulated = condition(jnp.zeros(STEPS), np.zeros((500, STEPS)), rewards_at(500), 0.1)
    np.testing.assert_array_equal(stimulated, rpe)


def test_responses_are_graded_by_the_probability_of_reward():
    p = np.array([0.25, 0.5, 0.75, 1.0])
    paid = np.random.default_rng(0).random((4, 6000)) < p[:, None]
    rewards = paid[..., None] * rewards_at(1)[None]
    still = np.zeros((6000, STEPS))
    _, rpe = jax.vmap(condition, in_axes=(None, 0, None, None))(jnp.zeros(STEPS), rewards, still, 0.02)
    late, paid = np.asarray(rpe[:, 1000:]), paid[:, 1000:]
    np.testing.assert_allclose(late[:, :, CUE].mean(1), p * GAMMA**10, atol=0.03)
    for i in range(3):
        assert late[i, paid[i], REWARD].mean() == pytest.approx(1 - p[i], abs=0.03)
        assert late[i, ~paid[i], REWARD].mean() == pytest.approx(-p[i], abs=0.03)


def test_td_lambda_by_hand():
    # Two states visited in turn, then the end: gamma .5, lambda .5, alpha .1.
    one, two = jnp.array([1.0, 0.0]), jnp.array([0.0, 1.0])
    w, e = jnp.zeros(2), jnp.zeros(2)
    w, e, rpe = td_lambda(w, e, one, 1.0, 0.5, two, 0.1, 0.5)
    np.testing.assert_allclose(np.r_[w, e, rpe], [0.1, 0.0, 0.25, 0.0, 1.0], atol=1e-7)
    w, e, rpe = td_lambda(w, e, two, 2.0, 0.0, one, 0.1, 0.5)
    np.testing.assert_allclose(np.r_[w, e, rpe], [0.15, 0.2, 0.0, 0.0, 2.0], atol=1e-7)


def test_forward_and_backward_views_agree_offline():
    rng = np.random.default_rng(1)
    steps, features, lam = 12, 4, 0.7
    x = rng.normal(size=(steps + 1, features))
    reward, discount = rng.normal(size=steps), np.full(steps, 0.9)
    w = rng.normal(size=features)
    with jax.enable_x64(True):
        value = jnp.asarray(x @ w)
        forward = (lambda_returns(jnp.asarray(reward), value[:-1], 0.9, lam, value[-1]) - value[:-1]) @ x[:-1]
        # Offline: the weights are held while the trace and the changes accumulate.
        trace, backward = jnp.zeros(features), jnp.zeros(features)
        for t in range(steps):
            moved, trace, _ = td_lambda(
                jnp.asarray(w), trace, x[t], reward[t], discount[t], x[t + 1], jnp.asarray(1.0), jnp.asarray(lam)
            )
            backward += moved - w
    np.testing.assert_allclose(backward, forward, atol=1e-10)
