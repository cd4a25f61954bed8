"""The best that can be done with two Bernoulli arms and a known number of trials: dynamic programming over beliefs.

With independent Beta(a, b) priors a belief is (s1, f1, s2, f2), the wins and losses of both arms. What the trials
left are worth is

    V = max_i  p_i (1 + V(s_i + 1)) + (1 - p_i) V(f_i + 1),   p_i = (a + s_i) / (a + b + s_i + f_i),

where counts that do not change are not written, and V = 0 after the last trial (Bellman 1956; Berry & Fristedt 1985).
No policy earns more on average under this prior. Trial t has C(t+3, 3) beliefs, four and a half million in all for a
hundred trials, so the answer is exact and complete.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from jaxtyping import Float, Int8

from neurorl.core.errors import BadValue
from neurorl.core.progress import progress

LONGEST = 200  # trials; the table would hold 68 million beliefs
_TIE = 1e-9  # reward units: less is rounding

N = TypeVar("N")
Table = Float[np.ndarray, "s1 s2"]


class BayesAdaptive(NamedTuple):
    """The solved problem.

    Attributes:
        prefers: for each belief 1 where the first arm is better, -1 where the second is, 0 where both are as good;
            `place` says where a belief stands.
        value: expected reward of a session.
    """

    prefers: Int8[np.ndarray, " beliefs"]
    value: float


def place(trial: N, n1: N, s1: N, s2: N) -> N:
    """Index of a belief in `BayesAdaptive.prefers`: after `trial` trials, n1 of them on arm 1, with s1 and s2 wins.

    Works on numbers, NumPy and JAX integers; below 2^31 for up to `LONGEST` trials.
    """
    t = trial
    before = t * (t + 1) // 2 * (t + 2) // 3 * (t + 3) // 4  # type: ignore[operator]  # C(t+3, 4)
    pairs = n1 * (n1 + 1) // 2  # type: ignore[operator]
    return before + (t + 2) * pairs - pairs * (2 * n1 + 1) // 3 + s1 * (t - n1 + 1) + s2  # type: ignore[operator]


@functools.lru_cache(maxsize=4)
def solve_two_arms(horizon: int, wins: float = 1.0, losses: float = 1.0) -> BayesAdaptive:
    """Solve sessions of `horizon` trials, with a Beta(wins, losses) prior for both arms; kept in memory, read-only.

    Raises:
        BadValue: there are no trials, or more than `LONGEST`, or the prior is not valid.
    """
    _check(horizon, wins, losses)
    prefers = np.zeros(place(horizon, 0, 0, 0), np.int8)

    def better(t: int, n1: int, first: Table, second: Table) -> Table:
        gain = first - second
        start = place(t, n1, 0, 0)
        prefers[start : start + gain.size] = ((gain > _TIE).astype(np.int8) - (gain < -_TIE)).ravel()
        return np.maximum(first, second)

    value = _backwards(horizon, wins, losses, better)
    prefers.setflags(write=False)
    return BayesAdaptive(prefers, value)


def value_of(horizon: int, first: Callable[[int, int], Table | float], wins: float = 1.0, losses: float = 1.0) -> float:
    """Expected reward of a session of any player, exactly, averaged over the Beta(wins, losses) prior of both arms.

    Args:
        horizon: trials.
        first: `first(trial, n1)` is the probability of choosing arm 1, [s1, s2] or one number for all, after
            `trial` trials of which n1 were on arm 1, with s1 and s2 wins.
        wins, losses: the prior.
    """
    _check(horizon, wins, losses)

    def mixed(t: int, n1: int, one: Table, two: Table) -> Table:
        share = first(t, n1)
        return share * one + (1.0 - share) * two

    return _backwards(horizon, wins, losses, mixed)


def _backwards(horizon: int, wins: float, losses: float, combine: Callable[[int, int, Table, Table], Table]) -> float:
    """The recursion over beliefs; `combine` makes one value of what both arms are worth."""
    # One array [s1, s2] for each n1, of what the trials after this one are worth.
    ahead = [np.zeros((n1 + 1, horizon - n1 + 1)) for n1 in range(horizon + 1)]
    with progress("Beliefs about two arms", horizon, quiet=horizon <= 110) as advance:
        for t in reversed(range(horizon)):
            now = []
            for n1 in range(t + 1):
                n2 = t - n1
                p1 = ((wins + np.arange(n1 + 1)) / (wins + losses + n1))[:, None]
                p2 = ((wins + np.arange(n2 + 1)) / (wins + losses + n2))[None, :]
                after1, after2 = ahead[n1 + 1], ahead[n1]
                one = after1[:-1] + p1 * (1.0 + after1[1:] - after1[:-1])
                two = after2[:, :-1] + p2 * (1.0 + after2[:, 1:] - after2[:, :-1])
                now.append(combine(t, n1, one, two))
            ahead = now
            advance(1)
    return float(ahead[0][0, 0])


def _check(horizon: int, wins: float, losses: float) -> None:
    if not 1 <= horizon <= LONGEST:
        raise BadValue(f"The two-armed bandit is solved for 1 to {LONGEST} trials, not for {horizon}.")
    if not (wins > 0 and losses > 0):
        raise BadValue(f"The parameters of the Beta prior are ({wins:g}, {losses:g}), but both must be positive.")
