"""The log posterior of many lanes at once, with its gradient and information, spread over the devices.

Sessions are read a part at a time, up to the last step of the longest session among the lanes at hand: what is padded
is hardly computed, memory does not grow with the length of sessions, and nothing is compiled per length or per unit.
"""

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
from neurorl.fit.problem import Posterior
from neurorl.loop import Going, Recorded, begin, go_on

AT_ONCE = 64  # steps of a session that are read at once, at most
STEPS_AT_ONCE = 500_000  # steps of all lanes that a device reads at once, so that memory is bounded


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
        length: [S] steps of each unit's longest session. Lanes of like length in one call save time.
    """

    def __init__(self, posterior: Posterior, sessions: Record, n_lanes: int, most: int = 128):
        n_devices = len(jax.devices())
        _, n_sessions, n_steps = sessions.reward.shape
        n_parts = -(-n_steps // AT_ONCE)
        size = -(-n_steps // n_parts)  # of a part
        longest = max(1, STEPS_AT_ONCE // (n_sessions * size))
        self.places = n_devices * min(most, longest, -(-n_lanes // n_devices))
        self.length = (np.asarray(sessions.valid) * np.arange(1, n_steps + 1)).max(axis=(1, 2))
        parts = jax.tree.map(lambda leaf: _in_parts(np.asarray(leaf), n_parts, size), sessions)
        # Every device holds all data from the start; only z travels.
        self._data = jax.device_put((parts, -(-self.length // size)), NamedSharding(mesh(), PartitionSpec()))
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


def _in_parts(leaf: np.ndarray, n_parts: int, size: int) -> np.ndarray:
    """[S, m, T, ...] as [parts, S, m, size, ...]; what is added did not happen (zero, and for `valid` False)."""
    padded = np.pad(leaf, [(0, 0), (0, 0), (0, n_parts * size - leaf.shape[2])] + [(0, 0)] * (leaf.ndim - 3))
    return np.moveaxis(padded.reshape(*leaf.shape[:2], n_parts, size, *leaf.shape[3:]), 2, 0)


@functools.lru_cache(maxsize=64)
def _program(posterior: Posterior) -> Callable[[Any, Any], Point]:
    def work(data: tuple[Record, Array], lanes: tuple[Array, Array]) -> Point:
        (parts, n_parts), (unit, z) = data, lanes

        def part(i: Any) -> Record:
            return jax.tree.map(lambda leaf: leaf[i, unit], parts)

        def further(i: Array, carried: _Carried) -> _Carried:
            return jax.vmap(functools.partial(_further, posterior))(carried, z, part(i))

        begun = jax.vmap(functools.partial(_begun, posterior))(z, part(0))
        done = jax.lax.fori_loop(0, n_parts[unit].max(), further, begun)
        return jax.vmap(functools.partial(_point, posterior))(done, z)

    lanes, everywhere = PartitionSpec("lane"), PartitionSpec()
    return jax.jit(jax.shard_map(work, mesh=mesh(), in_specs=(everywhere, lanes), out_specs=lanes, check_vma=False))


class _Carried(eqx.Module):
    """What a lane carries from one part of its m sessions to the next.

    The derivatives go forward with the sessions. Nothing of the past is kept, so memory is a small part of what going
    backwards through the sessions needs, and for a handful of parameters it is no slower.

    Attributes:
        moving: the numbers among the agent's states and what it sees next, one of each a session.
        slopes: their derivatives with respect to z, parameter first.
        still: the rest (integers, flags).
        log_lik, gradient, information: of the steps so far; see `Point`.
    """

    moving: Any
    slopes: Any
    still: Any
    log_lik: Float[Array, ""]
    gradient: Float[Array, " n"]
    information: Float[Array, "n n"]


def _begun(posterior: Posterior, z: Float[Array, " n"], part: Record) -> _Carried:
    """Before the first step."""

    def start(at: Array) -> tuple[Any, Any]:
        params = posterior.params(posterior.constrained(at))

        def session(record: Record) -> tuple[Any, Any]:
            going = begin(_keys()[:2], posterior.agent, params, Recorded(), record)
            return going.agent_state, going.obs

        return eqx.partition(jax.vmap(session)(part), eqx.is_inexact_array)

    directions = _directions(z)
    moving, slopes, still = jax.vmap(
        lambda direction: jax.jvp(start, (z,), (direction,), has_aux=True), out_axes=(None, 0, None)
    )(directions)
    n = len(directions)
    return _Carried(moving, slopes, still, jnp.zeros(()), jnp.zeros(n), jnp.eye(n))


def _further(posterior: Posterior, carried: _Carried, z: Float[Array, " n"], part: Record) -> _Carried:
    """After the next part of the sessions [m, size]."""

    def read(at: Array, moving: Any) -> tuple[tuple[Any, Array], Any]:
        params = posterior.params(posterior.constrained(at))

        def session(state: tuple[Any, Any], record: Record) -> tuple[Any, Array]:
            agent_state, obs = state
            going = Going(agent_state, jnp.asarray(0, jnp.int32), obs)
            forced = {"forced": record.action, "valid": record.valid, "scored": record.scored}
            n_steps = len(record.reward)
            going, steps = go_on(_keys()[2:], posterior.agent, params, Recorded(), record, going, n_steps, **forced)
            return (going.agent_state, going.obs), steps.log_prob

        after, log_prob = jax.vmap(session)(eqx.combine(moving, carried.still), part)
        moving, still = eqx.partition(after, eqx.is_inexact_array)
        return (moving, log_prob.ravel()), still

    (moving, log_prob), (slopes, scores), still = jax.vmap(
        lambda direction, slope: jax.jvp(read, (z, carried.moving), (direction, slope), has_aux=True),
        out_axes=(None, 0, None),
    )(_directions(z), carried.slopes)
    return _Carried(
        moving,
        slopes,
        still,
        carried.log_lik + log_prob.sum(),
        carried.gradient + scores.sum(axis=1),
        carried.information + (scores[:, None] * scores[None]).sum(axis=2),
    )


def _point(posterior: Posterior, carried: _Carried, z: Float[Array, " n"]) -> Point:
    n = len(z)
    log_prior, slope = jax.value_and_grad(posterior.log_prior)(z)
    gradient, information = carried.gradient[:n] + slope, carried.information[:n, :n]
    return Point(posterior.constrained(z), carried.log_lik, log_prior, gradient, information)


def _directions(z: Float[Array, " n"]) -> Float[Array, "d n"]:
    """One a parameter; where there is none, one that leads nowhere, as JAX maps over nothing less than one."""
    return jnp.eye(max(1, len(z)), len(z))


def _keys() -> Array:
    """Those of `replay`."""
    return jax.random.split(jax.random.key(0), 4)


@functools.cache
def mesh() -> jax.sharding.Mesh:
    """All devices in a row; a processor counts as as many devices as the process was told to split it into."""
    return jax.make_mesh((len(jax.devices()),), ("lane",), axis_types=(AxisType.Auto,), devices=jax.devices())
