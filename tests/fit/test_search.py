"""Climbs on grounds that are written down: no agent, no data."""

from collections.abc import Callable

import numpy as np
from scipy.special import expit

from neurorl.fit.search.evaluate import Point
from neurorl.fit.search.quasi_newton import from_the_flats, search


class Ground:
    """One parameter in (0, 1); unit u is as high at x as heights[u] says, with its slope over x."""

    def __init__(self, heights: list[Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]]):
        self.heights, self.places, self.length = heights, 3, np.arange(len(heights))[::-1]

    def __call__(self, unit: np.ndarray, z: np.ndarray) -> Point:
        x = expit(z[:, 0])
        both = [self.heights[u](x[i]) for i, u in enumerate(unit)]
        height, slope = (np.array(part, float) for part in zip(*both, strict=True))
        score = slope * x * (1 - x)
        return Point(x[:, None], height, np.zeros(len(x)), score[:, None], 1 + (score**2)[:, None, None])


def hill(top: float) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    return lambda x: (-50 * (x - top) ** 2, -100 * (x - top))


def test_every_unit_is_climbed_to_its_own_top_in_whatever_order() -> None:
    ground = Ground([hill(top) for top in (0.2, 0.5, 0.9, 0.6)])
    unit = np.array([3, 0, 2, 1, 0])
    ends = search(ground, unit, np.zeros((5, 1)), max_steps=100)
    np.testing.assert_allclose(expit(ends.z[:, 0]), [0.6, 0.2, 0.9, 0.5, 0.2], atol=1e-5)
    assert ends.rested.all()


def test_a_parameter_that_was_thrown_to_its_end_comes_back_and_one_that_belongs_there_stays() -> None:
    def rising(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return 3 * x, np.asarray(3.0)

    ground = Ground([hill(0.3), rising, hill(0.7)])
    unit, far = np.arange(3), np.array([[18.0], [18.0], [-18.0]])
    ends = search(ground, unit, far, max_steps=100)
    assert ends.rested.all() and (np.abs(ends.z) > 17.9).all()  # x hardly moves with z there
    ends = from_the_flats(ground, unit, ends, max_steps=100)
    np.testing.assert_allclose(expit(ends.z[:, 0]), [0.3, 1.0, 0.7], atol=1e-5)
    assert ends.z[1, 0] == 18.0


def test_what_comes_back_to_a_lower_top_is_left_where_it_was() -> None:
    def two_tops(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The end is higher than the hill inside, though the way from the end leads down to it first."""
        near = x > 0.99
        return (np.where(near, 9 - 5 * x, -50 * (x - 0.5) ** 2), np.where(near, -5.0, -100 * (x - 0.5)))

    ground = Ground([two_tops])
    ends = search(ground, np.zeros(1, int), np.full((1, 1), 9.0), max_steps=100)
    before = ends.z.copy()
    ends = from_the_flats(ground, np.zeros(1, int), ends, max_steps=100)
    np.testing.assert_array_equal(ends.z, before)
