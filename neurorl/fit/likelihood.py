"""The log-likelihood of all units at once, made to be differentiated many thousand times.

Sessions are sorted into at most BUCKETS groups of like length, so that little padding is computed, and all sessions of
a group go through the loop side by side; nothing is compiled per unit. A unit has a handful of parameters, so
derivatives are carried along forwards in the same pass (one tangent a parameter, each unit's own) and nothing of the
past is kept: memory hardly grows with the number of trials.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from neurorl.core.types import Record
from neurorl.fit.problem import Posterior
from neurorl.loop import replay

BUCKETS = 4
Parts = list[tuple[Int[Array, " sessions"], Record]]


def log_likelihood_of_units(
    posterior: Posterior, parts: Parts, n_units: int
) -> Callable[[Float[Array, "s n"]], Float[Array, " s"]]:
    """z [S, n] -> log-likelihood of each unit [S], nats, with a derivative that is computed forwards.

    Args:
        posterior: of the agent.
        parts: of `buckets`; they may be traced.
        n_units: S.
    """

    def of_session(z: Float[Array, " n"], record: Record) -> Float[Array, ""]:
        params = posterior.params(posterior.constrained(z))
        return replay(jax.random.key(0), posterior.agent, params, record).log_prob.sum()

    def value(z: Float[Array, "s n"]) -> Float[Array, " s"]:
        total = jnp.zeros(n_units, z.dtype)
        for whose, sessions in parts:
            total = total.at[whose].add(jax.vmap(of_session)(z[whose], sessions))
        return total

    def forwards(z: Float[Array, "s n"]) -> tuple[Float[Array, " s"], Float[Array, "s n"]]:
        def towards(direction: Float[Array, " n"]) -> tuple[Array, Array]:
            return jax.jvp(value, (z,), (jnp.broadcast_to(direction, z.shape),))

        return jax.vmap(towards, out_axes=(None, 1))(jnp.eye(z.shape[1], dtype=z.dtype))

    def backwards(scores: Float[Array, "s n"], weight: Float[Array, " s"]) -> tuple[Array]:
        return (scores * weight[:, None],)

    log_likelihood = jax.custom_vjp(value)
    log_likelihood.defvjp(forwards, backwards)
    return log_likelihood


def buckets(records: Record, unit: np.ndarray) -> Parts:
    """Sessions in parts of like length: whose they are, and the sessions cut to the longest of the part.

    Args:
        records: sessions [sessions, T].
        unit: [sessions] which unit each belongs to: 0 to S - 1, none left out.
    """
    valid = np.asarray(records.valid, bool)
    length = np.maximum(1, (valid * np.arange(1, valid.shape[1] + 1)).max(axis=1))
    ends = _ends(np.sort(length))
    parts = []
    for low, high in zip(np.r_[0, ends[:-1]], ends, strict=True):
        here = np.flatnonzero((length > low) & (length <= high))
        sessions = jax.tree.map(lambda leaf, h=here, top=high: jnp.asarray(np.asarray(leaf)[h][:, :top]), records)
        parts.append((jnp.asarray(unit[here]), _usual(sessions)))
    return parts


def _ends(lengths: np.ndarray) -> np.ndarray:
    """Longest session of each bucket: quantiles of the lengths where that saves a tenth of all steps, else one."""
    quantiles = np.unique(np.quantile(lengths, np.arange(1, BUCKETS + 1) / BUCKETS, method="higher").astype(int))
    padded = quantiles[np.searchsorted(quantiles, lengths)].sum()
    return quantiles if padded < 0.9 * lengths[-1] * len(lengths) else lengths[-1:]


def _usual(record: Record) -> Record:
    """Floats in the precision that is on."""

    def one(leaf: Any) -> Array:
        return jnp.asarray(leaf, float) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf

    return jax.tree.map(one, record)
