"""Recurrent cells: one step of an LSTM, a GRU and a vanilla RNN.

Weights act on the concatenation of input and hidden state, so that a step is one matrix product.

The gates carry derivatives of their own (`jax.custom_jvp`): the derivative is stated in terms of the activities of the
gates, so that differentiation through time keeps fewer arrays a step and trains faster (benchmarks/README.md). Forward
and reverse mode and higher derivatives all work.
"""

from typing import Any

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
    return _lstm_gates(jnp.concatenate([x, h]) @ weight + bias, c)


@jax.custom_jvp
def _lstm_gates(z: Float[Array, " 4*n"], c: Float[Array, " n"]) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """h' and c' from the input to the gates and the cell state."""
    n = c.shape[-1]
    i, f, o = jnp.split(jax.nn.sigmoid(z[: 3 * n]), 3)
    c = f * c + i * jnp.tanh(z[3 * n :])
    return o * jnp.tanh(c), c


@_lstm_gates.defjvp
def _lstm_gates_jvp(primals: Any, tangents: Any) -> Any:
    (z, c), (dz, dc) = primals, tangents
    n = c.shape[-1]
    gates = jax.nn.sigmoid(z[: 3 * n])
    i, f, o = jnp.split(gates, 3)
    slope_i, slope_f, slope_o = jnp.split(gates * (1 - gates), 3)
    candidate = jnp.tanh(z[3 * n :])
    c_next = f * c + i * candidate
    squashed = jnp.tanh(c_next)
    dz_i, dz_f, dz_o, dz_candidate = jnp.split(dz, 4)
    dc_next = f * dc + (candidate * slope_i) * dz_i + (c * slope_f) * dz_f + (i * (1 - candidate**2)) * dz_candidate
    dh = (squashed * slope_o) * dz_o + (o * (1 - squashed**2)) * dc_next
    return (o * squashed, c_next), (dh, dc_next)


def gru(
    weight: Float[Array, "n_in+n 2*n"],
    bias: Float[Array, " 2*n"],
    weight_candidate: Float[Array, "n_in+n n"],
    bias_candidate: Float[Array, " n"],
    x: Float[Array, " n_in"],
    h: Float[Array, " n"],
) -> Float[Array, " n"]:
    """Gated recurrent unit: h' = (1-z) h + z tanh(W [x, r h] + b). Cho et al. 2014."""
    z, r = jnp.split(jnp.concatenate([x, h]) @ weight + bias, 2)
    return _gru_mix(z, jnp.concatenate([x, _gru_reset(r, h)]) @ weight_candidate + bias_candidate, h)


@jax.custom_jvp
def _gru_reset(r: Float[Array, " n"], h: Float[Array, " n"]) -> Float[Array, " n"]:
    """The hidden state behind the reset gate, from the input to the gate."""
    return jax.nn.sigmoid(r) * h


@_gru_reset.defjvp
def _gru_reset_jvp(primals: Any, tangents: Any) -> Any:
    (r, h), (dr, dh) = primals, tangents
    gate = jax.nn.sigmoid(r)
    return gate * h, gate * dh + (h * gate * (1 - gate)) * dr


@jax.custom_jvp
def _gru_mix(z: Float[Array, " n"], candidate: Float[Array, " n"], h: Float[Array, " n"]) -> Float[Array, " n"]:
    """h' from the inputs to the update gate and to the candidate."""
    z = jax.nn.sigmoid(z)
    return (1 - z) * h + z * jnp.tanh(candidate)


@_gru_mix.defjvp
def _gru_mix_jvp(primals: Any, tangents: Any) -> Any:
    (z, candidate, h), (dz, d_candidate, dh) = primals, tangents
    z, candidate = jax.nn.sigmoid(z), jnp.tanh(candidate)
    slope_z, slope_candidate = (candidate - h) * z * (1 - z), z * (1 - candidate**2)
    return (1 - z) * h + z * candidate, (1 - z) * dh + slope_z * dz + slope_candidate * d_candidate


def vanilla(
    weight: Float[Array, "n_in+n n"], bias: Float[Array, " n"], x: Float[Array, " n_in"], h: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Elman network: h' = tanh(W [x, h] + b). Elman 1990."""
    return jnp.tanh(jnp.concatenate([x, h]) @ weight + bias)
