import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.returns import discounted_returns, gae, lambda_returns, n_step_returns

REWARD = jnp.array([1.0, 0.0, 2.0])
VALUE = jnp.array([0.5, 1.0, -1.0])


def test_discounted_returns_by_hand():
    np.testing.assert_allclose(discounted_returns(REWARD, 0.5), [1.5, 1.0, 2.0])
    np.testing.assert_allclose(discounted_returns(REWARD, 0.5, 4.0), [2.0, 2.0, 4.0])


def test_a_discount_of_zero_ends_the_sum():
    np.testing.assert_allclose(discounted_returns(REWARD, jnp.array([1.0, 0.0, 1.0]), 10.0), [1.0, 0.0, 12.0])


def test_n_step_returns_by_hand():
    np.testing.assert_allclose(n_step_returns(REWARD, VALUE, 0.5, 1, 4.0), [1.5, -0.5, 4.0])
    np.testing.assert_allclose(n_step_returns(REWARD, VALUE, 0.5, 2, 4.0), [0.75, 2.0, 4.0])


def test_enough_steps_give_the_discounted_return():
    full = discounted_returns(REWARD, 0.5, 4.0)
    for n in (3, 7):
        np.testing.assert_allclose(n_step_returns(REWARD, VALUE, 0.5, n, 4.0), full)


def test_lambda_returns_by_hand():
    # From the end: 2 + .5*4 = 4;  .5*(.5*-1 + .5*4) = .75;  1 + .5*(.5*1 + .5*.75) = 1.4375
    np.testing.assert_allclose(lambda_returns(REWARD, VALUE, 0.5, 0.5, 4.0), [1.4375, 0.75, 4.0])


def test_the_ends_of_lambda():
    one_step = n_step_returns(REWARD, VALUE, 0.5, 1, 4.0)
    np.testing.assert_allclose(lambda_returns(REWARD, VALUE, 0.5, 0.0, 4.0), one_step)
    np.testing.assert_allclose(lambda_returns(REWARD, VALUE, 0.5, 1.0, 4.0), discounted_returns(REWARD, 0.5, 4.0))


@pytest.fixture(scope="module")
def session():
    rng = np.random.default_rng(0)
    return rng.normal(size=10), rng.normal(size=10), (rng.random(10) < 0.8) * 0.9


def test_the_lambda_return_is_the_weighted_sum_of_n_step_returns(session):
    lam, steps = 0.8, 10
    with jax.enable_x64(True):
        r, v, d = map(jnp.asarray, session)
        by_n = np.stack([n_step_returns(r, v, d, n, 0.3) for n in range(1, steps + 1)])
        recursive = lambda_returns(r, v, d, lam, 0.3)
    weights = (1 - lam) * lam ** np.arange(steps)
    weights[-1] = lam ** (steps - 1)
    np.testing.assert_allclose(recursive, weights @ by_n, atol=1e-12)


def test_generalised_advantage_is_the_sum_of_discounted_td_errors(session):
    reward, value, discount = session
    lam = 0.8
    delta = reward + discount * np.r_[value[1:], 0.3] - value
    expected = np.zeros(10)
    for t in range(10):
        weight = 1.0
        for k in range(t, 10):
            expected[t] += weight * delta[k]
            weight *= lam * discount[k]
    with jax.enable_x64(True):
        r, v, d = map(jnp.asarray, session)
        advantage = gae(r, v, d, lam, 0.3)
        np.testing.assert_allclose(advantage, expected, atol=1e-12)
        np.testing.assert_allclose(advantage, lambda_returns(r, v, d, lam, 0.3) - v, atol=1e-12)
