"""What a recurrent network sees at a step: the observation, its last action and its last reward."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Discrete, Spaces


def encoded_size(spaces: Spaces) -> int:
    """Number of entries of `encode`; raises `DoesNotFit` for observations that are not vectors."""
    n_actions = spaces.discrete_action().n
    if isinstance(spaces.obs, Discrete):
        return spaces.obs.n + n_actions + 1
    if len(spaces.obs.shape) != 1:
        raise DoesNotFit(f"This network reads codes or vectors, but the observations have shape {spaces.obs.shape}.")
    return spaces.obs.shape[0] + n_actions + 1


def encode(
    spaces: Spaces, obs: Array, last_action: Float[Array, " n_actions"], last_reward: Float[Array, ""]
) -> Float[Array, " n_in"]:
    """x_t = [o_t, one-hot(a_{t-1}), r_{t-1}] (Wang et al. 2018, Methods); codes become one-hot."""
    seen = jax.nn.one_hot(obs, spaces.obs.n, dtype=last_action.dtype) if isinstance(spaces.obs, Discrete) else obs
    return jnp.concatenate([seen, last_action, last_reward[None]])
