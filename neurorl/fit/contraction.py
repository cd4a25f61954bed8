"""What a unit's choices add to what was known of its parameters beforehand.

The posterior contraction of a parameter (Schad, Betancourt & Vasishth 2021, Psychological Methods 26: 103-126),

    1 - Var(z_k | choices) / Var(z_k)

over the unconstrained z, is 0 where the choices say nothing, so that the value is the prior's, and near 1 where they
decide. What is known beforehand is the declared prior for `map` and `ml` (which does without it, so that this says
what the choices would add to it), and the population for `em`, `hbi`, `vi` and `nuts`.

For `map` and `ml` both variances are read off the curvature where log p(choices | z) + log p(z) is highest,
p(z) = prior(x(z)) dx/dz: Var(z | choices) is the inverse of its Hessian, and Var(z_k) is 1 / (the curvature of
log p(z_k) there). So the contraction is the share of the precision that the choices bring, after what the other
parameters could make up for is taken away. With draws
(`vi`, `nuts`) the curvature is that at the unit's posterior mean, and the population's variance the mean of sd^2.

Which units are named for it is decided in `undetermined`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from neurorl.core.params import ParamInfo
from neurorl.fit.problem import Posterior
from neurorl.fit.search.laplace import Top, covariances
from neurorl.fit.search.penalised import Term


def of_population(names: Sequence[str], covariance: np.ndarray, variance: np.ndarray) -> dict[str, np.ndarray]:
    """By name [S]: of units with posterior covariances [S, n, n] and a population of variances [n]."""
    return _by_name(names, 1 - np.einsum("sii->si", covariance) / variance)


def of_prior(posterior: Posterior, top: Top) -> dict[str, np.ndarray]:
    """By name [S]: of units under the declared priors; see the module. Use it where double precision is on."""
    covariance, _ = covariances(top.hessian)
    covariance[~top.rested] = np.nan
    before = prior_term(posterior)(np.arange(len(top.z)), top.z)[2]
    share = 1 - np.einsum("sii->si", covariance) * np.einsum("sii->si", before)
    return _by_name([info.name for info in posterior.free], share)


def prior_term(posterior: Posterior) -> Term:
    """The declared log prior over z, log prior(x(z)) + log dx/dz, with its derivatives."""

    def term(unit: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        value, gradient, curvature = jax.device_get(_log_prior(posterior.free)(jnp.asarray(z)))
        return value.sum(axis=1), gradient, np.einsum("pi,ij->pij", curvature, np.eye(z.shape[1]))

    return term


@lru_cache(maxsize=64)
def _log_prior(free: tuple[ParamInfo, ...]) -> Any:
    """z [p, n] -> value, gradient and curvature of each parameter's log prior over z, [p, n] each."""

    def one(info: ParamInfo) -> Any:
        def value(z: Float[Array, ""]) -> Float[Array, ""]:
            slope = jax.grad(info.support.constrain)(z)
            return info.prior.log_density(info.support.constrain(z), info.support) + jnp.log(slope)

        return jax.vmap(lambda z: (value(z), jax.grad(value)(z), -jax.grad(jax.grad(value))(z)))

    def of_all(z: Float[Array, "p n"]) -> tuple[Array, Array, Array]:
        parts = [one(info)(z[:, k]) for k, info in enumerate(free)]
        value, gradient, curvature = (jnp.stack([part[i] for part in parts], axis=1) for i in range(3))
        return value, gradient, curvature

    return jax.jit(of_all)


def _by_name(names: Sequence[str], share: np.ndarray) -> dict[str, np.ndarray]:
    """Within 0 (a posterior wider than the prior) and 1 (a place where the prior is not curved downwards)."""
    return {name: np.clip(share[:, k], 0.0, 1.0) for k, name in enumerate(names)}
