"""Belief on a grid about a reward probability that drifts between reflecting bounds."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float


def bin_centres(low: float, high: float, n_bins: int) -> np.ndarray:
    """Centres of n_bins equal bins of [low, high]."""
    return low + (np.arange(n_bins) + 0.5) * (high - low) / n_bins


def reflected_diffusion(low: float, high: float, n_bins: int, sd: float) -> np.ndarray:
    """Transition matrix of a Gaussian random walk with reflecting bounds on the grid of `bin_centres`.

    K(i, j) is proportional to the density of x_j under N(x_i, sd^2) and under its mirror images in both
    bounds; every row sums to 1 and, by symmetry, so does every column.
    """
    x = bin_centres(low, high, n_bins)
    images = np.stack([x, 2 * low - x, 2 * high - x])  # of the arrival points
    density = np.exp(-0.5 * ((images[:, None, :] - x[None, :, None]) / sd) ** 2).sum(axis=0)
    return density / density.sum(axis=1, keepdims=True)


def after_outcome(
    belief: Float[Array, "*n n_bins"],
    chosen: Float[Array, "*n"],
    rewarded: Bool[Array, ""],
    grid: Float[Array, " n_bins"],
) -> Float[Array, "*n n_bins"]:
    """Bayes' rule for the chosen option: b'(p) is proportional to b(p) p after reward, b(p) (1 - p) after none.

    Args:
        belief: distribution over the grid for each option.
        chosen: one-hot over the options; zeros leave every belief as it is.
        rewarded: whether the choice paid.
        grid: the reward probabilities the belief is about.
    """
    posterior = belief * jnp.where(rewarded, grid, 1 - grid)
    posterior = posterior / posterior.sum(axis=-1, keepdims=True)
    return jnp.where(chosen[..., None] > 0, posterior, belief)
