"""Dynamic programming on a deterministic map whose states pay on entry."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int


def action_values(
    successors: Int[Array, "n n_actions"], payments: Float[Array, " n"], value: Float[Array, " n"]
) -> Float[Array, "n n_actions"]:
    """Q(s, a) = r(s') + V(s') with s' = successors[s, a], reward units."""
    return (payments + value)[successors]


def finite_horizon(
    successors: Int[Array, "n n_actions"], payments: Float[Array, " n"], horizon: int
) -> Float[Array, "horizon+1 n"]:
    """What the best walk of k = 0, ..., horizon steps earns from each state.

    V_0 = 0;  V_k(s) = max_a [ r(s') + V_{k-1}(s') ]  (Bellman 1957; Sutton & Barto 2018, eq. 4.10 without discounting).

    Args:
        successors: where each answer leads.
        payments: what entering each state pays, reward units.
        horizon: most steps.
    """

    def one_more(value: Float[Array, " n"], _: None) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
        longer = action_values(successors, payments, value).max(axis=1)
        return longer, longer

    nothing = jnp.zeros_like(payments)
    return jnp.concatenate([nothing[None], jax.lax.scan(one_more, nothing, None, length=horizon)[1]])
