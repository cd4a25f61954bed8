"""The exact error of a learner that tracks a random walk, where fast and slow change places, and their mixture."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.tracking import random_walk, switching, track, tracking_error, turning_point

FAST, SLOW = 0.5, 0.1


def test_the_error_by_hand_and_its_fixed_point():
    # Neftci & Averbeck 2019, B5: q/r = .01 gives .347 and .105; q/r = .5 gives 1.00 and 2.68
    table = tracking_error(jnp.array([FAST, SLOW]), jnp.array([[0.01], [0.5]]), 1.0)
    np.testing.assert_allclose(table, [[0.34667, 0.10526], [1.0, 2.68421]], rtol=1e-4)
    v = table[0, 0]
    assert float((1 - FAST) ** 2 * v + FAST**2 * 1.0 + 0.01) == pytest.approx(float(v), rel=1e-6)


def test_the_winner_flips_where_the_formulas_meet():
    theta = turning_point(FAST, SLOW)
    assert theta == pytest.approx(0.0714, abs=5e-5)
    assert float(tracking_error(FAST, theta, 1.0)) == pytest.approx(float(tracking_error(SLOW, theta, 1.0)), rel=1e-6)
    for q, fast_wins in ((0.9 * theta, False), (1.1 * theta, True)):
        assert bool(tracking_error(FAST, q, 1.0) < tracking_error(SLOW, q, 1.0)) == fast_wins


def test_learners_at_their_rates_and_a_mixture_by_hand():
    values, weights, mixture = track(jnp.array([1.0, 0.0, 2.0]), jnp.array([0.5, 0.25]), 2.0, rate=0.5)
    np.testing.assert_allclose(values, [[0, 0], [0.5, 0.25], [0.25, 0.1875]])
    # errors 1, 1 -> 1, 1 -> (1 + .25) / 2, (1 + .0625) / 2
    share = 0.625**-2 / (0.625**-2 + 0.53125**-2)
    np.testing.assert_allclose(weights[:, 0], [0.5, 0.5, share], rtol=1e-6)
    np.testing.assert_allclose(mixture, [0, 0.375, share * 0.25 + (1 - share) * 0.1875], rtol=1e-6)


def test_a_walk_walks_and_switches_switch():
    keys = jax.random.split(jax.random.key(0), 400)
    walk = np.asarray(jax.vmap(lambda k: random_walk(k, 50, jnp.asarray(0.3)))(keys))
    assert np.diff(walk, axis=1).var() == pytest.approx(0.3, rel=0.05)
    levels = np.asarray(jax.vmap(lambda k: switching(k, 50, jnp.asarray(0.1)))(keys))
    assert set(np.unique(levels)) == {-1.0, 1.0}
    changed = (np.diff(levels, axis=1) != 0).mean()
    assert abs(changed - 0.1) < 4.5 * np.sqrt(0.09 / (400 * 49))
    assert abs(levels[:, 0].mean()) < 4.5 / np.sqrt(400)
