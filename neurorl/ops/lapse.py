"""Lapses: now and then a choice is made without looking."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from neurorl.core.policy import ILLEGAL


def lapse(logits: Float[Array, " n"], legal: Bool[Array, " n"], epsilon: Float[Array, ""]) -> Float[Array, " n"]:
    """Log-probabilities of a policy that answers at random with probability epsilon.

    log[(1 - epsilon) softmax(logits) + epsilon / n_legal] over the legal answers, `ILLEGAL` for the
    others. Wilson & Collins 2019.

    Args:
        logits: preferences, already `ILLEGAL` where not legal.
        legal: the answers that a lapse draws from.
        epsilon: lapse rate.
    """
    # In logs and away from 0 and 1, so that neither value nor gradient overflows at the ends.
    epsilon = jnp.clip(epsilon, 1e-9, 1.0 - 1e-6)
    guided = jnp.log1p(-epsilon) + jax.nn.log_softmax(logits)
    guess = jnp.log(epsilon) - jnp.log(jnp.sum(legal))
    return jnp.where(legal, jnp.logaddexp(guided, guess), ILLEGAL)
