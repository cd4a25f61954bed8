"""Beliefs about which option is good and about drifting reward probabilities."""

import itertools

import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops import drift_belief, reversal_belief


def test_reversal_belief_equals_the_sum_over_all_hidden_paths():
    n, p_good, hazard = 4, 0.8, 0.15
    events = [(1, 1), (1, 0), (3, 1), (0, 0)]  # option chosen, reward
    belief = jnp.full(n, 1 / n)
    for option, reward in events:
        chosen = jnp.zeros(n).at[option].set(1.0)
        posterior = reversal_belief.after_outcome(belief, chosen, jnp.asarray(reward > 0), p_good)
        belief = reversal_belief.after_hazard(posterior, hazard)

    joint = np.zeros(n)  # over the good option after the last trial's hazard
    for path in itertools.product(range(n), repeat=len(events) + 1):
        p = 1 / n
        for i, (option, reward) in enumerate(events):
            p_reward = p_good if path[i] == option else 1 - p_good
            p *= p_reward if reward else 1 - p_reward
            p *= 1 - hazard if path[i + 1] == path[i] else hazard / (n - 1)
        joint[path[-1]] += p
    np.testing.assert_allclose(belief, joint / joint.sum(), rtol=1e-5)


def test_no_choice_leaves_the_belief_as_it_is():
    belief = jnp.array([[0.1, 0.2], [0.3, 0.4]])
    after = reversal_belief.after_outcome(belief, jnp.zeros((2, 2)), jnp.asarray(False), 0.9)
    np.testing.assert_allclose(after, belief, rtol=1e-6)
    grid = jnp.array([0.3, 0.7])
    np.testing.assert_array_equal(drift_belief.after_outcome(belief, jnp.zeros(2), jnp.asarray(True), grid), belief)


def test_option_values_mix_good_and_bad():
    np.testing.assert_allclose(
        reversal_belief.option_values(jnp.array([1.0, 0.0, 0.5]), 0.9), [0.9, 0.1, 0.5], atol=1e-7
    )


def test_drift_outcome_is_bayes_rule_for_the_chosen_option_only():
    belief, grid = jnp.array([[0.5, 0.5], [0.5, 0.5]]), jnp.array([0.25, 0.75])
    after = drift_belief.after_outcome(belief, jnp.array([0.0, 1.0]), jnp.asarray(True), grid)
    np.testing.assert_allclose(after, [[0.5, 0.5], [0.25, 0.75]])
    after = drift_belief.after_outcome(belief, jnp.array([0.0, 1.0]), jnp.asarray(False), grid)
    np.testing.assert_allclose(after, [[0.5, 0.5], [0.75, 0.25]])


@pytest.mark.parametrize("n_bins", [21, 41])
def test_reflected_diffusion(n_bins):
    low, high, sd = 0.25, 0.75, 0.025
    k = drift_belief.reflected_diffusion(low, high, n_bins, sd)
    x = drift_belief.bin_centres(low, high, n_bins)
    np.testing.assert_allclose(k.sum(axis=0), 1, atol=1e-9)  # so that a uniform belief stays uniform
    np.testing.assert_allclose(k.sum(axis=1), 1, atol=1e-12)
    middle = k[n_bins // 2]
    assert middle @ x == pytest.approx(0.5)
    assert np.sqrt(middle @ (x - 0.5) ** 2) == pytest.approx(sd, rel=1e-3)
    # From the lowest bin it can only go up: the mean of a folded normal around the bound.
    folded = low + np.mean(np.abs(x[0] - low + sd * np.sqrt(2) * _normal_scores()))
    assert k[0] @ x == pytest.approx(folded, abs=1e-3)


def _normal_scores(n=200):
    """Points whose mean over f is the expectation of f(z / sqrt 2), z standard normal (equal-probability midpoints)."""
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)]) / np.sqrt(2)
