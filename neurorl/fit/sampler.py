"""The No-U-Turn sampler of the hierarchical model, in pieces, compiled once for each agent and shape of the data."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from numpyro.infer import NUTS
from numpyro.infer.initialization import init_to_sample

from neurorl.fit.evaluate import mesh
from neurorl.fit.hierarchical import Data, hierarchy, population_sites
from neurorl.fit.likelihood import log_likelihood_of_units
from neurorl.fit.posterior import Posterior

PIECE = 50  # transitions between two signs of life
STATS = ("diverging", "num_steps", "accept_prob", "potential_energy")


class Sampler:
    """Chains side by side, shared out over the devices where their number allows it.

    Use it where the precision of the sampling is on.
    """

    def __init__(self, posterior: Posterior, chains: int, warmup: int, accept: float):
        self._kernel = NUTS(
            hierarchy(posterior),
            dense_mass=[population_sites(posterior)],  # pyright: ignore[reportArgumentType]  # NumPyro says bool only
            target_accept_prob=accept,
            init_strategy=init_to_sample,
        )
        spread = chains % len(jax.devices()) == 0
        self._home = NamedSharding(mesh(), PartitionSpec("lane" if spread else None))
        self._begin = jax.jit(lambda keys, places, data: self._kernel.init(keys, warmup, places, (data,), {}))
        self._piece = self._pieces(spread)
        self._sites = jax.jit(self._constrained)
        self._log_lik = jax.jit(functools.partial(_over_draws, posterior))

    def begin(self, keys: Any, places: Any, data: Data) -> Any:
        """The state of chains that set out from places [chain, ...]."""
        return self.at_home(self._begin(keys, places, data))

    def at_home(self, state: Any) -> Any:
        """A state as `piece` returns it, so that it is not compiled twice."""
        return jax.device_put(jax.tree.map(np.asarray, jax.device_get(state)), self._home)

    def piece(self, state: Any, data: Data) -> tuple[Any, tuple[dict[str, np.ndarray], dict[str, np.ndarray]]]:
        """PIECE transitions: the new state, and unconstrained sites and statistics [PIECE, chain, ...]."""
        state, found = self._piece(state, data)
        return state, jax.device_get(found)

    def sites(self, z: dict[str, np.ndarray], data: Data) -> dict[str, np.ndarray]:
        """Sites of the model from unconstrained ones [chain, draw, ...]."""
        return {name: np.asarray(value, float) for name, value in self._sites(z, data).items()}

    def log_lik(self, z: np.ndarray, data: Data) -> np.ndarray:
        """Log-likelihood of each unit at each draw: z [chain, draw, S, n] -> [chain, draw, S]."""
        flat = jnp.asarray(z.reshape(-1, *z.shape[2:]), float)
        return np.asarray(self._log_lik(flat, data), float).reshape(z.shape[:3])

    def _pieces(self, spread: bool) -> Callable[[Any, Data], Any]:
        def run(state: Any, data: Data) -> tuple[Any, Any]:
            def transition(state: Any, _: None) -> tuple[Any, Any]:
                state = self._kernel.sample(state, (data,), {})
                return state, (state.z, {name: getattr(state, name) for name in STATS})

            return jax.lax.scan(transition, state, length=PIECE)

        if not spread:
            return jax.jit(run)
        lane = PartitionSpec("lane")
        given, found = (lane, PartitionSpec()), (lane, PartitionSpec(None, "lane"))
        return jax.jit(jax.shard_map(run, mesh=mesh(), in_specs=given, out_specs=found, check_vma=False))

    def _constrained(self, z: Any, data: Data) -> Any:
        return jax.vmap(jax.vmap(self._kernel.postprocess_fn((data,), {})))(z)


def _over_draws(posterior: Posterior, z: Any, data: Data) -> Any:
    return jax.lax.map(log_likelihood_of_units(posterior, data.parts, z.shape[1]), z)


@functools.lru_cache(maxsize=8)
def sampler(posterior: Posterior, chains: int, warmup: int, accept: float, double: bool, shapes: Any) -> Sampler:
    """The sampler for an agent and data of these shapes (`shapes_of`): the same one when asked again."""
    return Sampler(posterior, chains, warmup, accept)


def shapes_of(data: Data) -> tuple[tuple[int, ...], ...]:
    """What a compiled sampler depends on in the data."""
    return tuple(np.shape(leaf) for leaf in jax.tree.leaves(data))
