"""Opponent pathways of the striatum: one learns to go, one not to go, and dopamine weighs them at choice.

Collins & Frank 2014 (OpAL); saturation and annealing as in later codes of the model.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float


def opponent_learning(
    weights: Float[Array, " n"],
    chosen: Float[Array, " n"],
    signal: Float[Array, ""],
    alpha: Float[Array, ""],
    *,
    hebbian: bool = True,
    saturation: float | None = None,
) -> Float[Array, " n"]:
    """One step of a pathway: w <- max(0, w + alpha w signal) for what was chosen.

    Args:
        weights: G or N, pure numbers that start at 1.
        chosen: 1 for what was chosen, 0 for the rest.
        signal: the prediction error for G, minus it for N (reward units).
        alpha: learning rate.
        hebbian: whether the weight itself is a factor (activity times dopamine). Without it both pathways learn the
            same with opposite sign, and dopamine at choice changes nothing.
        saturation: a weight S at which learning stops, by the factor 1 - w / S.
    """
    factor = weights if hebbian else jnp.ones_like(weights)
    if saturation is not None:
        factor = factor * (1.0 - weights / saturation)
    return jnp.maximum(weights + alpha * factor * chosen * signal, 0.0)


def opponent_act(
    go: Float[Array, " n"],
    no_go: Float[Array, " n"],
    beta: Float[Array, ""],
    rho: Float[Array, ""],
    gain_go: Float[Array, ""] | float = 1.0,
    gain_no_go: Float[Array, ""] | float = 1.0,
) -> Float[Array, " n"]:
    """Act = beta ((1 + rho) G - (1 - rho) N): high dopamine looks at benefits, low dopamine at costs."""
    return beta * ((1.0 + rho) * gain_go * go - (1.0 - rho) * gain_no_go * no_go)
