"""EM for two states against all paths of a short record, and its recovery of a known hazard."""

import itertools

import numpy as np
import pytest

from neurorl.analysis.two_state_em import fit_two_states
from neurorl.core.errors import BadData, BadValue


def session(n, h, p_hi, seed):
    """Choices at random, and the outcomes of arms that exchange roles with hazard h."""
    rng = np.random.default_rng(seed)
    good = (np.cumsum(rng.random(n) < h) + rng.integers(2)) % 2
    choice = rng.integers(0, 2, n)
    return choice, (rng.random(n) < np.where(choice == good, p_hi, 1 - p_hi)).astype(float)


def test_one_step_equals_a_sum_over_all_paths():
    n, h, p_hi = 9, 0.15, 0.75
    choice, reward = session(n, 0.3, 0.8, 0)
    paths = np.array(list(itertools.product((0, 1), repeat=n)))
    moves = paths[:, 1:] != paths[:, :-1]
    fits = (choice == paths) == (reward > 0)  # the outcome speaks for the path's good arm
    joint = 0.5 * np.prod(np.where(moves, h, 1 - h), axis=1) * np.prod(np.where(fits, p_hi, 1 - p_hi), axis=1)
    p = joint / joint.sum()
    found = fit_two_states(choice, reward, h=h, p_hi=p_hi, steps=1)
    assert found.log_lik[0] == pytest.approx(np.log(joint.sum()), abs=1e-12)
    np.testing.assert_allclose(found.smoothed, p @ (paths == 0), atol=1e-12)
    assert found.h == pytest.approx(p @ moves.mean(axis=1), abs=1e-12)
    assert found.p_hi == pytest.approx(p @ fits.mean(axis=1), abs=1e-12)


def test_the_hazard_comes_back_within_001_from_ten_thousand_trials():
    # Neftci & Averbeck 2019, latent-state inference: 80/20, h = .04
    errors = [fit_two_states(*session(10_000, 0.04, 0.8, seed)).h - 0.04 for seed in range(3)]
    assert np.abs(errors).max() < 0.01


def test_no_iteration_loses():
    found = fit_two_states(*session(500, 0.05, 0.8, 1))
    assert (np.diff(found.log_lik) > -1e-9).all() and len(found.log_lik) > 3


def test_what_cannot_be_fitted_is_said():
    with pytest.raises(BadData, match="0 or 1"):
        fit_two_states(np.array([0, -1]), np.array([1.0, 0.0]))
    with pytest.raises(BadValue, match="strictly between"):
        fit_two_states(np.array([0, 1]), np.array([1.0, 0.0]), h=0.0)
