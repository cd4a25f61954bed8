"""Exact belief about how volatile the world is, which of two arms is better, and how often volatility changes.

The generative model is the training process of Wang et al. 2018, simulation 2: the better arm pays with probability
`P_STABLE` in a stable period and `P_VOLATILE` in a volatile one, and the other arm pays when it does not; after each
trial the arms exchange roles with probability `FLIP` if the period is volatile, and with probability k the period
changes its kind; ln k is uniform on `LOG_K`, fixed within a session. The belief is a table over

    (stable, volatile) x (left better, right better) x (grid of ln k)

and is exact for a k on the grid (forward algorithm, Rabiner 1989).
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

P_STABLE, P_VOLATILE, FLIP = 0.75, 1.0, 0.2
LOG_K = (-4.5, -3.5)  # natural log

Belief = Float[Array, "2 2 n_k"]


def change_rates(n: int) -> np.ndarray:
    """k at the centres of n equal cells of ln k."""
    low, high = LOG_K
    return np.exp(low + (np.arange(n) + 0.5) * (high - low) / n)


def prior(n: int) -> Belief:
    """Before the first trial all is equally likely."""
    return jnp.full((2, 2, n), 1 / (4 * n))


def left_pays(belief: Belief) -> Float[Array, ""]:
    """Probability that the left arm pays on this trial."""
    return jnp.sum(belief * _p_left(belief))


def volatile(belief: Belief) -> Float[Array, ""]:
    """Probability that this trial is in a volatile period."""
    return jnp.sum(belief[1])


def after_outcome(belief: Belief, left_paid: Bool[Array, ""]) -> Belief:
    """Bayes' rule for one outcome: b'(v, side, k) is proportional to b P(which arm paid | v, side)."""
    p_left = _p_left(belief)
    posterior = belief * jnp.where(left_paid, p_left, 1 - p_left)
    return posterior / posterior.sum()


def after_trial(belief: Belief) -> Belief:
    """The belief one trial later: roles exchange while volatile, then the kind of period may change."""
    k = jnp.asarray(change_rates(belief.shape[-1]), belief.dtype)
    flip = jnp.asarray([0.0, FLIP], belief.dtype)[:, None, None]
    moved = (1 - flip) * belief + flip * belief[:, ::-1]
    return (1 - k) * moved + k * moved[::-1]


def _p_left(belief: Belief) -> Float[Array, "2 2 1"]:
    better = jnp.asarray([P_STABLE, P_VOLATILE], belief.dtype)
    return jnp.stack([better, 1 - better], axis=1)[..., None]
