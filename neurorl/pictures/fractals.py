"""Fractal pictures as they are made for monkeys: superimposed polygons whose edges are bent again and again.

After Miyashita et al. 1991. Departs from them: the midpoint of an edge is moved along the radius, so that a figure
is a closed curve r(angle) and is filled by comparing radii.
"""

import numpy as np


def draw_fractals(n: int, *, size: int, seed: int) -> np.ndarray:
    """`n` fractals on white, uint8 [n, size, size, 3]; the same for the same seed."""
    rng = np.random.default_rng([seed, size])
    across = (np.arange(size) + 0.5) * 2 / size - 1
    x, y = np.meshgrid(across, -across)
    radius, angle = np.hypot(x, y), np.mod(np.arctan2(y, x), 2 * np.pi)
    return np.stack([_fractal(rng, radius, angle) for _ in range(n)])


def _fractal(rng: np.random.Generator, radius: np.ndarray, angle: np.ndarray) -> np.ndarray:
    picture = np.full((*radius.shape, 3), 255, np.uint8)
    n_figures = int(rng.integers(2, 5))
    outer = np.sort(rng.uniform(0.25, 0.95, n_figures))[::-1]  # large figures lie below small ones
    for reach in outer:
        picture[radius < _outline(rng, reach, angle)] = rng.integers(0, 230, 3)
    return picture


def _outline(rng: np.random.Generator, reach: float, angle: np.ndarray) -> np.ndarray:
    """The radius of a bent polygon at each angle; it reaches out as far as `reach`."""
    n_edges, bends = int(rng.integers(3, 9)), rng.uniform(-0.6, 0.6, 3)
    r = np.ones(n_edges)
    for bend in bends:  # the midpoint of every edge moves in or out by the same share, so that the figure is regular
        middle = (r + np.roll(r, -1)) / 2 * (1 + bend)
        r = np.stack([r, middle], axis=1).ravel()
    turns = np.linspace(0, 2 * np.pi, len(r) + 1)
    start = rng.uniform(0, 2 * np.pi)
    closed = np.append(r, r[0]) * reach / r.max()
    return np.interp(np.mod(angle + start, 2 * np.pi), turns, closed)
