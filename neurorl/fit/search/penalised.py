"""Ground to climb with a further term: a posterior that is compiled once, and what is added to it in closed form.

A Jacobian or the Gaussian prior of a population changes from one call to the next. It is added here, in array code, so
that the pass through the recorded sessions is never compiled again.
"""

from collections.abc import Callable
from typing import Any, Protocol

import jax
import numpy as np

from neurorl.fit.search.evaluate import Point

Term = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


class Ground(Protocol):
    """What can be climbed: points of `places` lanes at a time; `length` [S] is how long reading each unit takes."""

    places: int
    length: np.ndarray

    def __call__(self, unit: np.ndarray, z: Any) -> Point:
        """Lane i reads the sessions of unit[i] at z[i]."""
        ...


class Tilted:
    """A ground plus a term.

    Attributes:
        term: (unit [p], z [p, n]) -> its value [p], its gradient [p, n] and minus its Hessian [p, n, n]. The value is
            counted as prior.
    """

    def __init__(self, ground: Ground, term: Term):
        self.places, self.length = ground.places, ground.length
        self._ground, self._term = ground, term

    def __call__(self, unit: np.ndarray, z: Any) -> Point:
        point = jax.device_get(self._ground(unit, z))
        value, gradient, curvature = self._term(unit, np.asarray(z))
        return Point(
            x=point.x,
            log_lik=point.log_lik,
            log_prior=point.log_prior + value,
            gradient=point.gradient + gradient,
            information=point.information + curvature,
        )


def everywhere(ground: Ground, unit: np.ndarray, z: np.ndarray, keep: Callable[[Point], Any] = lambda p: p) -> Any:
    """What to `keep` of the points of any number of lanes, as NumPy arrays."""
    n = len(unit)
    order = np.argsort(ground.length[unit], kind="stable")
    filled = order[np.arange(-(-n // ground.places) * ground.places) % n]  # the last call is filled up with repeats
    calls = [jax.device_get(keep(ground(unit[part], z[part]))) for part in filled.reshape(-1, ground.places)]
    back = np.argsort(order)
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[back], *calls)


def log_normal(z: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """The log density of independent Gaussians at z [S, n], nats [S]: mean [S, n], variance [n]."""
    return -0.5 * ((z - mean) ** 2 / variance + np.log(2 * np.pi * variance)).sum(axis=1)


def gaussian(mean: np.ndarray, variance: np.ndarray) -> Term:
    """The log density of independent Gaussians over z: mean [S, n] of each unit, variance [n]."""
    n = mean.shape[1]

    def term(unit: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        off = (z - mean[unit]) / variance
        value = log_normal(z, mean[unit], variance)
        # A point's information holds the unit matrix in place of a prior; this prior takes its place.
        return value, -off, np.broadcast_to(np.diag(1 / variance) - np.eye(n), (len(z), n, n))

    return term
