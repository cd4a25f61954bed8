"""Patches and a matrix product are the convolution."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.ops.patches import convolve, output_size, patches


@pytest.mark.parametrize(("k", "stride"), [(8, 4), (4, 2), (3, 2), (4, 4)])
def test_equals_lax_conv_in_value_and_gradient(key, k, stride):
    image = jax.random.normal(key, (21, 18, 3))
    kernel = jax.random.normal(jax.random.fold_in(key, 1), (k, k, 3, 5)) / k

    def both(image, kernel):
        return [convolve(image, kernel, stride, by_patches=way) for way in (True, False)]

    ours, theirs = both(image, kernel)
    assert ours.shape == (output_size(21, k, stride), output_size(18, k, stride), 5)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    gradients = [
        jax.grad(lambda i, w, n=n: jnp.square(both(i, w)[n]).sum(), argnums=(0, 1))(image, kernel) for n in (0, 1)
    ]
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4), *gradients)


def test_patches_are_the_pixels_in_reading_order():
    image = jnp.arange(16.0).reshape(4, 4, 1)
    np.testing.assert_array_equal(patches(image, 2, 2)[1, 0], [8, 9, 12, 13])
    np.testing.assert_array_equal(patches(image, 3, 1)[0, 1], [1, 2, 3, 5, 6, 7, 9, 10, 11])


def test_what_does_not_fill_a_patch_is_cut_off():
    assert patches(jnp.zeros((7, 9, 2)), 4, 2).shape == (2, 3, 32)
