"""Tracking a value that drifts or jumps, seen through noise: what a fast and a slow learner make of it.

A random walk x_{k+1} = x_k + w (variance q) is seen as y_k = x_k + n (variance r). A learner v <- v + a (y - v) has an
exact error, so that which of two is better depends on q / r alone: fast ones win where the world changes much for its
noise (Neftci & Averbeck 2019, Fig. 1c, in words; the formulas are derived here).
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.ops.reliability import error_trace, shares


def tracking_error(
    alpha: Float[Array, "..."] | float, q: Float[Array, "..."] | float, r: Float[Array, "..."] | float
) -> Float[Array, "..."]:
    """Mean squared error of the prediction of a random walk in the steady state: (a^2 r + q) / (a (2 - a)).

    The error before a step is e' = (1 - a) e - a n + w, so that its variance V solves V = (1 - a)^2 V + a^2 r + q.

    Args:
        alpha: learning rate a, in (0, 2).
        q: variance of a step of the walk, squared units.
        r: variance of the noise, squared units.
    """
    alpha = jnp.asarray(alpha)
    return (alpha**2 * r + q) / (alpha * (2.0 - alpha))


def turning_point(fast: float, slow: float) -> float:
    """The q / r above which the faster of two learners errs less: where their `tracking_error` is the same."""

    def noise(a: float) -> float:
        return a / (2.0 - a)

    def lag(a: float) -> float:
        return 1.0 / (a * (2.0 - a))

    return (noise(fast) - noise(slow)) / (lag(slow) - lag(fast))


def random_walk(key: PRNGKeyArray, n: int, q: Float[Array, ""]) -> Float[Array, " n"]:
    """n places of a random walk with steps of variance q, from 0."""
    return jnp.cumsum(jnp.sqrt(q) * jax.random.normal(key, (n,)))


def switching(key: PRNGKeyArray, n: int, hazard: Float[Array, ""]) -> Float[Array, " n"]:
    """n values of 1 or -1 that change sign with probability `hazard` a step; the first is drawn."""
    first, rest = jax.random.split(key)
    start = jnp.where(jax.random.bernoulli(first), 1.0, -1.0)
    changes = jax.random.bernoulli(rest, hazard, (n,)).at[0].set(False)
    return start * jnp.where(jnp.cumsum(changes) % 2 == 1, -1.0, 1.0)


def track(
    seen: Float[Array, " t"],
    alphas: Float[Array, " experts"],
    eta: Float[Array, ""] | float,
    rate: Float[Array, ""] | float = 0.1,
) -> tuple[Float[Array, "t experts"], Float[Array, "t experts"], Float[Array, " t"]]:
    """Learners at several rates and their mixture, each predicting what is seen next.

    Args:
        seen: y, one a step.
        alphas: learning rate of each.
        eta: how much reliability counts for the mixture.
        rate: rate of the running mean of squared errors.

    Returns:
        the predictions of the learners and their shares of the mixture, both before y was seen, and the mixture's
        prediction. Values start at 0 and errors at 1.
    """

    def step(state: tuple[Array, Array], y: Array) -> tuple[tuple[Array, Array], tuple[Array, Array, Array]]:
        values, errors = state
        weights = shares(errors, eta)
        after = values + alphas * (y - values), error_trace(errors, y - values, rate)
        return after, (values, weights, jnp.sum(weights * values))

    start = jnp.zeros_like(alphas), jnp.ones_like(alphas)
    _, out = jax.lax.scan(step, start, seen)
    return out
