"""Dopamine neurons: a prediction error as a firing rate that cannot fall below zero.

Neurons fire at a few spikes a second when nothing is amiss, so a positive error has far more room than a negative one:
dips saturate. The numbers (5 Hz at rest, 20 Hz per unit of reward) are choices of this project.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

AT_REST = 5.0  # Hz
PER_ERROR = 20.0  # Hz per reward unit


def firing_rate(
    rpe: Float[Array, "..."],
    *,
    at_rest: float = AT_REST,
    per_error: float = PER_ERROR,
    gain: Float[Array, ""] | float = 1.0,
    linear: bool = False,
) -> Float[Array, "..."]:
    """DA = gain max(0, DA_0 + k rpe), Hz; with `linear` the floor is left out."""
    rate = at_rest + per_error * rpe
    return gain * (rate if linear else jnp.maximum(rate, 0.0))


def taught_error(
    rate: Float[Array, "..."],
    *,
    at_rest: float = AT_REST,
    per_error: float = PER_ERROR,
    gain: Float[Array, ""] | float = 1.0,
) -> Float[Array, "..."]:
    """What synapses learn of the error: (DA - gain DA_0) / k, reward units.

    They are used to the rate at rest, lesioned or not, so that a lesion teaches nothing rather than depressing all.
    """
    return (rate - gain * at_rest) / per_error
