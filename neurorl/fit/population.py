"""Each unit under a Gaussian population: the maximum, curvature and evidence of its own posterior.

    log p(choices, z) = log p(choices | z) + sum_k log N(z_k; mean_k, variance_k)

over the unconstrained z, in which a Gaussian makes sense, and so a proper density with no Jacobian. EM and hierarchical
inference over models repeat this step with ever other means and variances; it is compiled once.
"""

from dataclasses import dataclass

import jax
import numpy as np

from neurorl.fit.evaluate import Evaluator
from neurorl.fit.laplace import covariances, hessians, laplace
from neurorl.fit.map import AGREE, REST, starting_points
from neurorl.fit.posterior import Posterior
from neurorl.fit.search import search
from neurorl.fit.tilt import Tilted, everywhere, gaussian
from neurorl.fit.units import Units

WIDE = 6.25  # variance of the population before anything is known (Piray et al. 2019)


@dataclass(frozen=True)
class Inner:
    """The units' own posteriors given the population.

    Attributes:
        z: [S, n] their maxima.
        covariance: [S, n, n] inverse of minus the Hessian there; NaN where that is not positive definite.
        log_lik: [S] of the choices at z, nats.
        log_evidence: [S] log of the likelihood averaged over the population, by Laplace's approximation, nats.
        gradient_norm: [S] at z.
        rested: [S] whether the search came to rest.
        agreeing: [S] how many of the starts of this step reached the best value.
    """

    z: np.ndarray
    covariance: np.ndarray
    log_lik: np.ndarray
    log_evidence: np.ndarray
    gradient_norm: np.ndarray
    rested: np.ndarray
    agreeing: np.ndarray

    @property
    def sound(self) -> np.ndarray:
        """Units that can speak for the population [S]."""
        return self.rested & np.isfinite(self.log_evidence)


class Members:
    """The units of one agent, ready for any population. Use it where double precision is on.

    Attributes:
        posterior: of the agent, without its declared priors: the population stands for them.
        n_units: how many.
    """

    def __init__(self, posterior: Posterior, units: Units, lanes: int):
        self.posterior, self.n_units = posterior, len(units.labels)
        self._evaluate = Evaluator(posterior, units.sessions, self.n_units * lanes)

    def first(self, starts: int, seed: int, max_steps: int) -> np.ndarray:
        """Where each unit's posterior is highest under a wide population around the defaults, from many starts."""
        mean = np.broadcast_to(self.default(), (self.n_units, len(self.posterior.free)))
        ground = Tilted(self._evaluate, gaussian(mean, np.full(mean.shape[1], WIDE)))
        origins = starting_points(self.posterior, ground, self.n_units, starts, seed)
        return self._climb(ground, origins, max_steps)[0]

    def given(self, mean: np.ndarray, variance: np.ndarray, origins: np.ndarray, max_steps: int) -> Inner:
        """The posteriors under a population: mean [S, n], variance [n]; origins [S, starts, n]."""
        ground = Tilted(self._evaluate, gaussian(mean, variance))
        z, height, rested, agreeing = self._climb(ground, origins, max_steps)
        hessian, _ = hessians(ground, z)
        covariance, _ = covariances(hessian)
        at = everywhere(ground, np.arange(self.n_units), z)
        norm = np.linalg.norm(at.gradient, axis=1)
        return Inner(z, covariance, at.log_lik, laplace(height, hessian, rested), norm, rested, agreeing)

    def default(self) -> np.ndarray:
        """The declared defaults of the parameters, as z [n]."""
        return np.asarray(self.posterior.unconstrained(np.array([info.default for info in self.posterior.free])))

    def _climb(
        self, ground: Tilted, origins: np.ndarray, max_steps: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        s, starts, n = origins.shape
        ends = search(ground, np.repeat(np.arange(s), starts), origins.reshape(-1, n), max_steps=max_steps)
        value = ends.value.reshape(s, starts)
        best, rows = np.argmin(value, axis=1), np.arange(s)
        z, lowest, rested = ends.z.reshape(s, starts, n)[rows, best], value[rows, best], np.zeros(s, bool)
        # From there, with a fresh estimate of the curvature, no way leads on.
        again = search(ground, rows, z, max_steps=max_steps)
        with np.errstate(invalid="ignore"):
            rested = again.rested & (lowest - again.value < REST)
        agreeing = (value <= again.value[:, None] + AGREE).sum(axis=1)
        return again.z, -again.value, rested, agreeing


def on_scale(posterior: Posterior, z: np.ndarray) -> np.ndarray:
    """Parameters [S, n] at z [S, n]."""
    return np.asarray(jax.vmap(posterior.constrained)(jax.numpy.asarray(z)))
