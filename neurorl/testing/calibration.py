"""Do draws follow the stated probabilities? Tests whose false-alarm rate is a theorem, not an approximation.

Counts: for a mean of n independent yes/no draws with mean probability p, Chernoff's bound gives
P(the mean lies beyond q) <= exp(-n KL(q || p)) on each side (Hoeffding 1963, theorem 1), also where the
draws have different probabilities. Real numbers: P(sup |F_n - F| > e) <= 2 exp(-2 n e^2) (Massart 1990).
"""

import math

import numpy as np
from jaxtyping import Float, Int

FALSE_ALARM = 1e-6


def surprise(share: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Binary relative entropy KL(share || p), nats; infinite where what has probability 0 happened."""
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = np.where(share > 0, share * np.log(share / p), 0.0)
        no = np.where(share < 1, (1 - share) * np.log((1 - share) / (1 - p)), 0.0)
    return yes + no


def miscounted(counts: Int[np.ndarray, "t n"], p: Float[np.ndarray, "t n"], n_draws: int) -> str | None:
    """The action that was drawn too often or too rarely, in words; None where draws follow `p`.

    Tests every step and, with more power, every action pooled over the steps. The probability that a
    truthful sampler fails is at most `FALSE_ALARM`.
    """
    p = np.clip(p.astype(float), 0.0, 1.0)
    n_steps, n_actions = p.shape
    alarm = math.log(2 * (n_steps + 1) * n_actions / FALSE_ALARM)
    shares = counts / n_draws
    by_step = n_draws * surprise(shares, p)
    pooled = n_draws * n_steps * surprise(shares.mean(0), p.mean(0))
    if by_step.max() > alarm:
        t, a = np.unravel_index(np.argmax(by_step), by_step.shape)
        return (
            f"at step {t} action {a} was drawn in {shares[t, a]:.1%} of {n_draws} draws where log_prob says "
            f"{p[t, a]:.1%}"
        )
    if pooled.max() > alarm:
        a = int(np.argmax(pooled))
        return (
            f"over {n_steps} steps action {a} was drawn in {shares.mean(0)[a]:.2%} of draws where log_prob says "
            f"{p.mean(0)[a]:.2%}"
        )
    return None


def misplaced(
    draws: Float[np.ndarray, "t n"], grid: Float[np.ndarray, "t g"], density: Float[np.ndarray, "t g"]
) -> str | None:
    """How real-valued draws depart from the density, in words; None where they follow it.

    The cumulative probability of a draw, F(x), is uniform on [0, 1] if and only if x follows the density;
    so it is tested at every step and, with more power, pooled over the steps.

    Args:
        draws: draws from the policy of each step.
        grid: for each step, points in order that reach far beyond the draws on both sides.
        density: exp(log_prob) at these points.
    """
    uniform = np.stack([_cumulative(*step) for step in zip(draws, grid, density, strict=True)])
    n_steps, n_draws = draws.shape
    alarm = math.log(2 * (n_steps + 1) / FALSE_ALARM)
    distances = np.array([_from_uniform(u) for u in uniform])
    if distances.max() > math.sqrt(alarm / (2 * n_draws)):
        t = int(np.argmax(distances))
        return f"at step {t} draws and log_prob disagree by {distances[t]:.3f} in cumulative probability"
    if (pooled := _from_uniform(uniform.ravel())) > math.sqrt(alarm / (2 * n_draws * n_steps)):
        return f"over {n_steps} steps draws and log_prob disagree by {pooled:.3f} in cumulative probability"
    return None


def _cumulative(draws: np.ndarray, grid: np.ndarray, density: np.ndarray) -> np.ndarray:
    """F(x) of the draws, where F is the integral of the density (trapezoid rule)."""
    steps = np.diff(grid) * (density[1:] + density[:-1]) / 2
    return np.interp(draws, grid, np.concatenate([[0.0], np.cumsum(steps)]))


def _from_uniform(u: np.ndarray) -> float:
    """Kolmogorov's distance between numbers and the uniform distribution on [0, 1]."""
    u, n = np.sort(u), len(u)
    return float(max(np.max(np.arange(1, n + 1) / n - u), np.max(u - np.arange(n) / n)))
