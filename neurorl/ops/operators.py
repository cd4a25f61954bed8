"""Linear operators on choice probabilities (Bush & Mosteller 1951)."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


def reward_penalty(
    p: Float[Array, " n"],
    chosen: Float[Array, " n"],
    received: Float[Array, ""],
    alpha_reward: Float[Array, ""],
    alpha_none: Float[Array, ""],
    legal: Bool[Array, " n"],
) -> Float[Array, " n"]:
    """One event of linear reward-penalty learning.

    p <- p + alpha_reward r (e - p) + alpha_none (1 - r) (u - p), with e the one-hot code of what was chosen and u even
    over the other legal actions. Where there is no other, nothing changes.

    Args:
        p: probabilities of the actions.
        chosen: e.
        received: r, from 0 (nothing) to 1 (a reward).
        alpha_reward, alpha_none: step sizes; alpha_none = 0 is reward-inaction.
        legal: the actions that can be chosen.
    """
    others = legal * (1.0 - chosen)
    n = jnp.sum(others)
    away = jnp.where(n > 0, others / jnp.maximum(n, 1.0), p)
    return p + alpha_reward * received * (chosen - p) + alpha_none * (1.0 - received) * (away - p)
