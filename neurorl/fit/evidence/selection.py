"""Random-effects model selection: how often is each model the right one in the population the subjects come from?

Each subject n uses one model m_n, drawn with frequencies r ~ Dirichlet(alpha0). From the log evidence L[n, m] of every
subject under every model, variational Bayes finds q(r) = Dirichlet(alpha) (Stephan et al. 2009, eqs. 8 to 14):

    g[n, m] proportional to exp(L[n, m] + psi(alpha_m) - psi(sum alpha)),    alpha = alpha0 + sum_n g[n, :]

Two numbers are called a model's frequency in the literature, and both are given:

    frequency            alpha_m / sum alpha: the posterior mean of r_m, which the prior draws towards 1 / M
                         (Stephan et al. 2009; `exp_r` of SPM, `Ef` of the VBA toolbox)
    mean_responsibility  sum_n g[n, m] / N: the expected share of these N subjects that use the model

The exceedance probability of a model is the probability that it is the most frequent one. The Bayesian omnibus risk is
the probability that all models are equally frequent after all; it protects the exceedance probability against chance
(Rigoux et al. 2014, eqs. 4, 7): (1 - risk) * exceedance + risk / M. Integrals are done by quadrature, so equal evidence
gives equal numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln, logsumexp
from scipy.stats import gamma

from neurorl.core.errors import BadData, BadValue

SETTLED = 1e-10  # largest change of alpha at which the iteration ends
NODES = 20_000  # points of the quadrature


@dataclass(frozen=True)
class Selection:
    """What random-effects selection says.

    Attributes:
        table: one row a model: model, frequency (posterior mean of r), mean_responsibility (share of these subjects),
            exceedance, protected_exceedance.
        responsibilities: [S, M] probability that a subject uses a model.
        alpha: [M] of the Dirichlet posterior.
        omnibus_risk: probability that all models (not families) are equally frequent.
        families: one row a family, where families were given: family, frequency, mean_responsibility, exceedance.
    """

    table: pd.DataFrame
    responsibilities: np.ndarray
    alpha: np.ndarray
    omnibus_risk: float
    families: pd.DataFrame | None = None


def select_models(
    log_evidence: np.ndarray, names: Sequence[str], *, families: Mapping[str, Sequence[str]] | None = None
) -> Selection:
    """Random-effects model selection.

    Args:
        log_evidence: [S, M], nats: Laplace's approximation, -BIC / 2, or held-out log-likelihood.
        names: the M models.
        families: family -> its models; each model belongs to exactly one. Families then have equal prior weight
            (Penny et al. 2010), so the models of a large one have less each.

    Raises:
        BadData: an entry is not finite; the sentence names subjects to leave out.
    """
    evidence = np.asarray(log_evidence, float)
    if evidence.ndim != 2 or evidence.shape[1] != len(names) or len(evidence) == 0:
        raise BadValue(f"Evidence [subjects, {len(names)} models] is expected, but its shape is {evidence.shape}.")
    bad = np.flatnonzero(~np.isfinite(evidence).all(axis=1))
    if len(bad):
        raise BadData(f"Subjects {bad[:8].tolist()} have no evidence for some model; leave them out of the selection.")
    prior = np.ones(len(names))
    members = _members(names, families)
    for which in members.values():
        prior[which] = 1 / len(which)
    alpha, g = _posterior(evidence, prior)
    risk = _omnibus_risk(evidence, alpha, g, prior)
    exceeding = exceedance(alpha)
    table = pd.DataFrame(
        {
            "model": list(names),
            "frequency": alpha / alpha.sum(),
            "mean_responsibility": g.mean(axis=0),
            "exceedance": exceeding,
            "protected_exceedance": (1 - risk) * exceeding + risk / len(names),
        }
    )
    by_family = None
    if families is not None:
        summed = np.array([alpha[which].sum() for which in members.values()])
        by_family = pd.DataFrame(
            {
                "family": list(members),
                "frequency": summed / summed.sum(),
                "mean_responsibility": [g[:, which].sum() / len(g) for which in members.values()],
                "exceedance": exceedance(summed),
            }
        )
    return Selection(table, g, alpha, risk, by_family)


def exceedance(alpha: np.ndarray) -> np.ndarray:
    """P(r_k is the largest) for r ~ Dirichlet(alpha), [M].

    A Dirichlet is independent gamma variables over their sum, so it is the integral of f_k(x) prod_{j != k} F_j(x).
    """
    alpha = np.asarray(alpha, float)
    if len(alpha) == 1:
        return np.ones(1)
    # Nodes are quantiles of each variable in turn: dx f_k(x) becomes an even step of probability.
    u = (np.arange(NODES) + 0.5) / NODES
    out = np.empty(len(alpha))
    for k, own in enumerate(alpha):
        x = gamma.ppf(u, own)
        out[k] = np.prod([gamma.cdf(x, a) for j, a in enumerate(alpha) if j != k], axis=0).mean()
    return out / out.sum()


def _posterior(evidence: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    alpha = prior + len(evidence) / len(prior)
    for _ in range(10_000):
        log_g = evidence + digamma(alpha) - digamma(alpha.sum())
        g = np.exp(log_g - logsumexp(log_g, axis=1, keepdims=True))
        new = prior + g.sum(axis=0)
        done = np.abs(new - alpha).max() < SETTLED
        alpha = new
        if done:
            break
    return alpha, g


def _omnibus_risk(evidence: np.ndarray, alpha: np.ndarray, g: np.ndarray, prior: np.ndarray) -> float:
    """1 / (1 + exp(F1 - F0)): F1 bounds the evidence of free frequencies, F0 is that of frequencies fixed at alpha0's
    means (Rigoux et al. 2014, appendix)."""
    log_r = digamma(alpha) - digamma(alpha.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy_g = -np.where(g > 0, g * np.log(g), 0.0).sum()
    free = (
        (g * (evidence + log_r)).sum()
        + entropy_g
        + (gammaln(prior.sum()) - gammaln(prior).sum() + ((prior - 1) * log_r).sum())
        + (gammaln(alpha).sum() - gammaln(alpha.sum()) - ((alpha - 1) * log_r).sum())
    )
    fixed: Any = logsumexp(evidence + np.log(prior / prior.sum()), axis=1)
    return float(1 / (1 + np.exp(np.clip(free - float(fixed.sum()), -700, 700))))


def _members(names: Sequence[str], families: Mapping[str, Sequence[str]] | None) -> dict[str, list[int]]:
    if families is None:
        return {name: [i] for i, name in enumerate(names)}
    listed = [name for models in families.values() for name in models]
    if sorted(listed) != sorted(names):
        raise BadValue(f"Families must hold each of {', '.join(names)} exactly once; they hold {', '.join(listed)}.")
    return {family: [list(names).index(name) for name in models] for family, models in families.items()}
