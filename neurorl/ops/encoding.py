"""What a network sees at a step: the observation; for a recurrent one also its last action and its last reward."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

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


def vector_size(spaces: Spaces) -> int:
    """Number of entries of `vector`; raises `DoesNotFit` for observations that are not vectors."""
    return encoded_size(spaces) - spaces.discrete_action().n - 1


def vector(spaces: Spaces, obs: Array, dtype: jnp.dtype) -> Float[Array, " n_in"]:
    """The observation as a vector; codes become one-hot."""
    return jax.nn.one_hot(obs, spaces.obs.n, dtype=dtype) if isinstance(spaces.obs, Discrete) else obs.astype(dtype)


def legal_at(spaces: Spaces, seen: Float[Array, " n_in"]) -> Bool[Array, " n_actions"]:
    """Which answers are accepted where `seen` (from `vector`) is observed."""
    if not spaces.legal:
        return jnp.ones(spaces.discrete_action().n, bool)
    return seen @ spaces.legal_table().astype(seen.dtype) > 0.5
