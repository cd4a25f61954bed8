"""Leave-one-out of a fit with draws (`nuts`, `vi`): how well choices, and units, are predicted from all others.

*Choices.* p(choice | all other choices) from the log-probabilities of every choice at the draws. The learner lives
through the choice that is left out, as in `cross_validation`; the unit's other choices speak for its parameters.

*Units.* p(choices of unit s | all other units): what is left out takes its own parameters with it. At each draw of the
population the unit's parameters are integrated out,

    p(choices_s | b, sd) = integral p(choices_s | z) N(z; x_s b, sd^2) dz,

by importance sampling from that population and from the Gaussian that the draws of z_s suggest under it, in equal
shares, so that no weight is large; these marginal likelihoods are then smoothed over draws. To smooth the likelihoods
at the unit's own draws of z_s instead, which saw its choices, is known to fail (Merkle, Furr & Rabe-Hesketh 2019,
Psychometrika 84: 802-829).

Draws of `vi` are taken as if they were the posterior's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import logsumexp
from scipy.stats.qmc import MultivariateNormalQMC

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.progress import progress
from neurorl.core.types import Record
from neurorl.fit.design.formula import Design
from neurorl.fit.evidence.loo import Loo, joined, loo
from neurorl.fit.likelihood import Parts, buckets, log_likelihood_of_units
from neurorl.fit.problem import Posterior
from neurorl.fit.result import FitResult
from neurorl.fit.units import with_choices
from neurorl.loop import replay

DRAWS = 1000  # that are used, of all chains, evenly spaced
AT_ONCE = 4_000_000  # numbers held at a time
LANES = 2048  # units that are scored side by side
NODES = 64  # values of a unit's parameters at each draw of the population


def loo_over_choices(
    result: FitResult,
    agent: Agent,
    records: Record,
    groups: Sequence[int] | np.ndarray | None = None,
    *,
    draws: int = DRAWS,
    quiet: bool = False,
) -> Loo:
    """Leave-one-choice-out.

    Args:
        result: a fit with draws of `agent` to `records` and `groups`.
        agent, records, groups: as they were given to the fit.
        draws: how many to use.
        quiet: no progress bar.

    Returns:
        one point a scored choice, in the order of the records: session by session, step by step.
    """
    records, groups, _ = with_choices(records, groups)
    drawn = _Drawn.of(result, agent, groups, len(records.reward), draws)
    x, scored = drawn.flat("x"), np.asarray(records.valid) & np.asarray(records.scored)
    n_sessions, n_steps = scored.shape
    size = int(np.clip(AT_ONCE // (len(x) * n_steps), 1, n_sessions))
    parts = []
    with progress("Leaving choices out", total=n_sessions, quiet=quiet) as advance:
        for first in range(0, n_sessions, size):
            here = np.arange(first, first + size) % n_sessions  # the last call is filled up with others
            real = min(size, n_sessions - first)
            sessions = jax.tree.map(lambda leaf, here=here: jnp.asarray(np.asarray(leaf)[here]), records)
            log_prob = _log_probs(drawn.posterior, jnp.asarray(x[:, drawn.unit[here]], float), sessions)
            points = np.asarray(log_prob, float)[:, :real][:, scored[here[:real]]]
            if points.size:
                parts.append(loo(points.reshape(*drawn.shape, -1)))
            advance(real)
    return joined(parts)


def loo_over_units(
    result: FitResult,
    agent: Agent,
    records: Record,
    groups: Sequence[int] | np.ndarray | None = None,
    *,
    design: Design | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    quiet: bool = False,
) -> Loo:
    """Leave-one-unit-out.

    Args:
        result: a fit with draws of `agent` to `records`, `groups` and `design`.
        agent, records, groups, design: as they were given to the fit.
        draws: how many to use.
        seed: source of the nodes.
        quiet: no progress bar.

    Returns:
        one point a unit that was fitted.
    """
    everybody = np.unique(np.arange(len(records.reward)) if groups is None else np.asarray(groups))
    records, groups, _ = with_choices(records, groups)
    drawn = _Drawn.of(result, agent, groups, len(records.reward), draws)
    z, sd = drawn.flat("z"), drawn.flat("sd")
    names, n_units = [info.name for info in drawn.posterior.free], z.shape[1]
    design = design or Design.intercepts(n_units)
    if result.left_out and design.n_units == len(everybody):
        design = design.rows(np.isin(everybody, np.asarray(result.labels)))
    design.check(tuple(names), n_units)
    b = [drawn.flat(f"coefficients_{name}") for name in names]
    m = np.stack([b_k @ design.columns(name).x.T for b_k, name in zip(b, names, strict=True)], axis=2)
    e = MultivariateNormalQMC(np.zeros(len(names)), rng=np.random.default_rng(seed)).random(NODES)
    parts = buckets(records, drawn.unit)
    size = int(np.clip(AT_ONCE // (NODES * z[0].size), 1, len(z)))
    marginal = np.empty(z.shape[:2])
    with progress("Leaving units out", total=len(z), quiet=quiet) as advance:
        for first in range(0, len(z), size):
            here = np.arange(first, first + size) % len(z)
            at, log_weight = quadrature_nodes(z, m, sd, here, e)
            log_lik = np.asarray(_log_liks(drawn.posterior, jnp.asarray(at, float), parts), float)
            marginal[here] = logsumexp(log_lik + log_weight, axis=1) - np.log(NODES)
            advance(min(size, len(z) - first))
    return loo(marginal.reshape(*drawn.shape, n_units))


def quadrature_nodes(
    z: Float[np.ndarray, "d s n"], m: Float[np.ndarray, "d s n"], sd: Float[np.ndarray, "d n"], here: Any, e: Any
) -> tuple[Float[np.ndarray, "here j s n"], Float[np.ndarray, "here j s"]]:
    """Values of z to integrate over at some draws of the population, and log N(z; m, sd^2) less their log density.

    Half of them come from that population, and half from the Gaussian that the draws of z suggest: their precision, the
    inverse of their covariance, is about what the choices say, H, plus what the mean population says; under another
    population it is H plus what that one says.
    """
    n = z.shape[2]
    usual, usual_m = 1 / (sd**2).mean(axis=0), m.mean(axis=0)
    c, off = z.mean(axis=0), z - z.mean(axis=0)
    covariance = np.einsum("dsi,dsj->sij", off, off) / len(z) + 1e-9 * np.eye(n)
    values, vectors = np.linalg.eigh(np.linalg.inv(covariance) - np.diag(usual))
    said = np.einsum("sik,sk,sjk->sij", vectors, np.maximum(values, 0), vectors)
    pull = np.einsum("sij,sj->si", said + np.diag(usual), c) - usual * usual_m
    m, sd = m[here], sd[here, None]
    precision = said + (1 / sd**2)[..., None] * np.eye(n)  # [here, s, n, n]
    centre = np.linalg.solve(precision, (pull + m / sd**2)[..., None])[..., 0]
    root = np.linalg.cholesky(np.linalg.inv(precision))
    suggested = centre[:, None] + np.einsum("dsik,jk->djsi", root, e[: len(e) // 2])
    z = np.concatenate([suggested, m[:, None] + sd[:, None] * e[len(e) // 2 :, None]], axis=1)
    r, off = (z - m[:, None]) / sd[:, None], z - centre[:, None]
    of_population = -(r**2).sum(axis=3) / 2 - np.log(sd).sum(axis=2)[:, None]
    of_suggested = (
        -np.einsum("djsi,dsik,djsk->djs", off, precision, off) / 2 + np.linalg.slogdet(precision)[1][:, None] / 2
    )
    return z, of_population - (np.logaddexp(of_population, of_suggested) - np.log(2))


@eqx.filter_jit
def _log_probs(posterior: Posterior, x: Float[Array, "d s n"], sessions: Record) -> Float[Array, "d s t"]:
    """Of every choice of the sessions at the parameters of each draw."""

    def of_session(x: Array, record: Record) -> Array:
        return replay(jax.random.key(0), posterior.agent, posterior.params(x), record).log_prob

    return jax.lax.map(lambda at: jax.vmap(of_session)(at, sessions), x)


@eqx.filter_jit
def _log_liks(posterior: Posterior, z: Float[Array, "d j s n"], parts: Parts) -> Float[Array, "d j s"]:
    """Of every unit at each node of each draw."""
    flat = z.reshape(-1, *z.shape[2:])
    side_by_side = max(1, LANES // z.shape[2])
    found = jax.lax.map(log_likelihood_of_units(posterior, parts, z.shape[2]), flat, batch_size=side_by_side)
    return found.reshape(z.shape[:3])


@dataclass(frozen=True)
class _Drawn:
    """Some draws of a fit.

    Attributes:
        posterior: of the agent.
        unit: [sessions] the place of each session's unit among the draws.
        variables: name -> [chain, draw, ...]; x and z [S, n], sd [n], coefficients_NAME [terms].
    """

    posterior: Posterior
    unit: np.ndarray
    variables: dict[str, np.ndarray]

    @classmethod
    def of(
        cls, result: FitResult, agent: Agent, groups: Sequence[int] | np.ndarray | None, n_sessions: int, draws: int
    ) -> "_Drawn":
        if result.draws is None:
            raise BadValue(f"Leave-one-out reweighs draws, and {result.method} makes none; fit by nuts.")
        tree = result.draws["posterior"]
        labels, unit = np.unique(np.arange(n_sessions) if groups is None else np.asarray(groups), return_inverse=True)
        if not np.array_equal(labels, tree["unit"].values):
            raise BadValue("These sessions belong to other units than were fitted; give the fit's own groups.")
        posterior = Posterior.of(agent, result.fitted.origin["fixed"], prior=False)
        n_chains, n = tree.sizes["chain"], tree.sizes["draw"]
        kept = np.unique(np.linspace(0, n - 1, min(n, max(1, draws // n_chains))).astype(int))
        taken = {name: np.asarray(tree[name].values[:, kept], float) for name in tree.data_vars}
        x = [taken[info.name] for info in posterior.free]
        with jax.enable_x64(True):
            z = [np.asarray(info.support.unconstrain(jnp.asarray(x[k]))) for k, info in enumerate(posterior.free)]
        return cls(posterior, unit, taken | {"x": np.stack(x, axis=-1), "z": np.stack(z, axis=-1)})

    @property
    def shape(self) -> tuple[int, int]:
        """Chains and draws."""
        return self.variables["x"].shape[:2]

    def flat(self, name: str) -> np.ndarray:
        """A variable with all draws in a row."""
        value = self.variables[name]
        return value.reshape(-1, *value.shape[2:])
