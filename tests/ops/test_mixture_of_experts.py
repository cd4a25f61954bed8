"""A mixture of experts beside least squares and SciPy, its likelihood never falling, its regimes found."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import norm

from neurorl.ops.mixture_of_experts import (
    Mixture,
    expert_outputs,
    fit_mixture,
    gate_shares,
    log_likelihood,
    prediction,
    responsibilities,
)


@pytest.fixture(scope="module", autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def vee(n, seed):
    """Two regimes that meet at 0: y = -6 x and y = 6 x, noise 1."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-3, 3, (n, 1))
    return jnp.asarray(x), jnp.asarray(6 * np.abs(x) + rng.normal(size=(n, 1)))


@pytest.fixture(scope="module")
def fitted(double):
    x, y = vee(400, 0)
    return x, y, *fit_mixture(jax.random.key(1), x, y, experts=2)


def test_one_expert_is_least_squares():
    x, y = vee(100, 2)
    mixture, curve = fit_mixture(jax.random.key(0), x, y, experts=1, rounds=3)
    design = np.column_stack([x, np.ones(100)])
    np.testing.assert_allclose(mixture.experts[0, 0], np.linalg.lstsq(design, y[:, 0])[0], rtol=1e-8)
    assert curve[0] == pytest.approx(float(curve[-1]), rel=1e-12)


def test_the_likelihood_is_that_of_scipy_and_responsibilities_sum_to_one(fitted):
    x, y, mixture, _ = fitted
    said, trust = np.asarray(expert_outputs(mixture, x))[:, :, 0], np.asarray(gate_shares(mixture, x))
    by_hand = np.sum(logsumexp(np.log(trust) + norm.logpdf(np.asarray(y), said, 1.0), axis=1))
    assert float(log_likelihood(mixture, x, y)) == pytest.approx(by_hand, rel=1e-9)
    np.testing.assert_allclose(responsibilities(mixture, x, y).sum(axis=1), np.ones(400), rtol=1e-12)
    assert (np.asarray(mixture.gate)[-1] == 0).all()


@pytest.mark.parametrize("experts", [2, 3, 4])
def test_no_round_lowers_the_likelihood(experts):
    x, y = vee(200, 3)
    for seed in range(4):
        _, curve = fit_mixture(jax.random.key(seed), x, y, experts=experts)
        assert np.diff(curve).min() > -1e-9 * abs(float(curve[0]))


def test_a_small_step_along_the_gradient_raises_the_likelihood():
    x, y = vee(200, 3)
    start, _ = fit_mixture(jax.random.key(0), x, y, experts=2, rounds=1)
    slope = jax.grad(log_likelihood)(start, x, y)
    step = Mixture(start.experts + 1e-6 * slope.experts, start.gate + 1e-6 * slope.gate, start.sd)
    assert float(log_likelihood(step, x, y)) > float(log_likelihood(start, x, y))


def test_two_regimes_are_found(fitted):
    _, _, mixture, _ = fitted
    x, y = vee(2000, 5)
    line, _ = fit_mixture(jax.random.key(0), *vee(400, 0), experts=1, rounds=1)
    error, error_line = (float(jnp.mean((prediction(m, x) - y) ** 2)) for m in (mixture, line))
    assert error < 0.25 * error_line  # Neftci & Averbeck 2019, B7
    of_right = int(jnp.argmax(gate_shares(mixture, jnp.array([[2.0]]))))
    assert float(jnp.mean((jnp.argmax(gate_shares(mixture, x), axis=1) == of_right) == (x[:, 0] > 0))) >= 0.95
