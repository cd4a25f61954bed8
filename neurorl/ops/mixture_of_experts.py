"""A mixture of experts: linear maps, each right somewhere, and a gate that learns where (Jacobs et al. 1991).

    p(y | x) = sum_i g_i(x) Normal(y; W_i x, sd^2 I),    g(x) = softmax(U x)

Fitted by expectation maximisation. Given how responsible each expert is for each point,
h_i = g_i p_i / sum_j g_j p_j, an expert is weighted least squares. The gate is a logistic regression on h, climbed by
steps of Boehning 1992, whose matrix bounds the curvature everywhere, so that no step can overshoot and the likelihood
never falls. With one expert this is ordinary least squares.

Departs from the paper: it climbs by gradients; x has a constant 1 appended; the noise sd is given, 1 as there.
"""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

GATE_STEPS = 4  # of the gate in each round
RIDGE = 1e-9  # keeps an expert that is responsible for nothing from having no solution


class Mixture(eqx.Module):
    """Experts W [k, m, d + 1] and gate U [k, d + 1], the last column for the constant; the last row of U is 0."""

    experts: Float[Array, "k m d1"]
    gate: Float[Array, "k d1"]
    sd: Float[Array, ""]


def with_constant(x: Float[Array, "n d"]) -> Float[Array, "n d1"]:
    """x with a column of ones."""
    return jnp.concatenate([x, jnp.ones_like(x[:, :1])], axis=1)


def expert_outputs(mixture: Mixture, x: Float[Array, "n d"]) -> Float[Array, "n k m"]:
    """What each expert says."""
    return jnp.einsum("kmd,nd->nkm", mixture.experts, with_constant(x))


def gate_shares(mixture: Mixture, x: Float[Array, "n d"]) -> Float[Array, "n k"]:
    """How far each expert is trusted, before y is seen."""
    return jax.nn.softmax(with_constant(x) @ mixture.gate.T, axis=1)


def prediction(mixture: Mixture, x: Float[Array, "n d"]) -> Float[Array, "n m"]:
    """The gated mean."""
    return jnp.einsum("nk,nkm->nm", gate_shares(mixture, x), expert_outputs(mixture, x))


def log_joint(mixture: Mixture, x: Float[Array, "n d"], y: Float[Array, "n m"]) -> Float[Array, "n k"]:
    """log g_i(x) + log Normal(y; W_i x, sd^2 I), nats."""
    off = y[:, None] - expert_outputs(mixture, x)
    log_normal = -0.5 * jnp.sum((off / mixture.sd) ** 2 + jnp.log(2 * jnp.pi * mixture.sd**2), axis=2)
    return jax.nn.log_softmax(with_constant(x) @ mixture.gate.T, axis=1) + log_normal


def log_likelihood(mixture: Mixture, x: Float[Array, "n d"], y: Float[Array, "n m"]) -> Float[Array, ""]:
    """Of all points, nats."""
    return jnp.sum(jax.nn.logsumexp(log_joint(mixture, x, y), axis=1))


def responsibilities(mixture: Mixture, x: Float[Array, "n d"], y: Float[Array, "n m"]) -> Float[Array, "n k"]:
    """How likely each expert made each point, once y is seen; they sum to 1."""
    return jax.nn.softmax(log_joint(mixture, x, y), axis=1)


@partial(jax.jit, static_argnames=("experts", "rounds"))
def fit_mixture(
    key: PRNGKeyArray,
    x: Float[Array, "n d"],
    y: Float[Array, "n m"],
    *,
    experts: int,
    rounds: int = 100,
    sd: float = 1.0,
) -> tuple[Mixture, Float[Array, " rounds"]]:
    """Expectation maximisation from a random division of the points by hyperplanes.

    Args:
        key: source of the division.
        x, y: points.
        experts: k.
        rounds: of expectation and maximisation.
        sd: noise that experts allow for, in units of y.

    Returns:
        the mixture, and the log-likelihood before each round (it never falls). Several keys may end on different
        maxima; keep the likeliest.
    """
    direction = jax.random.normal(key, (experts, x.shape[1] + 1))
    scaled = (x - x.mean(axis=0)) / jnp.maximum(x.std(axis=0), 1e-12)
    h = jax.nn.softmax(4.0 * with_constant(scaled) @ direction.T, axis=1)
    gate = jnp.zeros((experts, x.shape[1] + 1), x.dtype)
    start = _maximised(Mixture(jnp.zeros((experts, y.shape[1], x.shape[1] + 1)), gate, jnp.asarray(sd)), x, y, h)

    def round_(mixture: Mixture, _: None) -> tuple[Mixture, Array]:
        before = log_likelihood(mixture, x, y)
        return _maximised(mixture, x, y, responsibilities(mixture, x, y)), before

    return jax.lax.scan(round_, start, length=rounds)


def _maximised(mixture: Mixture, x: Array, y: Array, h: Array) -> Mixture:
    """Experts at their weighted least squares, and the gate a few steps up."""
    x1 = with_constant(x)

    def expert(weight: Array) -> Array:
        gram = (x1 * weight[:, None]).T @ x1 + RIDGE * jnp.eye(x1.shape[1])
        return jnp.linalg.solve(gram, (x1 * weight[:, None]).T @ y).T

    gate = mixture.gate
    for _ in range(GATE_STEPS):
        gate = _gate_step(gate, x1, h)
    return Mixture(jax.vmap(expert, in_axes=1)(h), gate, mixture.sd)


def _gate_step(gate: Array, x1: Array, h: Array) -> Array:
    """u <- u + B^-1 gradient, with B = (I - 1 1^T / k) / 2 (x) X^T X, an upper bound of the curvature."""
    k = gate.shape[0]
    if k == 1:
        return gate
    gradient = (h - jax.nn.softmax(x1 @ gate.T, axis=1)).T @ x1
    free = k - 1  # the last expert is the reference
    inverse = 2.0 * (jnp.eye(free) + jnp.ones((free, free)))  # of (I - 1 1^T / k) / 2
    gram = x1.T @ x1 + RIDGE * jnp.eye(x1.shape[1])
    step = inverse @ jnp.linalg.solve(gram, gradient[:free].T).T
    return gate.at[:free].add(step)
