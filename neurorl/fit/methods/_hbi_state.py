"""State of hierarchical inference over models: the group of each model, its members, and its responsibilities.

The equations are in `hbi`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from scipy.special import digamma, gammaln

from neurorl.fit.population import Inner

A0, B, V, S = 0.0, 1.0, 0.5, 0.01  # the weak prior of every group (Piray et al. 2019)


@dataclass
class Group:
    """q of one model's group: mu ~ N(a, sigma / (nu beta)), tau ~ Gamma(nu, sigma); arrays [D], nu and beta scalars."""

    a: np.ndarray
    beta: float
    nu: float
    sigma: np.ndarray

    @classmethod
    def of(cls, inner: Inner, r: np.ndarray) -> Self:
        """The M step of one model from the responsibilities r [S]; see the module."""
        total = max(r.sum(), 1e-12)
        mean = r @ inner.z / total
        variance = r @ (inner.z**2 + np.nan_to_num(np.einsum("sii->si", inner.covariance))) / total - mean**2
        shrunk = B * total / (B + total) * (mean - A0) ** 2
        a = (total * mean + B * A0) / (total + B)
        return cls(a, B + total, V + total / 2, S + (total * variance + shrunk) / 2)

    @property
    def variance(self) -> np.ndarray:
        """1 / E[tau], of the units around the mean."""
        return self.sigma / self.nu

    @property
    def correction(self) -> float:
        """lambda_k: what not knowing the group costs."""
        return len(self.a) / 2 * float(digamma(self.nu) - np.log(self.nu) - 1 / self.beta)

    @property
    def divergence(self) -> float:
        """KL(q || prior) of mu and tau, nats."""
        tau = self.nu / self.sigma
        mean = 0.5 * (np.log(self.beta / B) + B / self.beta - 1 + B * tau * (self.a - A0) ** 2)
        precision = (
            (self.nu - V) * digamma(self.nu)
            - gammaln(self.nu)
            + gammaln(V)
            + V * (np.log(self.sigma) - np.log(S))
            + self.nu * (S - self.sigma) / self.sigma
        )
        return float((mean + precision).sum())


@dataclass
class State:
    """One run of the inference over M models.

    Attributes:
        groups: of each model.
        inner: the units' posteriors under each model's group.
        r: [S, M] responsibilities.
        alpha: [M] of the Dirichlet over frequencies.
        trace: the bound after each round, nats.
        settled: whether it came to rest.
    """

    groups: list[Group]
    inner: list[Inner]
    r: np.ndarray
    alpha: np.ndarray
    trace: list[float] = field(default_factory=list)
    settled: bool = False

    def again(self) -> Self:
        """A state that sets out from here."""
        return type(self)(list(self.groups), list(self.inner), self.r, self.alpha)

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """All of it by name, for a checkpoint."""
        out = {"r": self.r, "alpha": self.alpha, "trace": np.array(self.trace), "settled": np.array(self.settled)}
        for k, (group, inner) in enumerate(zip(self.groups, self.inner, strict=True)):
            parts = {"group": vars(group), "inner": vars(inner)}
            out |= {f"{part}{k}_{key}": np.asarray(value) for part, own in parts.items() for key, value in own.items()}
        return {f"{name}_{key}": value for key, value in out.items()}

    @classmethod
    def read(cls, kept: Mapping[str, np.ndarray], name: str, n_models: int) -> Self:
        """What `arrays` wrote."""

        def part(k: int, what: str) -> dict[str, np.ndarray]:
            start = f"{name}_{what}{k}_"
            return {key.removeprefix(start): value for key, value in kept.items() if key.startswith(start)}

        groups, inner = [], []
        for k in range(n_models):
            own = part(k, "group")
            groups.append(Group(own["a"], float(own["beta"]), float(own["nu"]), own["sigma"]))
            inner.append(Inner(**part(k, "inner")))
        r, alpha, trace, settled = (kept[f"{name}_{key}"] for key in ("r", "alpha", "trace", "settled"))
        return cls(groups, inner, r, alpha, trace.tolist(), bool(settled))


def dirichlet_divergence(alpha: np.ndarray) -> float:
    """KL(Dirichlet(alpha) || Dirichlet(1)), nats."""
    total = alpha.sum()
    spread = ((alpha - 1) * (digamma(alpha) - digamma(total))).sum()
    return float(gammaln(total) - gammaln(alpha).sum() - gammaln(len(alpha)) + spread)
