"""Leave-one-out: how well draws from a posterior predict what was left out of it, without fitting again.

elpd = sum_i log p(y_i | y without i), by Pareto-smoothed importance sampling (Vehtari, Gelman & Gabry 2017), done by
ArviZ. What is left out, a choice, a trial or a subject, is whatever the last axis of the log-likelihoods counts. Where
the shape k of the tail exceeds 0.7 the estimate of that point is not to be trusted, and the result counts such points.
Left out with a subject, its own parameters are seldom covered by draws that saw it: expect large k there, and rather
hold out (`heldout`).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurorl.core.errors import BadValue
from neurorl.fit.arviz_bridge import arviz, for_arviz, tree_of

TRUSTED = 0.7  # largest shape of the tail


@dataclass(frozen=True)
class Loo:
    """Leave-one-out of one model.

    Attributes:
        elpd: expected log predictive density, nats, summed over points.
        se: its standard error.
        p_loo: effective number of parameters.
        pointwise: [n] of each point.
        pareto_k: [n] shape of each tail.
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
    anything = np.zeros(values.shape[:2]) + np.random.default_rng(0).normal(size=values.shape[:2])
    groups = {"posterior": {"x": ((), anything)}, "log_likelihood": {"y": (("point",), values)}}
    data = for_arviz(tree_of(groups, {}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # large k is counted
        found: Any = arviz().loo(data, pointwise=True, reff=1.0)
    name = "loo_i" if hasattr(found, "loo_i") else "elpd_i"
    elpd, p = (found["elpd_loo"], found["p_loo"]) if "elpd_loo" in found else (found.elpd, found.p)
    pointwise = np.asarray(getattr(found, name), float)
    se = float(np.sqrt(len(pointwise) * pointwise.var()))
    return Loo(float(elpd), se, float(p), pointwise, np.asarray(found.pareto_k, float))
