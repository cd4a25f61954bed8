"""The search where the log posterior has no gradient: agents that draw in private, and agents that round.

An agent that draws in private is scored by particles (`neurorl.loop.particles`). All places are scored with the same
random numbers, so that the estimate is a function of the parameters; it is rough at the scale of its standard
deviation. The search is CMA-ES (Hansen 2016, The CMA evolution strategy: a tutorial, table 1, without active updates):
it draws places around a mean, ranks them, and moves mean and covariance towards the better half, with few particles. It
ends at the mean of the best start, where the log-likelihood is estimated anew with all particles and other numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import logsumexp
from scipy.stats import qmc

from neurorl.core.agent import Agent
from neurorl.core.types import Record
from neurorl.core.wrapped import called
from neurorl.fit.problem import Posterior
from neurorl.loop import Particles, replay

AT_ONCE = 4096  # particles that are scored side by side
REPEATS = 8  # estimates of the log-likelihood at the end, with random numbers of their own
WIDE = 7.0  # places are looked for in (-WIDE, WIDE) of each parameter on the unconstrained scale
BEGIN = 1.5  # standard deviation of the first places
FEWER = 64  # particles of the search, at most; the end is scored with all
SMALL = 0.1  # largest standard deviation of the places, on the unconstrained scale, at which a search has come to rest


@dataclass(frozen=True)
class Found:
    """Where the searches ended.

    Attributes:
        z: [S, n] mean of the last places of each unit's best start.
        x: [S, n] the same on the scale of the parameters.
        log_lik: [S] nats; for particles the mean over REPEATS estimates of the probability, as a logarithm.
        noise: [S] standard deviation of one estimate of it, nats; 0 where nothing is drawn.
        log_prior: [S] nats.
        converged: [S] whether the places of the best start have drawn together.
        agreeing: [S] starts that ended within max(0.1, 2 noise) nats of the best, the best included.
        value: [S, starts] log posterior at the end of each start, nats.
        n_steps: [S, starts] places that were scored.
    """

    z: np.ndarray
    x: np.ndarray
    log_lik: np.ndarray
    noise: np.ndarray
    log_prior: np.ndarray
    converged: np.ndarray
    agreeing: np.ndarray
    value: np.ndarray
    n_steps: np.ndarray

    def how(self, agent: Agent) -> str:
        """A sentence on how the choices of the agent were scored."""
        if not isinstance(agent, Particles):
            return (
                f"{called(agent)} rounds, so its log-likelihood has no gradient; parameters were searched for "
                "without one and have no standard errors."
            )
        return (
            f"{called(agent.agent)} draws random numbers of its own, so its choices were scored by particle "
            f"filters of {agent.n} particles. A log-likelihood is the mean of {REPEATS} filters; one filter alone has "
            f"a standard deviation of {np.median(self.noise):.2g} nats (median; largest {self.noise.max():.2g}). "
            "Parameters were searched for without a gradient and have no standard errors."
        )


def search_without_gradient(
    posterior: Posterior,
    sessions: Record,
    starts: int,
    seed: int,
    max_steps: int,
    advance: Callable[[float], None] = lambda done: None,
) -> Found:
    """Search each unit's log posterior from several starts.

    Args:
        posterior: of the agent as it is scored.
        sessions: of the units [S, m, T].
        starts: starting points of each unit: the defaults, then points of a scrambled Sobol sequence.
        seed: source of the starting points and of the places.
        max_steps: places that each start may score.
        advance: told the number of starts that ended.
    """
    n_units, n = len(sessions.reward), len(posterior.free)
    score, search = _Score(posterior, sessions, seed), _Score(posterior, sessions, seed, whole=False)
    rng = np.random.default_rng(seed)
    if n == 0:
        means, spread, steps = np.zeros((n_units, starts, 0)), np.zeros((n_units, starts)), 0
    else:
        means, spread, steps = _cma(search, _origins(posterior, n_units, starts, seed), max_steps, rng)
    advance(n_units * starts)
    value = score(means, 1).mean(axis=-1) if starts > 1 else np.zeros((n_units, starts))
    best, rows = np.argmax(value, axis=1), np.arange(n_units)
    z = means[rows, best]
    estimates = score.log_lik(z[:, None], REPEATS if posterior.agent.draws_in_private else 1, first=1)[:, 0]
    log_lik = logsumexp(estimates, axis=1) - np.log(estimates.shape[1])
    noise = estimates.std(axis=1, ddof=1) if estimates.shape[1] > 1 else np.zeros(n_units)
    log_prior = score.log_prior(z[:, None])[:, 0]
    near = value >= value[rows, best][:, None] - np.maximum(0.1, 2 * noise)[:, None]
    x = np.asarray(jax.vmap(posterior.constrained)(jnp.asarray(z)))
    counted = np.full((n_units, starts), steps)
    return Found(z, x, log_lik, noise, log_prior, spread[rows, best] <= SMALL, near.sum(axis=1), value, counted)


class _Score:
    """Log posterior of places z [S, places, n]."""

    def __init__(self, posterior: Posterior, sessions: Record, seed: int, *, whole: bool = True) -> None:
        self._posterior = posterior
        self._sessions = jax.tree.map(jnp.asarray, sessions)
        agent, each = posterior.agent, 1
        if isinstance(agent, Particles):
            each = agent.n if whole else min(FEWER, agent.n)
            self._posterior = replace(posterior, agent=Particles(agent.agent, each))
        self._batch = max(1, AT_ONCE // (each * sessions.reward.shape[1]))
        self._key = jax.random.key(seed)

    def __call__(self, z: Float[np.ndarray, "s p n"], repeats: int) -> Float[np.ndarray, "s p r"]:
        """The log posterior, estimated `repeats` times; the first estimate is always of the same random numbers."""
        return self.log_lik(z, repeats) + self.log_prior(z)[..., None]

    def log_lik(self, z: Float[np.ndarray, "s p n"], repeats: int, first: int = 0) -> Float[np.ndarray, "s p r"]:
        """Log-likelihood alone, with the random numbers of numbers first, first + 1, ..."""
        units, places, n = z.shape
        keys = jax.vmap(lambda i: jax.random.fold_in(self._key, i))(jnp.arange(first, first + repeats))
        unit = np.repeat(np.arange(units), places)
        flat = jnp.asarray(np.clip(z, -WIDE, WIDE).reshape(-1, n))
        found = [_log_lik(self._posterior, self._batch, key, self._sessions, jnp.asarray(unit), flat) for key in keys]
        return np.stack([np.asarray(one) for one in found], axis=-1).reshape(units, places, repeats)

    def log_prior(self, z: Float[np.ndarray, "s p n"]) -> Float[np.ndarray, "s p"]:
        """Log prior, less a wall where the search leaves (-WIDE, WIDE)."""
        inside = jnp.asarray(np.clip(z, -WIDE, WIDE))
        wall = np.sum(np.maximum(0.0, np.abs(z) - WIDE) ** 2, axis=-1)
        return np.asarray(_log_prior(self._posterior, inside)) - wall


@eqx.filter_jit
def _log_lik(posterior: Posterior, batch: int, key: Array, sessions: Record, unit: Array, z: Array) -> Array:
    """Of each place; the sessions of a unit have random numbers of their own, the same at all places."""

    def of_place(lane: tuple[Array, Array]) -> Array:
        which, at = lane
        own = jax.tree.map(lambda leaf: leaf[which], sessions)
        params = posterior.params(posterior.constrained(at))
        keys = jax.random.split(jax.random.fold_in(key, which), own.reward.shape[0])
        return jax.vmap(lambda k, record: replay(k, posterior.agent, params, record).log_prob.sum())(keys, own).sum()

    return jax.lax.map(of_place, (unit, z), batch_size=batch)


@eqx.filter_jit
def _log_prior(posterior: Posterior, z: Array) -> Array:
    return jax.vmap(jax.vmap(posterior.log_prior))(z)


def _origins(posterior: Posterior, n_units: int, starts: int, seed: int) -> np.ndarray:
    """[S, starts, n]: the defaults first, then points spread over half the range."""
    n = len(posterior.free)
    defaults = np.asarray(posterior.unconstrained(jnp.array([info.default for info in posterior.free])))
    spread = qmc.Sobol(n, rng=seed).random_base2(max(0, (starts - 1).bit_length()))[: starts - 1]
    one = np.concatenate([defaults[None], WIDE / 2 * (2 * spread - 1)]) if starts > 1 else defaults[None]
    return np.broadcast_to(one, (n_units, starts, n)).copy()


def _cma(
    score: _Score, origins: Float[np.ndarray, "s starts n"], max_steps: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, int]:
    """CMA-ES of all units and starts side by side: means, largest standard deviations, places scored by each."""
    units, starts, n = origins.shape
    p = units * starts
    size = 4 + int(3 * np.log(n)) + n
    half = size // 2
    weights = np.log(half + 0.5) - np.log(np.arange(1, half + 1))
    weights /= weights.sum()
    mu = 1 / (weights**2).sum()
    c_sigma = (mu + 2) / (n + mu + 5)
    d_sigma = 1 + 2 * max(0.0, np.sqrt((mu - 1) / (n + 1)) - 1) + c_sigma
    c_c = (4 + mu / n) / (n + 4 + 2 * mu / n)
    c_1 = 2 / ((n + 1.3) ** 2 + mu)
    c_mu = min(1 - c_1, 2 * (mu - 2 + 1 / mu) / ((n + 2) ** 2 + mu))
    chi = np.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n**2))
    mean, sigma, cov = origins.reshape(p, n), np.full(p, BEGIN), np.tile(np.eye(n), (p, 1, 1))
    path_s, path_c = np.zeros((p, n)), np.zeros((p, n))
    steps, largest = 0, np.full(p, BEGIN)
    while steps + size <= max_steps and (largest >= SMALL).any():
        values, axes = np.linalg.eigh(cov)
        root = np.sqrt(np.maximum(values, 1e-20))
        drawn = rng.standard_normal((p, size, n))
        y = np.einsum("pij,pj,pkj->pki", axes, root, drawn)
        places = mean[:, None] + sigma[:, None, None] * y
        found = score(places.reshape(units, starts * size, n), 1)[..., 0].reshape(p, size)
        order = np.argsort(-np.where(np.isfinite(found), found, -np.inf), axis=1)[:, :half]
        best = np.take_along_axis(y, order[:, :, None], axis=1)
        step = np.einsum("k,pki->pi", weights, best)
        mean = mean + sigma[:, None] * step
        whitened = np.einsum("pij,pj,plj,pl->pi", axes, 1 / root, axes, step)
        path_s = (1 - c_sigma) * path_s + np.sqrt(c_sigma * (2 - c_sigma) * mu) * whitened
        length = np.linalg.norm(path_s, axis=1)
        steps += size
        still = length / np.sqrt(1 - (1 - c_sigma) ** (2 * steps / size)) < (1.4 + 2 / (n + 1)) * chi
        path_c = (1 - c_c) * path_c + (still * np.sqrt(c_c * (2 - c_c) * mu))[:, None] * step
        outer = path_c[:, :, None] * path_c[:, None, :]
        lost = (1 - still) * c_1 * c_c * (2 - c_c)
        spread = np.einsum("k,pki,pkj->pij", weights, best, best)
        cov = (1 - c_1 - c_mu + lost)[:, None, None] * cov + c_1 * outer + c_mu * spread
        sigma = np.minimum(sigma * np.exp((c_sigma / d_sigma) * (length / chi - 1)), BEGIN * 4)
        largest = sigma * np.sqrt(np.maximum(np.einsum("pii->pi", cov).max(axis=1), 0))
    return mean.reshape(units, starts, n), largest.reshape(units, starts), steps
