"""A ground on which one parameter is held, at any value, without compiling anything anew."""

from typing import Any

import jax
import numpy as np

from neurorl.fit.search.evaluate import Point
from neurorl.fit.search.penalised import Ground
from neurorl.fit.search.quasi_newton import from_the_flats, search


class Held:
    """A ground whose parameter k stays where a climb begins: nothing pulls on it, and it bends with no other."""

    def __init__(self, ground: Ground, k: int, max_steps: int):
        self.places, self.length = ground.places, ground.length
        self._ground, self._k, self._max_steps = ground, k, max_steps

    def __call__(self, unit: np.ndarray, z: Any) -> Point:
        """As the ground, with nothing in the gradient and 1 in the information of the held parameter."""
        point = jax.device_get(self._ground(unit, z))
        others = (np.arange(z.shape[1]) != self._k).astype(float)
        information = point.information * np.outer(others, others) + np.diag(1 - others)
        return Point(point.x, point.log_lik, point.log_prior, point.gradient * others, information)

    def highest(self, unit: np.ndarray, value: np.ndarray, origins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where climbs end highest with the parameter held, z [L, n], and how high that is [L].

        Args:
            unit, value: [L] whose ground, and the unconstrained value at which the parameter is held.
            origins: [L, starts, n] where the climbs start.
        """
        n_rows, starts, n = origins.shape
        origins = origins.copy()
        origins[:, :, self._k] = value[:, None]
        whose = np.repeat(unit, starts)
        ends = search(self, whose, origins.reshape(-1, n), max_steps=self._max_steps)
        ends = from_the_flats(self, whose, ends, max_steps=self._max_steps)
        height = -ends.value.reshape(n_rows, starts)
        best, rows = height.argmax(axis=1), np.arange(n_rows)
        return ends.z.reshape(n_rows, starts, n)[rows, best], height[rows, best]
