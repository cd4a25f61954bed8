"""The delta rule: values move towards what was received, those left alone drift back.

All functions act on one row of values, one entry a stimulus or an action.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float


def delta_rule(
    values: Float[Array, " n"],
    present: Float[Array, " n"],
    received: Float[Array, ""],
    alpha: Float[Array, ""] | Float[Array, " n"],
) -> tuple[Float[Array, " n"], Float[Array, ""]]:
    """One step of the Rescorla-Wagner rule.

    rpe = r - sum_i x_i v_i;  v_i <- v_i + alpha_i x_i rpe. For a choice, x is the one-hot code of the
    chosen action (Neftci & Averbeck 2019, eq. 1); for cues in compound it marks those present
    (Rescorla & Wagner 1972).

    Args:
        values: v, reward units.
        present: x, 1 for what was chosen or shown, 0 for the rest.
        received: r, reward units (dopamine stimulation included).
        alpha: learning rate, one for all or one each.

    Returns:
        the new values and the reward prediction error, reward units.
    """
    rpe = received - jnp.sum(present * values)  # not a dot product: those do not fuse
    return values + alpha * present * rpe, rpe


def delta_by_sign(
    values: Float[Array, " n"],
    present: Float[Array, " n"],
    received: Float[Array, ""],
    alpha_pos: Float[Array, ""],
    alpha_neg: Float[Array, ""],
) -> tuple[Float[Array, " n"], Float[Array, ""]]:
    """`delta_rule` at the rate alpha_pos where the prediction error is positive, else alpha_neg (Niv et al. 2012).

    Returns:
        the new values and the reward prediction error, reward units.
    """
    rpe = received - jnp.sum(present * values)
    return values + jnp.where(rpe > 0, alpha_pos, alpha_neg) * present * rpe, rpe


def forget(
    values: Float[Array, " n"], present: Float[Array, " n"], rest: Float[Array, ""] | float, rate: Float[Array, ""]
) -> Float[Array, " n"]:
    """Values of what was not chosen drift back: v_i <- v_i + rate (1 - x_i) (rest - v_i). Ito & Doya 2009."""
    return values + rate * (1.0 - present) * (rest - values)
