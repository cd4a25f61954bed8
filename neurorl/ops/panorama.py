"""A first-person view of a wall all round with a screen on it, rendered in JAX.

The view is a window onto a 360-degree panorama in which a column of pixels is an angle of azimuth (a cylinder unrolled,
without perspective), so that turning shifts the picture. The screen lies around azimuth 0 and fills the view that looks
straight at it; the wall beside it changes its colour with azimuth, so that it tells where one looks. Colours are RGB
within 0 to 1. Edges cover parts of pixels, so that turns of less than a pixel can be seen.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, Int, UInt8

from neurorl.ops.gaze import wrap

FIELD = 65.0  # degrees that the screen subtends, and the view shows
SCREEN = 0.75  # grey of the screen
CROSS = (0.9, 0.05, 0.05)
ARM, THICK = 4.0, 1.0  # half the length and half the thickness of the cross's arms, degrees


def azimuths(heading: Float[Array, ""], width: int) -> Float[Array, " width"]:
    """The azimuth of each column of a view, degrees."""
    return wrap(heading + (jnp.arange(width) - (width - 1) / 2) * (FIELD / width))


def surroundings(azimuth: Float[Array, " width"]) -> Float[Array, "width 3"]:
    """The colour of each column without cross and objects: screen, or wall."""
    turn = jnp.deg2rad(azimuth)
    wall = jnp.stack([0.35 + 0.2 * jnp.sin(turn), 0.3 + 0.2 * jnp.cos(turn), 0.35 - 0.2 * jnp.sin(turn)], axis=-1)
    pixel = FIELD / azimuth.shape[0]
    on_screen = covered(azimuth, FIELD / 2, pixel)[:, None]
    return wall + on_screen * (SCREEN - wall)


def covered(offset: Array, half: float, pixel: float) -> Array:
    """The share of a pixel `offset` degrees from the middle of a strip that the strip of this half-width covers."""
    return jnp.clip((half + pixel / 2 - jnp.abs(offset)) / pixel, 0.0, 1.0)


def cross(azimuth: Float[Array, " width"], height: int) -> Float[Array, "height width"]:
    """How much of each pixel the fixation cross covers."""
    pixel = FIELD / azimuth.shape[0]
    elevation = (jnp.arange(height) - (height - 1) / 2) * pixel
    thin, long = (covered(azimuth, half, pixel) for half in (THICK, ARM))
    thin_up, long_up = (covered(elevation, half, pixel)[:, None] for half in (THICK, ARM))
    return jnp.maximum(thin * long_up, long * thin_up)


def view(
    heading: Float[Array, ""],
    height: int,
    width: int,
    show_cross: Array,
    show_objects: Array,
    pictures: UInt8[Array, "n size size 3"],
    left: Int[Array, ""],
    right: Int[Array, ""],
    target: Float[Array, ""],
) -> Float[Array, "height width 3"]:
    """What one sees when looking at `heading`.

    Args:
        heading: degrees.
        height, width: of the view, pixels; `FIELD` degrees are `width` pixels.
        show_cross, show_objects: whether they are on the screen.
        pictures: the table of pictures, columns first ([n, column, row, 3]).
        left, right: which of them stand on the left and on the right.
        target: their distance from the middle of the screen, degrees.
    """
    azimuth = azimuths(heading, width)
    seen = jnp.broadcast_to(surroundings(azimuth), (height, width, 3))
    red = (cross(azimuth, height) * show_cross)[..., None]
    seen = seen + red * (jnp.asarray(CROSS) - seen)
    size = pictures.shape[1]
    which = jnp.where(azimuth < 0, left, right)
    offset = azimuth - jnp.where(azimuth < 0, -target, target)
    column = jnp.floor(offset / (FIELD / width) + size / 2).astype(jnp.int32)
    inside = (column >= 0) & (column < size) & show_objects
    drawn = pictures[which, jnp.clip(column, 0, size - 1)]  # [width, rows, 3]
    drawn = drawn.transpose(1, 0, 2).astype(seen.dtype) / 255
    above = (height - size) // 2
    middle = jnp.where(inside[:, None], drawn, seen[above : above + size])
    return jnp.concatenate([seen[:above], middle, seen[above + size :]])
