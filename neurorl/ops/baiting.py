"""Baited arms: a reward that waits grows more likely the longer its arm was left alone.

An arm is baited with probability p0 on every trial and a bait waits until it is taken, so that after n trials
on the other arm

    p(n) = 1 - (1 - p0)^(n + 1)

(discrete variable-interval schedule; Herrnstein 1961; Houston & McNamara 1981; Wang et al. 2018, simulation 1).
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, Int


def baited(p0: Float[Array, "*n"], waited: Int[Array, "*n"] | Float[Array, "*n"]) -> Float[Array, "*n"]:
    """Probability that an arm pays now, `waited` trials since it was last chosen (0 right after)."""
    return 1.0 - (1.0 - p0) ** (waited + 1)


def wait(waited: Int[Array, " n"], chosen: Int[Array, ""]) -> Int[Array, " n"]:
    """The waits after a choice: 0 for the chosen arm, one more for every other."""
    return jnp.where(jnp.arange(waited.shape[0]) == chosen, 0, waited + 1)


def cycle_rate(p_rich: Float[Array, "*n"], p_poor: Float[Array, "*n"], rich: Float[Array, "*n"]) -> Float[Array, "*n"]:
    """Reward per trial of a cycle: `rich` >= 1 trials on the richer arm, one on the poorer.

    Houston & McNamara (1981) show that the best cycle of this kind is the best of all policies.
    """
    first, poor = baited(p_rich, jnp.asarray(1.0)), baited(p_poor, rich)
    return (first + (rich - 1) * p_rich + poor) / (rich + 1)
