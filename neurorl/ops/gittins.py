"""Gittins indices of a Bernoulli arm with a Beta prior, by calibration against an arm that pays lambda with certainty.

    G_m(s, f) = sup_tau E[sum_{t<tau} gamma^t r_t] / E[sum_{t<tau} gamma^t],   1 <= tau <= m,

for an arm that won s and lost f times, when m pulls are left (Gittins 1979; m is infinite in the discounted
problem). With the gain of playing on rather than taking lambda for good,

    C_m(lambda) = p - lambda + gamma (p D_{m-1}(s+1, f) + (1-p) D_{m-1}(s, f+1)),   D_m = max(0, C_m),   D_0 = 0,

the index is the lambda at which C is 0 (Gittins, Glazebrook & Weber 2011, ch. 1). C is computed, exactly, on a grid of
lambda; it is convex and falling, so that the true index lies between the two grid points around its zero, and the
straight line between them gives it from above.
"""

import functools

import numpy as np
from jaxtyping import Float

from neurorl.core.errors import BadValue
from neurorl.core.progress import progress

LEVELS = 1601  # values of lambda: an index is never off by more than 1/1600, most are right to 1e-5
_BLOCK = 64  # values of lambda computed together, so that a block stays in the processor's cache
_TAIL = 1e-5  # weight of the pulls beyond which a discounted arm counts as known


@functools.lru_cache(maxsize=8)
def finite_horizon_indices(
    horizon: int, wins: float = 1.0, losses: float = 1.0, discount: float = 1.0, levels: int = LEVELS
) -> Float[np.ndarray, "horizon+1 horizon horizon"]:
    """Indices for every number of pulls left; kept in memory, read-only.

    Args:
        horizon: pulls in a session.
        wins, losses: Beta prior of the arm's reward probability.
        discount: per pull, within (0, 1].
        levels: size of the grid of lambda.

    Returns:
        entry [m, s, f]: index with m pulls left after s wins and f losses, where s + f + m <= horizon and m >= 1;
        NaN elsewhere.

    Raises:
        BadValue: there are no pulls, or the prior or the discount is not valid.
    """
    _check(horizon, wins, losses, discount)
    table = np.full((horizon + 1, horizon, horizon), np.nan)
    blocks = _blocks(levels)
    with progress("Gittins indices", len(blocks), quiet=horizon <= 100) as advance:
        for level in blocks:
            ahead = np.zeros((len(level), 1, horizon + 1))  # [lambda; m = 0, 1, ..; wins among n + 1 pulls]
            for n in reversed(range(horizon)):
                s = np.arange(n + 1)
                go_on = _gain(n, wins, losses, discount, level, ahead)
                _note_zeros(table, (slice(1, horizon - n + 1), s, n - s), go_on, level)
                ahead = np.zeros((len(level), horizon - n + 1, n + 1))
                np.maximum(go_on, 0.0, out=ahead[:, 1:])
            advance(1)
    table.setflags(write=False)
    return table


@functools.lru_cache(maxsize=8)
def discounted_indices(
    discount: float, pulls: int, wins: float = 1.0, losses: float = 1.0, levels: int = LEVELS
) -> Float[np.ndarray, "pulls pulls"]:
    """Indices of the infinite discounted problem; kept in memory, read-only.

    Args:
        discount: per pull, within (0, 1). The recursion begins where the future weighs less than 1e-5, with the arm
            known to pay what it paid so far.
        pulls: pulls of the arm that the table reaches.
        wins, losses, levels: as in `finite_horizon_indices`.

    Returns:
        entry [s, f]: index after s wins and f losses, where s + f < pulls; NaN elsewhere.

    Raises:
        BadValue: the discount is 1, or as in `finite_horizon_indices`.
    """
    _check(pulls, wins, losses, discount)
    if discount >= 1:
        raise BadValue("An infinite horizon needs a discount below 1; name a horizon, or discount the future.")
    depth = pulls + int(np.ceil(np.log(_TAIL) / np.log(discount)))
    table = np.full((pulls, pulls), np.nan)
    known = (wins + np.arange(depth + 1)) / (wins + losses + depth)
    blocks = _blocks(levels)
    with progress("Gittins indices", len(blocks), quiet=depth <= 400) as advance:
        for level in blocks:
            ahead = np.maximum(known - level[:, None, None], 0.0) / (1.0 - discount)
            for n in reversed(range(depth)):
                go_on = _gain(n, wins, losses, discount, level, ahead)
                if n < pulls:
                    s = np.arange(n + 1)
                    _note_zeros(table, (s, n - s), go_on[:, 0], level)
                ahead = np.maximum(go_on, 0.0, out=go_on)
            advance(1)
    table.setflags(write=False)
    return table


def _blocks(levels: int) -> list[np.ndarray]:
    """The grid of lambda in blocks that share their end points."""
    grid = np.linspace(0.0, 1.0, levels)
    return [grid[start : start + _BLOCK + 1] for start in range(0, levels - 1, _BLOCK)]


def _gain(n: int, wins: float, losses: float, discount: float, level: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """C after n pulls, [lambda, m, n + 1], from D after one more, [lambda, m, n + 2]."""
    p = (wins + np.arange(n + 1)) / (wins + losses + n)
    out = ahead[:, :, 1:] - ahead[:, :, :-1]
    out *= p
    out += ahead[:, :, :-1]
    out *= discount
    out += p - level[:, None, None]
    return out


def _note_zeros(table: np.ndarray, where: tuple, go_on: np.ndarray, level: np.ndarray) -> None:
    """Write the indices that lie in this block of lambda; the gain is positive below an index and falls to below 0."""
    here = (go_on[0] > 0) & (go_on[-1] <= 0)
    if not here.any():
        return
    first = np.sum(go_on > 0, axis=0, keepdims=True).clip(1, len(level) - 1)
    above = np.take_along_axis(go_on, first - 1, axis=0)[0]
    below = np.take_along_axis(go_on, first, axis=0)[0]
    with np.errstate(invalid="ignore"):
        found = level[first[0] - 1] + (level[1] - level[0]) * above / (above - below)
    table[where] = np.where(here, found, table[where])


def _check(pulls: int, wins: float, losses: float, discount: float) -> None:
    if pulls < 1:
        raise BadValue(f"Gittins indices need at least one pull, not {pulls}.")
    if not (wins > 0 and losses > 0):
        raise BadValue(f"The parameters of the Beta prior are ({wins:g}, {losses:g}), but both must be positive.")
    if not 0 < discount <= 1:
        raise BadValue(f"discount is {discount:g}, but must be above 0 and at most 1: it is the discount of one pull.")
