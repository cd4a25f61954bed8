"""A population of coins, in two groups, whose posterior is found by quadrature."""

import numpy as np
import pandas as pd
from fit_sessions import record

from neurorl.fit.formula import Design

N, T = 24, 30
GROUP = np.arange(N) % 2
rng = np.random.default_rng(5)
P = 1 / (1 + np.exp(-(-0.4 + 1.2 * GROUP + 0.6 * rng.normal(size=N))))
TOSSES = rng.uniform(size=(N, T)) < P[:, None]
VALID = np.arange(T) < rng.choice([10, T], N)[:, None]  # sessions of 10 and of 30 trials
COINS = record(np.where(VALID, TOSSES, -1), valid=VALID)
WHO = pd.DataFrame({"group": np.where(GROUP, "patient", "control")})
DESIGN = Design.of({"p": "group"}, WHO)


def by_quadrature() -> tuple[np.ndarray, np.ndarray]:
    """Posterior mean and standard deviation of intercept, contrast and spread, on a grid, and of the first unit's z."""
    heads, n = (TOSSES & VALID).sum(axis=1), VALID.sum(axis=1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(24)
    weights = weights / weights.sum()
    b0, b1, sd = np.meshgrid(
        np.linspace(-2, 1.5, 41), np.linspace(-1.5, 3, 41), np.linspace(0.02, 2.5, 40), indexing="ij"
    )
    log_post = -0.5 * (b0 / 1.5) ** 2 - 0.5 * b1**2 - 0.5 * sd**2
    for h, m, g in zip(heads, n, GROUP, strict=True):
        z = (b0 + b1 * g)[..., None] + sd[..., None] * nodes
        lik = np.exp(-h * np.logaddexp(0, -z) - (m - h) * np.logaddexp(0, z))
        log_post = log_post + np.log(lik @ weights)
    w = np.exp(log_post - log_post.max())
    w /= w.sum()
    mean = np.array([(w * q).sum() for q in (b0, b1, sd)])
    return mean, np.sqrt([(w * (q - m) ** 2).sum() for q, m in zip((b0, b1, sd), mean, strict=True)])
