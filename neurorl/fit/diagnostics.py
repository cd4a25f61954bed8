"""Have the chains met, and how many independent draws are they worth?

Rank-normalised split R-hat and effective sample sizes of Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021 (Bayesian
Analysis 16: 667-718), for all quantities at once. A quantity that does not move, or is not a number, has R-hat NaN and
no effective draw: that is no convergence.
"""

import numpy as np
from jaxtyping import Float
from scipy.stats import norm, rankdata

Draws = Float[np.ndarray, "chain draw quantity"]


def rhat(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """The larger of R-hat of the ranks and of the folded ranks (their eqs. 3, 4, 14)."""
    halves = _split(draws)
    folded = np.abs(halves - np.median(halves, axis=(0, 1)))
    found = np.maximum(_plain_rhat(_normal_scores(halves)), _plain_rhat(_normal_scores(folded)))
    return np.where(_moves(draws), found, np.nan)


def ess_bulk(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """Effective sample size of the ranks, for the middle of the distribution."""
    return np.where(_moves(draws), _ess(_normal_scores(_split(draws))), 0.0)


def ess_tail(draws: Draws) -> Float[np.ndarray, " quantity"]:
    """The smaller effective sample size of the 5 % and the 95 % quantile."""
    halves = _split(draws)
    low, high = np.quantile(halves, [0.05, 0.95], axis=(0, 1))
    tails = np.minimum(_ess((halves <= low).astype(float)), _ess((halves <= high).astype(float)))
    return np.where(_moves(draws), tails, 0.0)


def _moves(draws: Draws) -> np.ndarray:
    finite = np.isfinite(draws).all(axis=(0, 1))
    with np.errstate(invalid="ignore"):
        return finite & (np.ptp(draws, axis=(0, 1)) > 0)


def _split(draws: Draws) -> Draws:
    """Each chain as two, so that a drift within a chain shows."""
    half = draws.shape[1] // 2
    finite = np.nan_to_num(draws, nan=0.0, posinf=0.0, neginf=0.0)  # such quantities are NaN in the end
    return np.concatenate([finite[:, :half], finite[:, -half:]])


def _normal_scores(draws: Draws) -> Draws:
    flat = draws.reshape(-1, draws.shape[2])
    rank = rankdata(flat, axis=0)
    return norm.ppf((rank - 0.375) / (len(flat) + 0.25)).reshape(draws.shape)


def _plain_rhat(draws: Draws) -> np.ndarray:
    n = draws.shape[1]
    within = draws.var(axis=1, ddof=1).mean(axis=0)
    between = draws.mean(axis=1).var(axis=0, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt((n - 1) / n + between / within)


def _ess(draws: Draws) -> np.ndarray:
    """m n / tau, tau by Geyer's initial monotone sequence of pairs of autocorrelations (their eqs. 9 to 11)."""
    m, n = draws.shape[:2]
    centred = draws - draws.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * n, axis=1)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :n].mean(axis=0) / n  # [lag, quantity]
    within = covariance[0] * n / (n - 1)
    total = covariance[0] + (draws.mean(axis=1).var(axis=0, ddof=1) if m > 1 else 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rho = 1 - (within - covariance) / total
    rho[0] = 1.0
    pairs = rho[: n // 2 * 2].reshape(n // 2, 2, -1).sum(axis=1)
    going = np.minimum.accumulate(pairs > 0, axis=0)
    monotone = np.minimum.accumulate(np.where(going, pairs, 0.0), axis=0)
    tau = np.maximum(2 * monotone.sum(axis=0) - 1, 1 / np.log10(m * n))
    return np.where(np.isfinite(tau), m * n / tau, 0.0)
