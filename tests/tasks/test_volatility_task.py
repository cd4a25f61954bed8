"""The volatility task: its generative process and its test sessions have the statistics that the paper states."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.tasks.volatility import Volatility

SESSIONS, TRIALS = 2_000, 200


def play(task):
    """First states, first observations and outcomes [sessions, trials]; always left."""

    def session(key):
        key_reset, key_steps = jax.random.split(key)
        state, obs = task.reset(key_reset, task.params())

        def step(state, key):
            after, outcome = task.step(key, task.params(), state, jnp.asarray(0))
            return after, (state, outcome)

        _, played = jax.lax.scan(step, state, jax.random.split(key_steps, TRIALS))
        return obs, *played

    played = jax.jit(jax.vmap(session))(jax.random.split(jax.random.key(0), SESSIONS))
    return jax.tree.map(np.asarray, played)


@pytest.fixture(scope="module")
def generative():
    return play(Volatility())


def close(hits, p, n):
    assert abs(hits - n * p) < 4 * np.sqrt(n * p * (1 - p))


def test_magnitudes_are_drawn_from_beta_4_4(generative):
    m = generative[0]
    assert m.shape == (SESSIONS, 2)
    shown = generative[2].obs.reshape(-1, 2)
    # Beta(4, 4): mean 1/2, variance 1/36, third central moment 0; P(x < 1/4) = 0.0706 (a polynomial of order 7)
    n = len(shown)
    assert np.abs(shown.mean(0) - 0.5).max() < 4 / 6 / np.sqrt(n)
    np.testing.assert_allclose(shown.var(0), 1 / 36, rtol=0.02)
    x = 0.25
    below = 35 * x**4 - 84 * x**5 + 70 * x**6 - 20 * x**7
    close((shown < x).sum(), below, 2 * n)
    assert abs(np.corrcoef(shown.T)[0, 1]) < 4 / np.sqrt(n)


def test_exactly_one_arm_pays_with_the_probability_that_truth_names(generative):
    state, outcome = generative[1:]
    truth, reward = outcome.truth, outcome.reward
    paid = reward > 0
    np.testing.assert_allclose(reward[paid], 100 * state.magnitudes[..., 0][paid], rtol=1e-6)
    assert set(np.unique(truth.p_left[truth.volatile == 0])) == {0.25, 0.75}
    assert set(np.unique(truth.p_left[truth.volatile == 1])) == {0.0, 1.0}
    for p in (0.0, 0.25, 0.75, 1.0):
        there = truth.p_left == p
        assert abs(paid[there].sum() - p * there.sum()) <= 4 * np.sqrt(there.sum() * p * (1 - p))


def test_roles_and_volatility_change_at_their_rates(generative):
    state = generative[1]
    volatile, left, k = state.volatile, state.left_is_better, state.k[:, 0]
    close(volatile[:, 0].sum(), 0.5, SESSIONS)
    assert (state.k == k[:, None]).all()
    assert np.exp(-4.5) <= k.min() and k.max() <= np.exp(-3.5)
    assert np.log(k).mean() == pytest.approx(-4, abs=4 * np.sqrt(1 / 12 / SESSIONS))
    flips = left[:, 1:] != left[:, :-1]
    before = volatile[:, :-1]
    assert not flips[~before].any()
    close(flips[before].sum(), 0.2, before.sum())
    changes = (volatile[:, 1:] != volatile[:, :-1]).sum(axis=1)
    expected = (TRIALS - 1) * k.sum()
    assert abs(changes.sum() - expected) < 4 * np.sqrt(expected)
    assert np.corrcoef(changes, k)[0, 1] > 0.3


def reversals(left):
    return [np.flatnonzero(row[1:] != row[:-1]) + 1 for row in left]


@pytest.mark.parametrize(
    "schedule, at, first_half_p", [("low_first", [100, 125, 150, 175], 0.25), ("high_first", [25, 50, 75, 100], 0.2)]
)
def test_test_sessions_keep_their_schedule(schedule, at, first_half_p):
    _, state, outcome = play(Volatility(schedule))
    for found in reversals(state.left_is_better)[:50]:
        np.testing.assert_array_equal(found, at)
    volatile = outcome.truth.volatile
    assert (volatile == volatile[0]).all() and volatile[0, :100].mean() == (schedule == "high_first")
    assert volatile[0].mean() == 0.5
    p = np.minimum(outcome.truth.p_left, 1 - outcome.truth.p_left)
    np.testing.assert_allclose(p[:, :100], first_half_p, atol=1e-6)
    np.testing.assert_allclose(p[:, 100:], 0.45 - first_half_p, atol=1e-6)
    close(state.left_is_better[:, 0].sum(), 0.5, SESSIONS)


def test_rewards_come_in_points_or_in_hundreds_of_them():
    points, hundreds = play(Volatility("low_first"))[2].reward, play(Volatility("low_first", 0.01))[2].reward
    np.testing.assert_allclose(points, 100 * hundreds, rtol=1e-5)
    assert Volatility(reward_scale=0.01).spaces.reward == (0.0, 1.0)


def test_wrong_options_get_a_sentence():
    with pytest.raises(BadValue, match="schedule is 'sometimes', but must be one of generative, low_first, high_first"):
        Volatility("sometimes")  # type: ignore[arg-type]
    with pytest.raises(BadValue, match="must be above 0"):
        Volatility(reward_scale=0.0)
