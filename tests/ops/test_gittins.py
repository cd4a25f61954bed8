"""Gittins indices against published tables, closed forms and two methods that share no code with ours."""

from functools import cache

import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.ops.gittins import discounted_indices, finite_horizon_indices


@pytest.mark.parametrize(
    "discount, wins, losses, published",
    [
        # Gittins, Glazebrook & Weber 2011, tables of the Bernoulli process, as reprinted in Christian & Griffiths 2016
        (0.9, 0, 0, 0.7029),
        (0.9, 1, 0, 0.8001),
        (0.9, 2, 0, 0.8452),
        (0.9, 0, 1, 0.5001),
        (0.9, 1, 1, 0.6346),
        (0.9, 0, 2, 0.3796),
        (0.9, 2, 2, 0.6010),
        (0.9, 9, 1, 0.8695),
        (0.99, 0, 0, 0.8699),
    ],
)
def test_discounted_indices_are_the_published_ones(discount, wins, losses, published):
    assert discounted_indices(discount, 12)[wins, losses] == pytest.approx(published, abs=6e-5)


def restart_index(discount, depth):
    """Index of the fresh arm by Katehakis & Veinott 1987: (1 - gamma) times the value of playing with a restart."""
    ends = [(1 + s) / (2 + depth) / (1 - discount) for s in range(depth + 1)]
    low, high = 0.5 / (1 - discount), 1 / (1 - discount)
    while high - low > 1e-9 * high:
        restart = 0.5 * (low + high)
        ahead = np.array(ends)
        for n in reversed(range(depth)):
            p = (1 + np.arange(n + 1)) / (2 + n)
            play = p * (1 + discount * ahead[1:]) + (1 - p) * discount * ahead[:-1]
            ahead = np.maximum(play, restart) if n else play
        low, high = (restart, high) if ahead[0] > restart else (low, restart)
    return (1 - discount) * low


@pytest.mark.parametrize("discount", [0.5, 0.8, 0.95])
def test_a_second_method_finds_the_same_index(discount):
    assert discounted_indices(discount, 12)[0, 0] == pytest.approx(restart_index(discount, 250), abs=2e-5)


def ratio_index(wins, losses, left, discount):
    """Index as the best ratio of expected reward to expected time over stopping times, by Dinkelbach's iteration."""
    ratio = 0.0
    for _ in range(50):

        @cache
        def play(s, f, m, at=ratio):
            """Reward and time of playing on, and then as long as that beats `at` a pull."""
            p = (1 + s) / (2 + s + f)
            reward, time = p, 1.0
            for chance, state in ((p, (s + 1, f)), (1 - p, (s, f + 1))):
                if m > 1:
                    r, n = play(*state, m - 1)
                    if r - at * n > 0:
                        reward, time = reward + discount * chance * r, time + discount * chance * n
            return reward, time

        reward, time = play(wins, losses, left)
        if abs(reward / time - ratio) < 1e-12:
            break
        ratio = reward / time
    return ratio


@pytest.mark.parametrize("discount", [1.0, 0.9])
def test_finite_horizon_indices_equal_the_best_ratio_over_stopping_times(discount):
    table = finite_horizon_indices(20, discount=discount)
    for wins, losses, left in [(0, 0, 20), (0, 0, 5), (1, 0, 10), (0, 3, 17), (5, 2, 8), (9, 9, 2), (19, 0, 1)]:
        assert table[left, wins, losses] == pytest.approx(ratio_index(wins, losses, left, discount), abs=1e-4)


def test_with_one_pull_left_an_arm_is_worth_its_mean_and_with_more_it_is_worth_more():
    table = finite_horizon_indices(12)
    s, f = np.meshgrid(np.arange(12), np.arange(12), indexing="ij")
    there = s + f < 12
    np.testing.assert_allclose(table[1][there], ((1 + s) / (2 + s + f))[there], atol=1e-12)
    fresh = table[1:, 0, 0]
    assert (np.diff(fresh) > 0).all() and fresh[1] == pytest.approx(5 / 9)  # (1/2 + 1/2 2/3) / (1 + 1/2)
    assert np.isnan(table[12, 1, 0]) and np.isfinite(table[11, 1, 0])


def test_a_long_horizon_with_discount_is_the_infinite_one():
    finite = finite_horizon_indices(60, discount=0.7)
    np.testing.assert_allclose(finite[50, :4, :4], discounted_indices(0.7, 8)[:4, :4], atol=2e-5)


def test_a_finer_grid_changes_nothing_that_matters():
    coarse, fine = finite_horizon_indices(40), finite_horizon_indices(40, levels=6401)
    error = np.abs(coarse - fine)[np.isfinite(fine)]
    assert error.max() < 1 / 1600 and error.mean() < 1e-5


def test_tables_are_computed_once_and_cannot_be_written():
    table = finite_horizon_indices(12)
    assert finite_horizon_indices(12) is table
    with pytest.raises(ValueError, match="read-only"):
        table[1, 0, 0] = 0.0


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: finite_horizon_indices(0), "at least one pull"),
        (lambda: finite_horizon_indices(5, wins=0.0), "must be positive"),
        (lambda: finite_horizon_indices(5, discount=1.5), "must be above 0 and at most 1"),
        (lambda: discounted_indices(1.0, 5), "discount below 1"),
    ],
)
def test_what_has_no_index_is_refused(call, said):
    with pytest.raises(BadValue, match=said):
        call()
