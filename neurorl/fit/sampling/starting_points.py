"""A short EM before sampling: where chains set out from, and how much each unit's choices say."""

from dataclasses import dataclass

import jax
import numpy as np

from neurorl.fit.methods.em import maximised
from neurorl.fit.population import WIDE, Members, Problem, expected
from neurorl.fit.problem import Posterior

ROUNDS = 6
APART = 2.0  # chains set out so many standard deviations to either side
LANES = 2  # starts of each unit


@dataclass(frozen=True)
class Pilot:
    """What the short EM found.

    Attributes:
        z: [S, n] the units' maxima.
        error: [S, n] their standard deviations.
        b: coefficients of each parameter [terms].
        sd: [n] of the population.
        x: [S, terms] the design of each parameter.
        means: which of its coefficients are means of groups [terms].
    """

    z: np.ndarray
    error: np.ndarray
    b: list[np.ndarray]
    sd: np.ndarray
    x: list[np.ndarray]
    means: list[np.ndarray]

    @classmethod
    def of(cls, problem: Problem, seed: int) -> "Pilot":
        """ROUNDS rounds from LANES starts a unit."""
        x = problem.x
        with jax.enable_x64(True):
            members = Members(problem.posterior, problem.units, lanes=LANES)
            z = members.first(LANES, seed, 100)
            b = [np.linalg.lstsq(part, z[:, k], rcond=None)[0] for k, part in enumerate(x)]
            variance, error = np.full(len(x), WIDE), np.ones(z.shape)
            for _ in range(ROUNDS):
                mean = expected(x, b)
                inner = members.given(mean, variance, z[:, None], 100)
                z = np.where(inner.sound[:, None], inner.z, mean)
                with np.errstate(invalid="ignore"):
                    error = np.sqrt(np.einsum("sii->si", inner.covariance))
                error = np.where(np.isfinite(error), np.minimum(error, np.sqrt(variance)), np.sqrt(variance))
                b, variance = maximised(inner, x)
        means = [problem.design.columns(info.name).means for info in problem.posterior.free]
        return cls(z, error, b, np.sqrt(np.maximum(variance, 1e-3)), x, means)

    @property
    def mean(self) -> np.ndarray:
        """Of the population, for each unit [S, n]."""
        return expected(self.x, self.b)

    @property
    def information(self) -> np.ndarray:
        """What each unit's choices add to the precision of the population [S, n]."""
        return np.maximum(1 / self.error**2 - 1 / self.sd**2, 0.0)

    @property
    def pull(self) -> np.ndarray:
        """Where they pull: their information times where they alone would have it [S, n]."""
        return self.z * (self.information + 1 / self.sd**2) - self.mean / self.sd**2

    def place(self, posterior: Posterior, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """The unconstrained sites of a place to set out from, further out than the posterior mostly reaches."""
        one = APART / np.sqrt(len(self.z))
        b = [b_k + one * sd * rng.uniform(-1, 1, b_k.shape) for b_k, sd in zip(self.b, self.sd, strict=True)]
        sd = self.sd * np.exp(one * rng.uniform(-1, 1, self.sd.shape))
        u = APART * rng.uniform(-1, 1, self.z.shape)
        coefficients = {f"coefficients_{info.name}": b_k for info, b_k in zip(posterior.free, b, strict=True)}
        return coefficients | {"sd": np.log(sd), "u": u}
