"""Recurrent cells: one step of an LSTM, a GRU and a vanilla RNN.

Weights act on the concatenation of input and hidden state, so that a step is one matrix product.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


def lstm(
    weight: Float[Array, "n_in+n 4*n"],
    bias: Float[Array, " 4*n"],
    x: Float[Array, " n_in"],
    h: Float[Array, " n"],
    c: Float[Array, " n"],
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Long short-term memory without peepholes; gates in the order i, f, o, candidate.

    i, f, o = sigmoid(W x + b); c' = f c + i tanh(W x + b); h' = o tanh(c').
    Hochreiter & Schmidhuber 1997; Wang et al. 2018, Methods.

    Returns:
        hidden state h' and cell state c'.
    """
    n = h.shape[-1]
    z = jnp.concatenate([x, h]) @ weight + bias
    i, f, o = jnp.split(jax.nn.sigmoid(z[: 3 * n]), 3)
    c = f * c + i * jnp.tanh(z[3 * n :])
    return o * jnp.tanh(c), c


def gru(
    weight: Float[Array, "n_in+n 2*n"],
    bias: Float[Array, " 2*n"],
    weight_candidate: Float[Array, "n_in+n n"],
    bias_candidate: Float[Array, " n"],
    x: Float[Array, " n_in"],
    h: Float[Array, " n"],
) -> Float[Array, " n"]:
    """Gated recurrent unit: h' = (1-z) h + z tanh(W [x, r h] + b). Cho et al. 2014."""
    z, r = jnp.split(jax.nn.sigmoid(jnp.concatenate([x, h]) @ weight + bias), 2)
    candidate = jnp.tanh(jnp.concatenate([x, r * h]) @ weight_candidate + bias_candidate)
    return (1 - z) * h + z * candidate


def vanilla(
    weight: Float[Array, "n_in+n n"], bias: Float[Array, " n"], x: Float[Array, " n_in"], h: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Elman network: h' = tanh(W [x, h] + b). Elman 1990."""
    return jnp.tanh(jnp.concatenate([x, h]) @ weight + bias)
