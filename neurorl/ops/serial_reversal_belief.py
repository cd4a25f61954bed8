"""Joint belief over which of two arms is good, how often they exchange roles, and how noisy outcomes are.

The belief is a table over (left good, right good) x hazard h x noise eps. A reward on an arm, or a loss on the other,
speaks for that arm with probability 1 - eps:

    b(s, h, eps) <- b(s, h, eps) P(r | a, s, eps) / sum
    b(s, h, eps) <- (1 - h) b(s, h, eps) + h b(other s, h, eps)

Both h and eps lie on grids that are even in their logarithms. The hazard's grid reaches down to 1e-12: an animal that
has never met a reversal holds them for nearly impossible, and how long its first reversal takes depends on just this
tail; what the prior has below counts to the lowest point. Counting expected switches online, with the current estimate
of h in the filter, never leaves the prior: the filter explains the first reversal away as noise. Only the joint table
learns (Neftci & Averbeck 2019, learning to learn; forward algorithm, Rabiner 1989).
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from neurorl.ops.beliefs import bernoulli_likelihood

HAZARDS = (1e-12, 0.5)
NOISES = (0.005, 0.5)

Belief = Float[Array, "2 n_h n_eps"]


def log_grid(low: float, high: float, n: int) -> Float[Array, " n"]:
    """n points from low to high, even in the logarithm."""
    return jnp.asarray(np.exp(np.linspace(np.log(low), np.log(high), n)), float)


def beta_weights(grid: Float[Array, " n"], a: Float[Array, ""], b: Float[Array, ""]) -> Float[Array, " n"]:
    """A Beta(a, b) density as weights on a grid that is even in log x, where x^a (1 - x)^(b-1) is its height.

    What lies below the grid, where the height is x^a, counts to its lowest point: of Beta(.05, 500) a third lies below
    1e-12, and without it the prior's mean would be half as large again.
    """
    height = a * jnp.log(grid) + (b - 1.0) * jnp.log1p(-grid)
    if grid.size > 1:
        below = a * jnp.log(grid[0]) - jnp.log(a * jnp.log(grid[1] / grid[0]))
        height = height.at[0].set(jnp.logaddexp(height[0], below))
    return jax.nn.softmax(height)


def prior(hazard: Float[Array, " n_h"], noise: Float[Array, " n_eps"]) -> Belief:
    """Before the first trial: either arm alike, hazard and noise independent, with these weights."""
    each = 0.5 * hazard[:, None] * noise[None, :]
    return jnp.stack([each, each])


def after_outcome(
    belief: Belief, noises: Float[Array, " n_eps"], action: Int[Array, ""], reward: Float[Array, ""]
) -> Belief:
    """Bayes' rule for one outcome of arm 0 or 1, a reward between 0 and 1."""
    if_chosen_good = bernoulli_likelihood(reward, 1.0 - noises)
    if_other_good = bernoulli_likelihood(reward, noises)
    is_chosen = (jnp.arange(2) == action)[:, None, None]
    posterior = belief * jnp.where(is_chosen, if_chosen_good, if_other_good)
    return posterior / posterior.sum()


def after_trial(belief: Belief, hazards: Float[Array, " n_h"]) -> Belief:
    """The belief one trial later: the arms may have exchanged roles."""
    h = hazards[:, None]
    return (1.0 - h) * belief + h * belief[::-1]


def left_good(belief: Belief) -> Float[Array, ""]:
    """Probability that the first arm is the good one."""
    return belief[0].sum()


def left_pays(belief: Belief, noises: Float[Array, " n_eps"]) -> Float[Array, ""]:
    """Probability that the first arm pays on this trial."""
    return jnp.sum(belief[0] * (1.0 - noises)) + jnp.sum(belief[1] * noises)


def expected_hazard(belief: Belief, hazards: Float[Array, " n_h"]) -> Float[Array, ""]:
    """Mean of h, a trial."""
    return jnp.sum(belief.sum((0, 2)) * hazards)


def expected_noise(belief: Belief, noises: Float[Array, " n_eps"]) -> Float[Array, ""]:
    """Mean of eps."""
    return jnp.sum(belief.sum((0, 1)) * noises)
