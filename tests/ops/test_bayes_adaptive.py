"""The two-armed optimum against exact fractions, brute force over all policies' values, and its own bounds."""

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.ops.bayes_adaptive import place, solve_two_arms, value_of


@cache
def brute(horizon, s1=0, f1=0, s2=0, f2=0):
    """Exact value of both arms, by enumerating every outcome; no table, no vector."""
    if s1 + f1 + s2 + f2 == horizon:
        return None
    p1, p2 = Fraction(1 + s1, 2 + s1 + f1), Fraction(1 + s2, 2 + s2 + f2)

    def worth(*state):
        after = brute(horizon, *state)
        return max(after) if after else 0

    first = p1 * (1 + worth(s1 + 1, f1, s2, f2)) + (1 - p1) * worth(s1, f1 + 1, s2, f2)
    second = p2 * (1 + worth(s1, f1, s2 + 1, f2)) + (1 - p2) * worth(s1, f1, s2, f2 + 1)
    return first, second


def beliefs(horizon):
    for t in range(horizon):
        for n1 in range(t + 1):
            for s1 in range(n1 + 1):
                for s2 in range(t - n1 + 1):
                    yield t, n1, s1, s2


def test_short_sessions_are_worth_what_can_be_counted_by_hand():
    assert solve_two_arms(1).value == 0.5
    # 1/2, then 2/3 after a win or the other arm's 1/2 after a loss
    assert solve_two_arms(2).value == pytest.approx(1 / 2 + 1 / 2 * 2 / 3 + 1 / 2 * 1 / 2, abs=1e-15)


def test_values_and_choices_equal_brute_force_for_eight_trials():
    solved = solve_two_arms(8)
    assert solved.value == pytest.approx(float(max(brute(8))), abs=1e-12)
    for t, n1, s1, s2 in beliefs(8):
        first, second = brute(8, s1, n1 - s1, s2, t - n1 - s2)
        assert solved.prefers[place(t, n1, s1, s2)] == np.sign(first - second)


def test_every_belief_has_a_place_of_its_own():
    places = [place(*belief) for belief in beliefs(12)]
    assert places == list(range(len(places))) and len(places) == len(solve_two_arms(12).prefers)


def test_the_optimum_of_a_hundred_trials_lies_between_its_bounds():
    # Knowing the better arm would earn E[max] = 2/3 a trial; never learning earns 1/2.
    value = solve_two_arms(100).value
    assert 100 * 0.64 < value < 100 * 2 / 3


@pytest.mark.parametrize("call", [lambda: solve_two_arms(0), lambda: solve_two_arms(201)])
def test_lengths_that_cannot_be_solved_are_refused(call):
    with pytest.raises(BadValue, match="1 to 200 trials"):
        call()


def test_players_are_worth_what_they_should_be():
    assert value_of(20, lambda t, n1: 0.5) == pytest.approx(10.0)  # chance
    assert value_of(20, lambda t, n1: 1.0) == pytest.approx(10.0)  # always the same arm
    solved = solve_two_arms(12)

    def optimal(t, n1):
        start = place(t, n1, 0, 0)
        return (solved.prefers[start : start + (n1 + 1) * (t - n1 + 1)].reshape(n1 + 1, -1) + 1) / 2

    assert value_of(12, optimal) == pytest.approx(solved.value, abs=1e-12)
