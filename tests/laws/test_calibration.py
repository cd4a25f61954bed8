"""The calibration tests: hand numbers, false alarms, and what they can see."""

import math

import numpy as np
import pytest
from scipy import stats

from neurorl.testing.calibration import miscounted, misplaced, surprise


def test_surprise_by_hand():
    # KL(3/4 || 1/2) = 3/4 log(3/2) + 1/4 log(1/2)
    assert surprise(np.array(0.75), np.array(0.5)) == pytest.approx(
        0.75 * math.log(1.5) - 0.25 * math.log(2), abs=1e-12
    )
    assert surprise(np.array(0.0), np.array(0.5)) == pytest.approx(math.log(2), abs=1e-12)
    assert surprise(np.array(0.3), np.array(0.3)) == pytest.approx(0, abs=1e-12)
    assert surprise(np.array(0.0), np.array(0.0)) == 0
    assert surprise(np.array(0.1), np.array(0.0)) == math.inf


def test_the_bound_holds_for_the_binomial():
    # Chernoff: P(K >= k) <= exp(-n KL(k/n || p)), against the exact tail.
    n, p = 50, 0.3
    for k in range(16, 50):
        assert stats.binom.sf(k - 1, n, p) <= math.exp(-n * float(surprise(np.array(k / n), np.array(p))))


def test_truthful_counts_raise_no_alarm():
    rng = np.random.default_rng(0)
    for _ in range(200):
        p = rng.dirichlet([0.3, 1.0, 3.0], size=30)
        assert miscounted(rng.multinomial(2000, p), p, 2000) is None


@pytest.mark.parametrize("shift", [0.12, -0.12])
def test_a_shift_at_one_step_is_seen(shift):
    rng = np.random.default_rng(1)
    p = np.full((30, 2), 0.5)
    lying = p.copy()
    lying[7] += [shift, -shift]
    fault = miscounted(rng.multinomial(2000, lying), p, 2000)
    assert fault is not None and "at step 7" in fault


def test_a_small_shift_at_every_step_is_seen():
    rng = np.random.default_rng(2)
    p = np.full((30, 2), 0.5)
    fault = miscounted(rng.multinomial(2000, p + np.array([0.02, -0.02])), p, 2000)
    assert fault is not None and "over 30 steps" in fault


def _normal(rng, mean, sd):
    draws = rng.normal(mean, sd, (20, 1000))
    grid = np.broadcast_to(np.linspace(-20, 20, 4001), (20, 4001))
    return draws, grid, stats.norm.pdf(grid)


def test_real_draws():
    rng = np.random.default_rng(3)
    for _ in range(20):
        assert misplaced(*_normal(rng, 0.0, 1.0)) is None
    assert misplaced(*_normal(rng, 0.1, 1.0)) is not None
    assert misplaced(*_normal(rng, 0.0, 1.15)) is not None
