"""The log posterior of many lanes at once, with its gradient and information, spread over the devices."""

import functools
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType, NamedSharding, PartitionSpec
from jaxtyping import Array, Float

from neurorl.core.errors import NeurorlError
from neurorl.core.types import Record
from neurorl.fit.posterior import Posterior

STEPS_AT_ONCE = 2_000_000  # lanes x recorded steps that a device works on at a time, so that memory is bounded


class Point(eqx.Module):
    """What there is to say about one place z of one unit's posterior.

    Attributes:
        x: the parameters.
        log_lik, log_prior: nats; their sum is climbed.
        gradient: of the sum, with respect to z.
        information: I + sum_t s_t s_t', where s_t = d log p(a_t) / dz. The outer products of the scores estimate the
            Fisher information, the curvature to expect at a maximum (Berndt, Hall, Hall & Hausman 1974); the unit
            matrix stands for the prior and keeps a parameter that does not matter from being thrown far away.
    """

    x: Float[Array, " n"]
    log_lik: Float[Array, ""]
    log_prior: Float[Array, ""]
    gradient: Float[Array, " n"]
    information: Float[Array, "n n"]


class Evaluator:
    """Evaluates a posterior in lanes; compiled once per agent and shape of the data.

    Attributes:
        places: the fixed number of lanes of one call, over all devices.
    """

    def __init__(self, posterior: Posterior, sessions: Record, n_lanes: int, most: int = 128):
        n_devices = len(jax.devices())
        longest = max(1, STEPS_AT_ONCE // sessions.reward[0].size)
        self.places = n_devices * min(most, longest, -(-n_lanes // n_devices))
        # Every device holds all data from the start; only z travels.
        self._data = jax.device_put(sessions, NamedSharding(mesh(), PartitionSpec()))
        self._program = _program(posterior)
        self._name = type(posterior.agent).__name__

    def __call__(self, unit: np.ndarray, z: Any) -> Point:
        """The points of `places` lanes: lane i reads the sessions of unit[i] at z[i]."""
        try:
            return self._program(self._data, (unit, z))
        except TypeError as error:  # raised while the agent is traced
            raise NeurorlError(
                f"{self._name} cannot be fitted, because fits run in double precision and its state changes its data "
                "type from one step to the next. Make arrays of the state with jnp.zeros(n) or in the dtype of a "
                f"parameter, and integers with an explicit dtype. JAX says: {str(error).splitlines()[0]}"
            ) from error


@functools.lru_cache(maxsize=64)
def _program(posterior: Posterior) -> Callable[[Record, Any], Point]:
    def lane(data: Record, unit: Array, z: Array) -> Point:
        return _point(posterior, jax.tree.map(lambda leaf: leaf[unit], data), z)

    def work(data: Record, lanes: tuple[Array, Array]) -> Point:
        return jax.vmap(lane, in_axes=(None, 0, 0))(data, *lanes)

    lanes, everywhere = PartitionSpec("lane"), PartitionSpec()
    return jax.jit(jax.shard_map(work, mesh=mesh(), in_specs=(everywhere, lanes), out_specs=lanes, check_vma=False))


def _point(posterior: Posterior, sessions: Record, z: Array) -> Point:
    """One forward pass carries the derivatives along.

    It keeps nothing of the past but the scores, so its memory is a small part of what going backwards through the
    sessions needs, and for a handful of parameters it is no slower.
    """
    n = len(z)
    log_lik, scores = _with_derivatives(lambda at: posterior.log_probs(at, sessions).ravel(), z)
    log_prior, slope = _with_derivatives(posterior.log_prior, z)
    return Point(
        posterior.constrained(z), log_lik.sum(), log_prior, scores.sum(axis=1) + slope, jnp.eye(n) + scores @ scores.T
    )


def _with_derivatives(fn: Callable[[Array], Array], z: Array) -> tuple[Array, Array]:
    """fn(z), and its derivatives with the parameter as the first axis."""
    if len(z) == 0:
        value = fn(z)
        return value, jnp.zeros((0, *value.shape))
    return jax.vmap(lambda v: jax.jvp(fn, (z,), (v,)), out_axes=(None, 0))(jnp.eye(len(z)))


@functools.cache
def mesh() -> jax.sharding.Mesh:
    """All devices in a row; a processor counts as as many devices as the process was told to split it into."""
    return jax.make_mesh((len(jax.devices()),), ("lane",), axis_types=(AxisType.Auto,), devices=jax.devices())
