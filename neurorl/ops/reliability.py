"""Two systems predict the same reward, and the one that errs less is trusted more.

Each system keeps a running mean of its squared prediction errors, E. Its reliability is 1 / E, and the trust in the
first of two is its share of reliability to the power eta (Neftci & Averbeck 2019, "according to an ongoing
reliability estimate"; the form is a choice of this project, as the paper gives none).
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

LEAST = 1e-6  # squared reward units; below it systems count as equally good, and the logarithm stays finite


def error_trace(trace: Float[Array, ""], rpe: Float[Array, ""], rate: Float[Array, ""] | float) -> Float[Array, ""]:
    """E <- E + rate (rpe^2 - E): a running mean of squared errors, squared reward units."""
    return trace + rate * (rpe**2 - trace)


def shares(
    errors: Float[Array, " n"], eta: Float[Array, ""] | float, bias: Float[Array, " n"] | float = 0.0
) -> Float[Array, " n"]:
    """Weight of each of n systems: E_i^-eta / sum_j E_j^-eta, with a leaning in log-odds; they sum to 1."""
    return jax.nn.softmax(bias - eta * jnp.log(jnp.maximum(errors, LEAST)))


def trust(
    first: Float[Array, ""],
    second: Float[Array, ""],
    eta: Float[Array, ""] | float,
    bias: Float[Array, ""] | float = 0.0,
) -> Float[Array, ""]:
    """Weight of the first of two systems: E1^-eta / (E1^-eta + E2^-eta), as log-odds, plus a leaning.

    Args:
        first, second: running mean squared errors.
        eta: how much reliability counts; 0 leaves the leaning alone.
        bias: log-odds of the first system where both are equally reliable.
    """
    return shares(jnp.stack([first, second]), eta, jnp.stack([bias, jnp.zeros_like(bias)]))[0]
