"""Input of a network from the last outcome: the reward, its own prediction error, or nothing.

Wang et al. 2018 (simulation 6) note that the prediction error, which dopamine carries, can stand in for the reward as
an input. A single network cannot know V_t before it has perceived step t, so its error is r_{t-1} - V_{t-1}; the full
error r_{t-1} + gamma V_t - V_{t-1} needs a separate critic (`dual_lstm`).
"""

from typing import Literal, get_args

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.errors import BadValue

Feedback = Literal["reward", "rpe", "none"]


def require_feedback(kind: str) -> None:
    """Raise `BadValue` unless this is a kind of feedback."""
    if kind not in get_args(Feedback):
        raise BadValue(f"feedback is '{kind}', but must be one of {', '.join(get_args(Feedback))}.")


def told(kind: Feedback, reward: Float[Array, ""], value: Float[Array, ""]) -> Float[Array, ""]:
    """The input that stands for the outcome of the last step; no gradient flows through a prediction error."""
    if kind == "reward":
        return reward
    if kind == "rpe":
        return jax.lax.stop_gradient(reward - value)
    return jnp.zeros_like(reward)
