"""Blocks with one reversal each: what is seen of them, and the belief about when it comes.

A hypothesis is a pair (b, m): arm b is good on the trials 0 .. m - 1 of the block, the other one from trial m on, with
m = 1 .. 80 (80: not within this block). The log-likelihood of a block so far is a table [b, m]; together with a prior
over m it is the exact posterior (Costa et al. 2015; Neftci & Averbeck 2019, reversal timing).
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from neurorl.core.policy import ILLEGAL
from neurorl.core.spaces import Discrete, Spaces
from neurorl.ops.arms import arm_spaces
from neurorl.ops.beliefs import bernoulli_likelihood

TRIALS = 80  # in a block
NEW, SAME = "new_pictures", "same_pictures"

Table = Float[Array, "2 m"]


def block_spaces() -> Spaces:
    """Two arms whose first trial of a block is seen as such."""
    arms = arm_spaces(2)
    return Spaces(Discrete((NEW, SAME)), arms.action, arms.reward)


def times() -> np.ndarray:
    """m: the first trial on which the other arm is good."""
    return np.arange(1, TRIALS + 1)


def log_uniform(low: int, high: int) -> np.ndarray:
    """Log prior of a reversal before any trial from low to high alike."""
    m = times()
    return np.where((m >= low) & (m <= high), -np.log(high - low + 1.0), ILLEGAL)


def log_constant_hazard(hazard: float) -> np.ndarray:
    """Log prior of a reversal that is equally likely on every trial on which it has not come yet."""
    log_p = (times() - 1) * np.log1p(-hazard) + np.log(hazard)
    return log_p - np.log(np.exp(log_p).sum())


def log_gaussian(mean: Float[Array, ""], sd: Float[Array, ""]) -> Float[Array, " m"]:
    """Log prior of a reversal around trial `mean`, cut off at the ends of the block."""
    return jax.nn.log_softmax(-0.5 * ((times() - mean) / sd) ** 2)


def left_is_best(trial: Int[Array, ""]) -> Bool[Array, "2 m"]:
    """Under which hypotheses the first arm is the good one on this trial (from 0)."""
    before = times() > trial
    return jnp.stack([before, ~before])


def outcome_log_likelihood(
    trial: Int[Array, ""], action: Int[Array, ""], reward: Float[Array, ""], p_hi: Float[Array, ""]
) -> Table:
    """Log-probability of a reward of 1 or 0 on the chosen arm, under each hypothesis."""
    chosen_is_good = left_is_best(trial) == (action == 0)
    good, bad = (jnp.log(bernoulli_likelihood(reward, p)) for p in (p_hi, 1.0 - p_hi))
    return jnp.where(chosen_is_good, good, bad)


def posterior(log_likelihood: Table, log_prior: Float[Array, " m"]) -> Table:
    """Probability of each hypothesis; either arm may be good at first."""
    joint = log_likelihood + log_prior
    return jax.nn.softmax(joint.ravel()).reshape(joint.shape)
