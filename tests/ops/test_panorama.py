"""The view: where cross and objects stand in it, and that turning shifts it."""

import jax.numpy as jnp
import numpy as np

from neurorl.ops.panorama import FIELD, SCREEN, azimuths, covered, view

PICTURES = jnp.stack([jnp.full((20, 20, 3), value, jnp.uint8) for value in (0, 255)])


def see(heading=0.0, cross=False, objects=False, left=0, right=1):
    return np.asarray(
        view(jnp.asarray(heading), 24, 48, cross, objects, PICTURES, jnp.asarray(left), jnp.asarray(right), 16.25)
    )


def test_straight_ahead_the_screen_fills_the_view():
    np.testing.assert_allclose(see()[:, 1:-1], SCREEN, atol=1e-6)


def test_the_cross_is_red_and_in_the_middle():
    seen = see(cross=True)
    red = np.abs(seen - SCREEN).max(axis=2) > 0.1
    rows, columns = np.nonzero(red)
    assert rows.mean() == 11.5 and columns.mean() == 23.5
    assert seen[11, 23, 0] > seen[11, 23, 1] + 0.4  # an arm two degrees thick covers most of a pixel


def test_objects_stand_left_and_right_and_change_sides():
    seen = see(objects=True)
    black = np.nonzero((seen == 0).all(axis=(0, 2)) | (seen[12] == 0).all(axis=1))[0]
    white = np.nonzero((seen[12] == 1).all(axis=1))[0]
    assert len(black) == len(white) == 20 and black.max() < white.min()
    np.testing.assert_allclose(azimuths(jnp.asarray(0.0), 48)[black].mean(), -16.25, atol=FIELD / 48)
    np.testing.assert_allclose(azimuths(jnp.asarray(0.0), 48)[white].mean(), 16.25, atol=FIELD / 48)
    swapped = see(objects=True, left=1, right=0)
    assert (swapped[12, black] == 1).all() and (swapped[12, white] == 0).all()


def test_turning_by_whole_pixels_shifts_the_view():
    pixel = FIELD / 48
    np.testing.assert_allclose(see(5 * pixel, cross=True)[:, :-5], see(0.0, cross=True)[:, 5:], atol=1e-5)


def test_turning_by_less_than_a_pixel_is_seen():
    assert np.abs(see(0.3, cross=True) - see(0.0, cross=True)).max() > 0.05


def test_away_from_the_screen_there_is_wall_that_tells_left_from_right():
    left, right = see(-120.0, cross=True, objects=True), see(120.0, cross=True, objects=True)
    assert np.abs(left - right).max() > 0.2 and (left < SCREEN).all()


def test_coverage_of_a_strip_sums_to_its_width():
    offset = (jnp.arange(40) - 19.3) * 0.5
    np.testing.assert_allclose(covered(offset, 3.0, 0.5).sum() * 0.5, 6.0, rtol=1e-6)
