"""Layers of weights: x W + b."""

from itertools import pairwise

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray


class Layer(eqx.Module):
    """Weights W and bias b of one layer."""

    weight: Float[Array, "n_in n_out"]
    bias: Float[Array, " n_out"]


def dense_layers(key: PRNGKeyArray, sizes: tuple[int, ...]) -> tuple[Layer, ...]:
    """Layers from sizes[0] inputs to sizes[-1] outputs; weights and biases uniform within +-1/sqrt(n_in)."""
    layers = []
    for each, (n_in, n_out) in zip(jax.random.split(key, len(sizes) - 1), pairwise(sizes), strict=True):
        drawn = jax.random.uniform(each, (n_in + 1, n_out), minval=-1.0, maxval=1.0) / n_in**0.5
        layers.append(Layer(drawn[:-1], drawn[-1]))
    return tuple(layers)


def dense(layer: Layer, x: Float[Array, "*batch n_in"]) -> Float[Array, "*batch n_out"]:
    """x W + b."""
    return x @ layer.weight + layer.bias
