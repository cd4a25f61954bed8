"""Dynamic programming against published values, closed forms, brute force and itself."""

import itertools

import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.ops.grids import MAZES, grid
from neurorl.ops.markov_decision import (
    best,
    finite_horizon,
    look_ahead,
    policy_iteration,
    policy_value,
    value_iteration,
)

JUMPS = grid(MAZES["jumps"])
# Sutton & Barto 2018, Figs. 3.2 (equiprobable walk) and 3.5 (optimal), gamma = .9.
WALK = [
    [3.3, 8.8, 4.4, 5.3, 1.5],
    [1.5, 3.0, 2.3, 1.9, 0.5],
    [0.1, 0.7, 0.7, 0.4, -0.4],
    [-1.0, -0.4, -0.4, -0.6, -1.2],
    [-1.9, -1.3, -1.2, -1.4, -2.0],
]
BEST = [
    [22.0, 24.4, 22.0, 19.4, 17.5],
    [19.8, 22.0, 19.8, 17.8, 16.0],
    [17.8, 19.8, 17.8, 16.0, 14.4],
    [16.0, 17.8, 16.0, 14.4, 13.0],
    [14.4, 16.0, 14.4, 13.0, 11.7],
]


def random_process(seed, n=4, a=2):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(n), size=(n, a)) * rng.uniform(0.5, 1.0, (n, a, 1))  # what is missing ends the trial
    return p, rng.normal(size=(n, a))


def test_the_book_s_values():
    p, r = JUMPS.process()
    np.testing.assert_allclose(policy_value(p, r, 0.9, np.full((25, 4), 0.25)).reshape(5, 5), WALK, atol=0.05)
    np.testing.assert_allclose(value_iteration(p, r, 0.9).reshape(5, 5), BEST, atol=0.05)


def test_the_best_way_round_the_grid_with_jumps_is_a_geometric_series():
    # From A: 10 now, four steps up from A', and 10 again: 10 / (1 - .9^5).
    p, r = JUMPS.process()
    assert value_iteration(p, r, 0.9).reshape(5, 5)[0, 1] == pytest.approx(10 / (1 - 0.9**5))


@pytest.mark.parametrize("seed", range(3))
def test_policy_iteration_agrees_with_value_iteration_and_with_all_policies(seed):
    p, r = random_process(seed)
    value, _ = policy_iteration(p, r, 0.8)
    np.testing.assert_allclose(value_iteration(p, r, 0.8), value, atol=1e-9)
    every = [policy_value(p, r, 0.8, np.eye(2)[list(policy)]) for policy in itertools.product(range(2), repeat=4)]
    np.testing.assert_allclose(np.max(every, axis=0), value, atol=1e-9)


def test_a_deadline_by_hand():
    # One state pays 1 for staying; from the other it takes a step there that costs 1/2.
    p = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]])
    r = np.array([[1.0, 1.0], [0.0, -0.5]])
    u = finite_horizon(p, r, 0.5, 3)
    np.testing.assert_allclose(u, [[0, 0], [1, 0], [1.5, 0], [1.75, 0.25]])
    # With one step left it is best to stay where one is, with three to go.
    assert best(look_ahead(p, r, 0.5, u[0]))[1].tolist() == [True, False]
    assert best(look_ahead(p, r, 0.5, u[2]))[1].tolist() == [False, True]


def test_values_with_a_deadline_come_nearer_by_gamma_a_step():
    p, r = JUMPS.process()
    stationary = value_iteration(p, r, 0.9)
    distance = np.abs(finite_horizon(p, r, 0.9, 40) - stationary).max(axis=1)
    np.testing.assert_allclose(distance[1:] / distance[:-1], 0.9, atol=1e-7)


def test_values_without_a_deadline_need_a_discount():
    p, r = random_process(0)
    with pytest.raises(BadValue, match="below 1 for values without a deadline"):
        value_iteration(p, r, 1.0)
