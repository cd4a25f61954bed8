"""Choosing by values: softly, or greedily with ties split; now and then without looking."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from neurorl.core.policy import ILLEGAL
from neurorl.ops.lapse import lapse


def value_logits(
    q: Float[Array, " n"],
    legal: Bool[Array, " n"],
    beta: Float[Array, ""],
    epsilon: Float[Array, ""],
    *,
    greedy: bool = False,
) -> Float[Array, " n"]:
    """Log-probabilities of (1 - epsilon) softmax(beta q) + epsilon / n_legal over the legal answers.

    Args:
        q: value of each answer, reward units.
        legal: which answers are accepted.
        beta: inverse temperature, 1 / reward units; without influence where greedy.
        epsilon: how often an answer is drawn at random.
        greedy: in place of the softmax, one of the best answers, each equally often (epsilon-greedy).
    """
    if greedy:
        return lapse(jnp.where(legal & (q >= best_value(q, legal)), 0.0, ILLEGAL), legal, epsilon)
    return lapse(jnp.where(legal, beta * q, ILLEGAL), legal, epsilon)


def best_value(q: Float[Array, "*n a"], legal: Bool[Array, "*n a"]) -> Float[Array, " *n"]:
    """The value of the best legal answer."""
    return jnp.max(q, axis=-1, where=legal, initial=-jnp.inf)
