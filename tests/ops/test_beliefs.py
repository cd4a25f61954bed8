import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.beliefs import (
    bayes,
    bernoulli_likelihood,
    best_arm_probability,
    beta_bernoulli,
    hazard_mix,
    two_state_filter,
)


def best(wins, losses, among=None):
    among = jnp.ones(len(wins), bool) if among is None else jnp.asarray(among)
    return np.asarray(_best(jnp.asarray(wins, float), jnp.asarray(losses, float), among))


_best = jax.jit(best_arm_probability)


def test_one_filter_step_by_hand():
    # prior .5, a win where it is paid with .8 or .2: .8; then h = .1: .8*.9 + .2*.1 = .74
    assert float(bayes(0.5, 0.8, 0.2)) == pytest.approx(0.8)
    assert float(hazard_mix(0.8, 0.1)) == pytest.approx(0.74)
    assert float(two_state_filter(0.5, 0.8, 0.2, 0.1)) == pytest.approx(0.74)
    assert float(bernoulli_likelihood(0.0, 0.8)) == pytest.approx(0.2)


def test_the_filter_equals_the_sum_over_all_paths():
    rng = np.random.default_rng(0)
    hazard, p_hi, trials = 0.04, 0.8, 12
    arm, reward = rng.integers(0, 2, trials), rng.integers(0, 2, trials)
    # p(outcome | state): state 0 means that arm 0 is good
    p_win = np.where(arm[:, None] == np.arange(2), p_hi, 1 - p_hi)
    likelihood = np.where(reward[:, None] == 1, p_win, 1 - p_win)
    weight = np.zeros(2)  # of the state after the last trial, over all paths of 12 states before it
    for path in itertools.product((0, 1), repeat=trials):
        p = 0.5 * math.prod(likelihood[t, s] for t, s in enumerate(path))
        p *= math.prod(hazard if s != s_next else 1 - hazard for s, s_next in itertools.pairwise(path))
        weight += p * np.where(np.arange(2) == path[-1], 1 - hazard, hazard)
    with jax.enable_x64(True):
        belief = jnp.asarray(0.5)
        for t in range(trials):
            belief = two_state_filter(belief, *likelihood[t], hazard)
    assert float(belief) == pytest.approx(weight[0] / weight.sum(), abs=1e-10)


def test_counts_move_for_the_chosen_arm_only():
    wins, losses = beta_bernoulli(jnp.ones(2), jnp.ones(2), jnp.array([0.0, 1.0]), jnp.asarray(1.0))
    np.testing.assert_array_equal(np.stack([wins, losses]), [[1, 2], [1, 1]])


def test_best_arm_by_hand():
    # Beta(2,1) against the uniform: integral of 2x * x = 2/3; Beta(3,1) against two: 3x^2 * x^2 -> 3/5.
    np.testing.assert_allclose(best([2, 1], [1, 1]), [2 / 3, 1 / 3], atol=2e-5)
    np.testing.assert_allclose(best([3, 1, 1], [1, 1, 1]), [3 / 5, 1 / 5, 1 / 5], atol=2e-5)
    np.testing.assert_allclose(best([1] * 4, [1] * 4), [0.25] * 4, atol=1e-6)


@pytest.mark.parametrize("counts", [(30, 12, 9, 11), (80, 25, 70, 25), (3, 100, 1, 60), (500, 500, 480, 520)])
def test_best_of_two_equals_the_finite_sum(counts):
    a1, b1, a2, b2 = counts

    def log_beta(a, b):
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    # P(theta_1 > theta_2) for whole numbers
    exact = sum(
        math.exp(log_beta(a2 + i, b1 + b2) - math.log(b1 + i) - log_beta(1 + i, b1) - log_beta(a2, b2))
        for i in range(a1)
    )
    assert best([a1, a2], [b1, b2])[0] == pytest.approx(exact, abs=2e-6 * max(a1 + b1, a2 + b2))


def test_arms_that_do_not_compete_get_nothing():
    np.testing.assert_allclose(best([2, 50, 1], [1, 1, 1], [True, False, True]), [2 / 3, 0, 1 / 3], atol=2e-5)
