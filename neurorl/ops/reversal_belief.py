"""Belief about which one of several options is the good one, when the good one changes now and then."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


def after_outcome(
    belief: Float[Array, "*n"],
    chosen: Float[Array, "*n"],
    rewarded: Bool[Array, ""],
    p_good: float | Float[Array, ""],
) -> Float[Array, "*n"]:
    """Bayes' rule after one outcome: b'(z) is proportional to b(z) P(r | chosen, z).

    P(reward | chosen, z) = p_good where z is the chosen option, 1 - p_good where it is another.

    Args:
        belief: probability of each option being the good one; sums to 1.
        chosen: one-hot over the options.
        rewarded: whether the choice paid.
        p_good: reward probability of the good option, strictly between 0 and 1.
    """
    p_reward = option_values(chosen, p_good)
    posterior = belief * jnp.where(rewarded, p_reward, 1 - p_reward)
    return posterior / posterior.sum()


def after_hazard(belief: Float[Array, "*n"], p_reversal: float | Float[Array, ""]) -> Float[Array, "*n"]:
    """The belief after a possible change: with probability p_reversal another option, any alike, becomes the good one.

    b'(z) = (1 - h) b(z) + h (1 - b(z)) / (n - 1).
    """
    return (1 - p_reversal) * belief + p_reversal * (1 - belief) / (belief.size - 1)


def option_values(belief: Float[Array, "*n"], p_good: float | Float[Array, ""]) -> Float[Array, "*n"]:
    """Reward probability of each option: V = p_good b + (1 - p_good) (1 - b)."""
    return p_good * belief + (1 - p_good) * (1 - belief)
