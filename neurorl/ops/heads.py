"""What the recurrent actor-critics share: initial weights, policy and value read from the hidden units, latents."""

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.policy import Categorical


class Latents(eqx.Module):
    """Value of the state before the action (reward units) and the activity of the hidden units."""

    value: Float[Array, ""]
    h: Float[Array, " n"]


def recurrent_weights(key: PRNGKeyArray, n_in: int, n: int, n_out: int, scale: float) -> Float[Array, "n_in+n n_out"]:
    """Initial weights of a cell on [input, hidden state]: uniform within +-scale/sqrt(n)."""
    bound = scale / n**0.5
    return jax.random.uniform(key, (n_in + n, n_out), minval=-bound, maxval=bound)


def head_weights(key: PRNGKeyArray, n: int, n_actions: int) -> Float[Array, "n n_actions+1"]:
    """Initial weights of the heads, policy logits then the value: normal with standard deviation 1/sqrt(n)."""
    return jax.random.normal(key, (n, n_actions + 1)) / n**0.5


def policy_and_value(
    heads: Float[Array, "n n_actions+1"], bias: Float[Array, " n_actions+1"], h: Float[Array, " n"]
) -> tuple[Categorical, Float[Array, ""]]:
    """Policy softmax(W_pi h + b_pi) and value w_v . h + b_v, as one matrix product (Wang et al. 2018, Methods)."""
    out = h @ heads + bias
    return Categorical(out[:-1]), out[-1]
