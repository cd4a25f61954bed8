"""Two arms whose magnitudes are shown and of which exactly one pays: spaces, outcome, weighted values."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces

LARGEST = 100.0  # points; magnitudes are shown as a share of it


def magnitude_spaces(reward_scale: float) -> Spaces:
    """Two magnitudes in [0, 1] (points / 100), left or right, one step a trial; a point is `reward_scale` of reward."""
    obs = Box((2,), 0.0, 1.0, labels=("left / 100", "right / 100"))
    return Spaces(obs, Discrete(("left", "right")), (0.0, LARGEST * reward_scale))


def require_magnitudes(spaces: Spaces) -> None:
    """`DoesNotFit` unless a trial is one choice between two arms whose magnitudes are shown."""
    shown, action = spaces.obs, spaces.discrete_action()
    cued = isinstance(shown, Box) and shown.shape == (2,) and shown.low >= 0
    if not cued or action.n != 2 or spaces.legal or spaces.steps_per_trial != 1 or spaces.reward[0] < 0:
        raise DoesNotFit(
            "This agent chooses between two arms with known magnitudes, one choice a trial, and learns which arm is "
            "rewarded, as in the task `volatility`; this task differs."
        )


def left_paid(action: Int[Array, ""], reward: Float[Array, ""]) -> Bool[Array, ""]:
    """Whether the left arm paid: exactly one arm does, so a choice that paid nothing tells of the other."""
    return (reward > 0) == (action == 0)


def weighted_logits(
    p_left: Float[Array, ""], magnitudes: Float[Array, "2"], beta: Float[Array, ""]
) -> Float[Array, "2"]:
    """beta times expected payment of each arm: p m_left and (1 - p) m_right (Behrens et al. 2007)."""
    return beta * jnp.stack([p_left, 1.0 - p_left]) * magnitudes
