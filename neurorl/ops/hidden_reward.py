"""A cue, then a reward at an uncertain time or never: when it comes, and what can be known while waiting.

Time goes in bins of 0.2 s. The reward comes 1.2 to 2.8 s after the cue, bins 6 to 14, with the weights of a Gaussian of
mean 2 s and standard deviation 0.5 s; on some trials it is omitted, and nothing tells so (Starkweather et al. 2017).

Hidden states are the bins of the interval between cue and reward, 0 .. 13, and the intertrial interval. A trial in
which the reward is omitted is in the latter from the cue on.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from neurorl.core.spaces import Discrete, Spaces

BIN = 0.2  # seconds
FIRST, LAST = 6, 14  # bins after the cue in which the reward can come
MEAN, SD = 2.0, 0.5  # seconds
STEPS = 24  # of a trial: the rest of it is the intertrial interval
N_STATES = LAST + 1  # bins 0 .. 13 of the interval, and the intertrial interval

Belief = Float[Array, " states"]


def waiting_spaces() -> Spaces:
    """Nothing or a cue to be seen, nothing to be done, a reward of 0 or 1."""
    return Spaces(
        Discrete(("nothing", "cue")), Discrete(("wait",)), (0.0, 1.0), free=(False, False), steps_per_trial=STEPS
    )


def reward_weights() -> np.ndarray:
    """Probability of each bin FIRST .. LAST, given that there is a reward."""
    seconds = BIN * np.arange(FIRST, LAST + 1)
    weights = np.exp(-0.5 * ((seconds - MEAN) / SD) ** 2)
    return weights / weights.sum()


def hazards() -> np.ndarray:
    """Probability that the reward comes on the way from each bin 0 .. 13 to the next, where it has not come yet."""
    p = np.zeros(LAST)
    p[FIRST - 1 :] = reward_weights()
    still = 1.0 - np.concatenate([[0.0], np.cumsum(p)[:-1]])
    hazard = p / still
    hazard[-1] = 1.0  # against rounding: the last bin is the last chance
    return hazard


def at_cue(p_omission: float) -> Belief:
    """On the cue: the first bin of the interval, unless the reward will be omitted."""
    return jnp.zeros(N_STATES).at[0].set(1.0 - p_omission).at[-1].set(p_omission)


def in_interval() -> Belief:
    """After a reward: the intertrial interval."""
    return jnp.zeros(N_STATES).at[-1].set(1.0)


def after_nothing(belief: Belief) -> Belief:
    """One bin later, neither cue nor reward having come: each bin moves on, less those whose reward would have come."""
    waited = belief[:-1] * (1.0 - jnp.asarray(hazards(), belief.dtype))
    moved = jnp.concatenate([jnp.zeros(1), waited[:-1], belief[-1:]])
    total = moved.sum()
    # Where a reward that must come does not, only the intertrial interval is left.
    return jnp.where(total > 0, moved / jnp.where(total > 0, total, 1.0), in_interval())
