"""A population of coins, in two groups, whose posterior is found by quadrature."""

import functools

import numpy as np
import pandas as pd
from fit_sessions import record

from neurorl.fit.design.formula import Design

N, T = 24, 30
GROUP = np.arange(N) % 2
rng = np.random.default_rng(5)
P = 1 / (1 + np.exp(-(-0.4 + 1.2 * GROUP + 0.6 * rng.normal(size=N))))
TOSSES = rng.uniform(size=(N, T)) < P[:, None]
VALID = np.arange(T) < rng.choice([10, T], N)[:, None]  # sessions of 10 and of 30 trials
COINS = record(np.where(VALID, TOSSES, -1), valid=VALID)
WHO = pd.DataFrame({"group": np.where(GROUP, "patient", "control")})
DESIGN = Design.of({"p": "group"}, WHO)


B0, B1, SD = np.meshgrid(
    np.linspace(-2, 1.5, 41), np.linspace(-1.5, 3, 41), np.linspace(0.02, 2.5, 40), indexing="ij"
)  # intercept, contrast and spread of the population


@functools.cache
def of_one(heads: int, n: int, group: int) -> np.ndarray:
    """Log-likelihood of a coin at each place of the grid, its own z integrated out."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(24)
    z = (B0 + B1 * group)[..., None] + SD[..., None] * nodes
    lik = np.exp(-heads * np.logaddexp(0, -z) - (n - heads) * np.logaddexp(0, z))
    return np.log(lik @ (weights / weights.sum()))


def log_posterior(heads: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Log joint density of the grid and of `heads` in n tosses of each coin, but for a constant."""
    prior = -0.5 * (B0 / 1.5) ** 2 - 0.5 * B1**2 - 0.5 * SD**2
    return prior + sum(of_one(int(h), int(m), int(g)) for h, m, g in zip(heads, n, GROUP, strict=True))


def by_quadrature() -> tuple[np.ndarray, np.ndarray]:
    """Posterior mean and standard deviation of intercept, contrast and spread."""
    log_post = log_posterior((TOSSES & VALID).sum(axis=1), VALID.sum(axis=1))
    w = np.exp(log_post - log_post.max())
    w /= w.sum()
    mean = np.array([(w * q).sum() for q in (B0, B1, SD)])
    return mean, np.sqrt([(w * (q - m) ** 2).sum() for q, m in zip((B0, B1, SD), mean, strict=True)])
