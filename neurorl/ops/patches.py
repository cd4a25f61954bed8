"""Convolution as patches and a matrix product.

Inside a scan XLA's own convolutions are very slow on CPUs, where the same sum written as one matrix product runs at
the speed of that product; on a GPU they are the better choice. Both give the same numbers. Images are
[height, width, channels], kernels [k, k, channels, filters]; nothing is padded, what does not fill a patch is cut off.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def patches(image: Float[Array, "h w c"], k: int, stride: int) -> Float[Array, "rows columns k*k*c"]:
    """Every k x k patch, `stride` pixels apart, as a row of numbers in the order of a flattened kernel.

    Where k is a multiple of the stride the image is first cut into blocks of the stride's size, so that a patch is
    the few blocks it covers and not k x k strided pictures.
    """
    height, width, channels = image.shape
    rows, columns = output_size(height, k, stride), output_size(width, k, stride)
    if k % stride:
        parts = [
            image[i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride]
            for i in range(k)
            for j in range(k)
        ]
        return jnp.stack(parts, axis=2).reshape(rows, columns, k * k * channels)
    m = k // stride  # blocks along a side of a patch
    tall, wide = rows + m - 1, columns + m - 1
    blocks = image[: tall * stride, : wide * stride].reshape(tall, stride, wide, stride, channels)
    blocks = blocks.transpose(0, 2, 1, 3, 4)  # [tall, wide, stride, stride, channels]
    parts = jnp.stack(
        [jnp.stack([blocks[i : i + rows, j : j + columns] for j in range(m)], axis=3) for i in range(m)], axis=2
    )  # [rows, columns, m, stride, m, stride, channels]
    return parts.reshape(rows, columns, k * k * channels)


def output_size(length: int, k: int, stride: int) -> int:
    """How many patches fit along a side."""
    return (length - k) // stride + 1


def convolve(
    image: Float[Array, "h w c"],
    kernel: Float[Array, "k k c filters"],
    stride: int,
    *,
    by_patches: bool | None = None,
) -> Float[Array, "rows columns filters"]:
    """The image convolved with a kernel (a correlation, as in all network libraries), without padding.

    Args:
        image, kernel: what is convolved with what.
        stride: pixels between two patches.
        by_patches: how it is computed; by default by patches on a CPU and by `lax.conv` elsewhere.
    """
    if by_patches is None:
        by_patches = jax.default_backend() == "cpu"
    if by_patches:
        k, _, channels, filters = kernel.shape
        return patches(image, k, stride) @ kernel.reshape(k * k * channels, filters)
    return jax.lax.conv_general_dilated(
        image[None], kernel, (stride, stride), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )[0]
