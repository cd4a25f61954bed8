import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.returns import discounted_returns, gae, lambda_returns, n_step_returns, v_trace

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


def v_trace_by_hand(reward, value, discount, ratio, bootstrap, clip_rho, clip_c):
    """The sum of Espeholt et al. 2018, eq. 1, term by term."""
    n = len(reward)
    after = [*value[1:], bootstrap]
    delta = [min(clip_rho, ratio[t]) * (reward[t] + discount[t] * after[t] - value[t]) for t in range(n)]
    target = []
    for s in range(n):
        total, weight = value[s], 1.0
        for t in range(s, n):
            total += weight * delta[t]
            weight *= discount[t] * min(clip_c, ratio[t])
        target.append(total)
    behind = [*target[1:], bootstrap]
    advantage = [min(clip_rho, ratio[t]) * (reward[t] + discount[t] * behind[t] - value[t]) for t in range(n)]
    return target, advantage


@pytest.mark.parametrize(("clip_rho", "clip_c"), [(1.0, 1.0), (2.0, 0.5), (np.inf, np.inf)])
def test_v_trace_is_the_sum_of_the_paper(session, clip_rho, clip_c):
    reward, value, discount = session
    log_rho = np.random.default_rng(1).normal(size=10)
    assert (np.exp(log_rho) > 2).any() and (np.exp(log_rho) < 0.5).any()  # the clips matter
    with jax.enable_x64(True):
        ours = v_trace(*map(jnp.asarray, (reward, value, discount, log_rho)), 0.3, clip_rho=clip_rho, clip_c=clip_c)
    expected = v_trace_by_hand(reward, value, discount, np.exp(log_rho), 0.3, clip_rho, clip_c)
    np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-14)


def test_on_policy_v_trace_is_the_n_step_return(session):
    reward, value, discount = session
    with jax.enable_x64(True):
        reward, value, discount = map(jnp.asarray, session)
        target, advantage = v_trace(reward, value, discount, jnp.zeros(10), 0.3)
        returns = n_step_returns(reward, value, discount, 10, 0.3)
        np.testing.assert_allclose(target, returns, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(advantage, returns - value, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("clip_rho", [1.0, 2.0, np.inf])
def test_v_trace_leads_to_the_values_of_the_clipped_policy(clip_rho):
    """One step, three actions: the target is V on average where V is that of pi_rho ~ min(rho mu, pi) (their eq. 2)."""
    mu, pi, paid = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.3, 0.6]), np.array([1.0, -2.0, 3.0])
    towards = np.minimum(clip_rho * mu, pi)
    value = (towards / towards.sum()) @ paid
    targets = [
        float(v_trace(jnp.array([r]), jnp.array([value]), 0.0, jnp.log(jnp.array([p / m])), clip_rho=clip_rho)[0][0])
        for r, p, m in zip(paid, pi, mu, strict=True)
    ]
    assert mu @ targets == pytest.approx(value, abs=1e-6)
    assert (abs(value - pi @ paid) < 1e-6) == (clip_rho == np.inf)  # 6 = .6/.1 is the largest ratio here
