"""Layers of spiking neurons that learn from errors of their own (DECOLLE; Kaiser, Mostafa & Neftci 2020).

One step of a layer with inputs S_in (0 or 1), weights W and bias b:

    P <- alpha P + (1 - alpha) Q;  Q <- beta Q + (1 - beta) gain S_in      trace of each input (Q of the step before)
    U = P W + b + R;  S = 1[U > 0]                                        membrane and spikes
    R <- a_r R - (1 - a_r) w_r S                                          refractoriness, from the next step on
    y = S G + c                                                           read-out with fixed random weights

and with the error e = G (y - y*) of each neuron under the loss |y - y*|^2 / 2, the spike's derivative replaced by
s(U) = 1 / (10 |U| + 1)^2, the change of a weight is a product of three factors:

    dL/dW_ji = P_j s(U_i) e_i;     dL/db_i = s(U_i) e_i

Past states are constants in this derivative, so that nothing of the past is kept.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.ops.dense import Layer, dense

ALPHA, BETA = 0.97, 0.92  # of P and Q; time constants of 33 and 12.5 steps
REFRACTORY, W_REFRACTORY = 0.65, 1.0


class Neurons(eqx.Module):
    """The state of a layer: traces of its inputs, and refractoriness, membrane and spikes of its neurons."""

    q: Float[Array, " n_in"]
    p: Float[Array, " n_in"]
    r: Float[Array, " n"]
    u: Float[Array, " n"]
    s: Float[Array, " n"]

    @staticmethod
    def at_rest(layer: Layer) -> "Neurons":
        """A layer before its first input."""
        inputs, neurons = jnp.zeros_like(layer.weight[:, 0]), jnp.zeros_like(layer.bias)
        return Neurons(inputs, inputs, neurons, neurons, neurons)


def membrane(
    layer: Layer, before: Neurons, s_in: Float[Array, " n_in"], gain: float
) -> tuple[Float[Array, " n_in"], Float[Array, " n_in"], Float[Array, " n"], Float[Array, " n"]]:
    """Q, P, R and U after a step with these inputs."""
    p = ALPHA * before.p + (1 - ALPHA) * before.q
    q = BETA * before.q + (1 - BETA) * gain * s_in
    r = REFRACTORY * before.r - (1 - REFRACTORY) * W_REFRACTORY * before.s
    return q, p, r, dense(layer, p) + r


def spikes(u: Float[Array, " n"]) -> Float[Array, " n"]:
    """1 where the membrane is above 0."""
    return (u > 0).astype(u.dtype)


def surrogate(u: Float[Array, " n"]) -> Float[Array, " n"]:
    """What stands for the derivative of a spike with respect to the membrane."""
    return 1.0 / (10.0 * jnp.abs(u) + 1.0) ** 2


def local_error(
    readout: Layer, s: Float[Array, " n"], target: Float[Array, " n_out"]
) -> tuple[Float[Array, " n"], Float[Array, " n_out"]]:
    """The error of each neuron, through the read-out, and the read-out itself."""
    y = dense(readout, s)
    return readout.weight @ (y - target), y


def three_factors(pre: Float[Array, "n n_in"], post: Float[Array, "n n_out"], error: Float[Array, "n n_out"]) -> Layer:
    """The gradient of weights and bias, mean over n bodies: pre x post x error."""
    local = post * error
    return Layer(jax.lax.dot(pre.T, local) / pre.shape[0], local.mean(axis=0))
