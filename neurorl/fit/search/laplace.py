"""Laplace's approximation: how sharply the log posterior is curved, and what follows from it.

*Standard errors.* H is the Hessian of minus the log posterior at its maximum over the unconstrained z; the covariance
of z is its inverse, and on the scale of the parameter sd(x_k) = |dx_k / dz_k| sqrt(inv(H)_kk), the delta method. The
log posterior of a fit carries no Jacobian; at a maximum inside the supports, where its gradient is zero, the inverse
Hessian over x is exactly this covariance.

*Evidence.* log p(data) = log of the likelihood averaged over the prior, an integral of one density over one scale. The
prior is a density over x, so over z it is

    p(z) = prior(x(z)) prod_k dx_k/dz_k / prod_k mass_k,    dx/dz = width sigmoid(z) sigmoid(-z),

where mass_k is what the prior has inside the support. Around the maximum z* of log p(data | z) + log p(z), which is
another place than the mode over x, and always an inner one,

    log p(data) = log p(data | z*) + log p(z*) + (n / 2) log(2 pi) - 0.5 log det H*.

Over z rather than over x because densities of bounded parameters are nearer to Gaussian there (MacKay 1998, Choice of
basis for Laplace approximation, Machine Learning 33: 77-86), and because a parameter at the end of its range has no
Gaussian over x at all.

*The Hessian* is taken as central differences of the exact gradient, in double precision: fourth order, so that it
agrees with automatic differentiation to about 1e-8, from a program that is compiled already. Many agents take a maximum
over values, and at a kink there is no Hessian: where steps of one and two lengths disagree, the differences are taken
over a quarter of a standard deviation instead, the scale over which the approximation has to hold.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from neurorl.core.params import ParamInfo
from neurorl.fit.problem import Posterior
from neurorl.fit.search.penalised import Ground, Term, Tilted, everywhere
from neurorl.fit.search.quasi_newton import search

STEP = 1e-3  # of the differences, on the unconstrained scale
KINK = 0.01  # relative disagreement of two lengths of step that shows a kink
FLAT = 1e-6  # a curvature below this, nats per unit squared, is none
FARTHEST = 12.0  # from where the search for the evidence sets out; beyond it a sigmoid hardly moves


def hessians(
    ground: Ground, z: Float[np.ndarray, "s n"], step: float = STEP
) -> tuple[Float[np.ndarray, "s n n"], Bool[np.ndarray, " s"]]:
    """The Hessians of minus the log posterior of all units at z, and where there is a kink."""
    near, far = _differences(ground, z, np.full(z.shape, step))
    diagonal = np.sqrt(np.abs(np.einsum("sii->si", near)) + FLAT)
    scale = diagonal[:, :, None] * diagonal[:, None, :]
    with np.errstate(invalid="ignore"):
        kinked = (np.abs(near - far) > KINK * (scale + 1)).any(axis=(1, 2))
    hessian = (4 * near - far) / 3
    if kinked.any():
        which = np.flatnonzero(kinked)
        information = everywhere(ground, which, z[which], lambda point: point.information)
        wide = np.clip(0.25 / np.sqrt(np.abs(np.einsum("sii->si", information)) + FLAT), step, 0.5)
        one, two = _differences(ground, z[which], wide, which)
        hessian[which] = (one + two) / 2
    return (hessian + hessian.transpose(0, 2, 1)) / 2, kinked


def _differences(
    ground: Ground, z: np.ndarray, step: np.ndarray, units: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Minus the derivative of the gradient, from steps of one and of two lengths: [s, n, n] each."""
    s, n = z.shape
    units = np.arange(s) if units is None else units
    lengths = np.array([1.0, -1.0, 2.0, -2.0])
    # [s, direction, length, n]
    moved = z[:, None, None] + lengths[None, None, :, None] * step[:, :, None, None] * np.eye(n)[None, :, None]
    gradient = everywhere(ground, np.repeat(units, 4 * n), moved.reshape(-1, n), lambda point: point.gradient)
    g = gradient.reshape(s, n, 4, n)
    one = (g[:, :, 1] - g[:, :, 0]) / (2 * step[:, :, None])
    two = (g[:, :, 3] - g[:, :, 2]) / (4 * step[:, :, None])
    return one, two


def covariances(hessian: Float[np.ndarray, "s n n"]) -> tuple[Float[np.ndarray, "s n n"], Bool[np.ndarray, " s"]]:
    """The inverses, NaN where a Hessian is not positive definite, and whether it is."""
    curved = np.asarray(np.isfinite(hessian).all(axis=(1, 2)))
    curved[curved] = np.linalg.eigvalsh(hessian[curved]).min(axis=1, initial=np.inf) > FLAT
    covariance = np.full(hessian.shape, np.nan)
    covariance[curved] = np.linalg.inv(hessian[curved])
    return covariance, curved


def standard_errors(posterior: Posterior, z: np.ndarray, covariance: np.ndarray) -> dict[str, np.ndarray]:
    """Parameter's name -> [S] its standard error on the scale of the parameter, by the delta method."""
    return {info.name: slope(info, z[:, k]) * np.sqrt(covariance[:, k, k]) for k, info in enumerate(posterior.free)}


def slope(info: ParamInfo, z: np.ndarray) -> np.ndarray:
    """dx/dz of a parameter at z."""
    return np.asarray(jax.vmap(jax.grad(info.support.constrain))(jnp.asarray(z, float)))


@dataclass(frozen=True)
class Top:
    """Where the density over z of the choices and the parameters is highest.

    Attributes:
        z: [S, n] the place.
        height: [S] the log density there, nats.
        hessian: [S, n, n] minus its Hessian.
        rested: [S] whether the search came to rest.
    """

    z: Float[np.ndarray, "s n"]
    height: Float[np.ndarray, " s"]
    hessian: Float[np.ndarray, "s n n"]
    rested: Bool[np.ndarray, " s"]


def top_over_z(ground: Ground, z: Float[np.ndarray, "s n"], max_steps: int, term: Term) -> Top:
    """The highest place of each unit, from where its fit ended.

    Args:
        ground: as it was climbed.
        z: where the climbs ended.
        max_steps: of a climb.
        term: what is added to the ground to make it a density over z.
    """
    ground = Tilted(ground, term)
    top = np.clip(z, -FARTHEST, FARTHEST)
    for _ in range(2):  # the second climb begins with a fresh estimate of the curvature
        ends = search(ground, np.arange(len(z)), top, max_steps=max_steps)
        top = ends.z
    hessian, _ = hessians(ground, top)
    return Top(top, -ends.value, hessian, ends.rested)


def log_evidence(posterior: Posterior, top: Top) -> Float[np.ndarray, " s"]:
    """Laplace's approximation of the log evidence of each unit, nats; NaN where it fails.

    Raises nothing: a unit whose density has no maximum, or none that is curved in every direction, has no evidence.

    Args:
        posterior: with its prior.
        top: from `top_over_z` with the term `log_slopes`.
    """
    return laplace(top.height, top.hessian, top.rested) - sum(log_mass(info) for info in posterior.free)


def laplace(height: np.ndarray, hessian: np.ndarray, rested: np.ndarray) -> np.ndarray:
    """The log of the integral of exp(log density), from its height and curvature at the maximum [s]."""
    n = hessian.shape[1]
    _, curved = covariances(hessian)
    ok = curved & rested & np.isfinite(height)
    volume = np.full(len(height), np.nan)
    volume[ok] = height[ok] + 0.5 * n * np.log(2 * np.pi) - 0.5 * np.linalg.slogdet(hessian[ok])[1]
    return volume


def log_mass(info: ParamInfo) -> float:
    """Log of the share of a prior that lies inside the support of its parameter: 0 unless it is cut off."""
    return float(np.log(info.prior.mass(info.support)))


def log_slopes(posterior: Posterior) -> Term:
    """sum_k log dx_k/dz_k with its derivatives."""
    widths = sum(float(np.log(info.support.high - info.support.low)) for info in posterior.free)

    def term(unit: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        up = 1 / (1 + np.exp(-z))
        value = widths - np.sum(np.logaddexp(0, z) + np.logaddexp(0, -z), axis=1)
        return value, 1 - 2 * up, np.einsum("pi,ij->pij", 2 * up * (1 - up), np.eye(z.shape[1]))

    return term
