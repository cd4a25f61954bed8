"""Leave-one-out: how well draws from a posterior predict what was left out of it, without fitting again.

elpd = sum_i log p(y_i | y without i), by Pareto-smoothed importance sampling (Vehtari, Gelman & Gabry 2017), done by
ArviZ. What is left out, a choice, a trial or a subject, is whatever the last axis of the log-likelihoods counts. Where
the shape k of the tail exceeds 0.7 the estimate of that point is not to be trusted, and the result counts such points.
`left_out` makes the log-likelihoods that a fit with draws needs for it.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp

from neurorl.core.errors import BadValue
from neurorl.fit.sampling.arviz_bridge import arviz, for_arviz, tree_of

TRUSTED = 0.7  # largest shape of the tail
EVEN = 0.01  # nats: log-likelihoods that differ by less weigh all draws alike, and there is no tail to smooth


@dataclass(frozen=True)
class Loo:
    """Leave-one-out of one model.

    Attributes:
        elpd: expected log predictive density, nats, summed over points.
        se: its standard error, sqrt(n V) with V the variance of the points (Vehtari et al. 2017, eq. 23; V divides by
            n, as ArviZ has it, where R's loo divides by n - 1).
        p_loo: effective number of parameters: the sum of log p(y_i | y), less elpd.
        pointwise: [n] of each point.
        pareto_k: [n] shape of each tail; 0 where the log-likelihoods of all draws are even.
    """

    elpd: float
    se: float
    p_loo: float
    pointwise: np.ndarray
    pareto_k: np.ndarray

    @property
    def n_untrusted(self) -> int:
        """Points whose estimate is not to be trusted."""
        return int((self.pareto_k > TRUSTED).sum())


def loo(log_likelihood: np.ndarray) -> Loo:
    """Leave-one-out from log-likelihoods [chain, draw, n], nats."""
    values = np.asarray(log_likelihood, float)
    if values.ndim != 3 or not np.isfinite(values).all():
        raise BadValue(f"Finite log-likelihoods [chain, draw, n] are expected, but their shape is {values.shape}.")
    pointwise, k = -_log_mean(-values), np.zeros(values.shape[2])
    uneven = np.ptp(values, axis=(0, 1)) > EVEN
    if uneven.any():
        pointwise[uneven], k[uneven] = _smoothed(values[..., uneven])
    p = _log_mean(values) - pointwise
    return _summed(pointwise, k, float(p.sum()))


def joined(parts: Sequence[Loo]) -> Loo:
    """Leave-one-out of all points of the parts."""
    pointwise, k = (np.concatenate([getattr(part, name) for part in parts]) for name in ("pointwise", "pareto_k"))
    return _summed(pointwise, k, sum(part.p_loo for part in parts))


def _log_mean(values: np.ndarray) -> np.ndarray:
    """Log of the mean of exp over draws."""
    return logsumexp(values, axis=(0, 1)) - np.log(values.shape[0] * values.shape[1])


def _summed(pointwise: np.ndarray, k: np.ndarray, p: float) -> Loo:
    return Loo(float(pointwise.sum()), float(np.sqrt(len(pointwise) * pointwise.var())), p, pointwise, k)


def _smoothed(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each point's log density, and shape of tail."""
    anything = np.random.default_rng(0).normal(size=values.shape[:2])  # ArviZ asks for a posterior and reads none of it
    groups = {"posterior": {"x": ((), anything)}, "log_likelihood": {"y": (("point",), values)}}
    data = for_arviz(tree_of(groups, {}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # large k is counted
        found: Any = arviz().loo(data, pointwise=True, reff=1.0)
    name = "loo_i" if hasattr(found, "loo_i") else "elpd_i"
    return np.asarray(getattr(found, name), float), np.asarray(found.pareto_k, float)
