"""Working memory beside a slow process: how the two are kept and mixed (Collins & Frank 2012; Collins 2025).

Memory holds the last outcome of every picture-key pair and loses it by and by; a slow process learns the same
pairs a little at a time. With a set of n pictures memory is trusted with weight w = rho min(1, K / n).
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

BETA = 25.0  # inverse temperature of both policies, 1/reward; fixed in Collins 2025


def memory_weight(rho: Float[Array, ""], capacity: Float[Array, ""], set_size: Float[Array, ""]) -> Float[Array, ""]:
    """Weight of memory in the policy: w = rho min(1, K / n)."""
    return rho * jnp.minimum(1.0, capacity / set_size)


def remember(
    memory: Float[Array, "pictures keys"],
    here: Float[Array, "pictures keys"],
    reward: Float[Array, ""],
    rate: Float[Array, ""] | float,
    forgetting: Float[Array, ""],
) -> Float[Array, "pictures keys"]:
    """All of memory fades towards 1 / keys, then the pair that was met takes up its outcome.

    M <- M + phi (1 / keys - M);  M[s, a] <- M[s, a] + rate (r - M[s, a]).

    Args:
        memory: M, reward units.
        here: 1 at the pair that was met, else 0 (all 0 leaves only the fading).
        reward: r.
        rate: share of the outcome that is taken up.
        forgetting: phi.
    """
    faded = memory + forgetting * (1.0 / memory.shape[1] - memory)
    return faded + rate * here * (reward - faded)


def mixed_logits(
    memory: Float[Array, " keys"],
    slow: Float[Array, " keys"],
    repeated: Float[Array, " keys"],
    stick: Float[Array, ""],
    weight: Float[Array, ""],
    lapse: Float[Array, ""],
) -> Float[Array, " keys"]:
    """Log-probabilities of the keys under a mixture of two softmax policies and lapses.

    p = epsilon / keys + (1 - epsilon) [w softmax(beta (M + kappa c)) + (1 - w) softmax(beta (Q + kappa c))].

    Args:
        memory, slow: M and Q of the picture that is shown, reward units.
        repeated: c, 1 at the key pressed last, whatever the picture.
        stick: kappa.
        weight: w.
        lapse: epsilon.
    """
    of_memory = jax.nn.softmax(BETA * (memory + stick * repeated))
    of_slow = jax.nn.softmax(BETA * (slow + stick * repeated))
    guided = weight * of_memory + (1.0 - weight) * of_slow
    # A probability that underflows keeps a finite logarithm and gradient.
    return jnp.log(jnp.maximum((1.0 - lapse) * guided + lapse / memory.shape[0], 1e-30))
