"""The No-U-Turn sampler of the hierarchical model, in pieces, compiled once for each agent and shape of the data."""

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax.sharding import NamedSharding, PartitionSpec
from numpyro.infer import NUTS
from numpyro.infer.initialization import init_to_uniform

from neurorl.fit.likelihood import log_likelihood_of_units
from neurorl.fit.problem import Posterior
from neurorl.fit.sampling.draws import STATS
from neurorl.fit.sampling.hierarchical import Data, hierarchy, population_sites
from neurorl.fit.search.evaluate import mesh

PIECE = 50  # transitions between two signs of life
Drawn = dict[str, np.ndarray]  # by name: the model's sites but u, log_lik of each unit, and STATS


class Sampler:
    """Chains side by side, shared out over the devices where their number allows it.

    Use it where the precision of the sampling is on.
    """

    def __init__(self, posterior: Posterior, chains: int, warmup: int, accept: float):
        self._posterior = posterior
        self._accept = accept
        self._kernel = self._new_kernel()
        spread = chains % len(jax.devices()) == 0
        self._home = NamedSharding(mesh(), PartitionSpec("lane" if spread else None))
        self._piece = self._pieces(spread)

        def begin(keys: Any, places: Any, data: Data) -> Any:
            # Traced anew (after `jax.clear_caches`, say) it needs a new kernel: with keys of many chains, each `init`
            # of a NumPyro kernel maps its step over chains once more.
            self._kernel = self._new_kernel()
            return self._kernel.init(keys, warmup, places, (data,), {})

        self._begin = jax.jit(begin)

    def _new_kernel(self) -> NUTS:
        return NUTS(
            hierarchy(self._posterior),
            dense_mass=[population_sites(self._posterior)],  # pyright: ignore[reportArgumentType]  # it says bool only
            target_accept_prob=self._accept,
            init_strategy=init_to_uniform,
        )

    def begin(self, keys: Any, places: Any, data: Data) -> Any:
        """The state of chains that set out from places [chain, ...]."""
        return self.at_home(self._begin(keys, places, data))

    def at_home(self, state: Any) -> Any:
        """A state as `piece` returns it, so that it is not compiled twice."""
        return jax.device_put(jax.tree.map(np.asarray, jax.device_get(state)), self._home)

    def piece(self, state: Any, data: Data) -> tuple[Any, Drawn]:
        """PIECE transitions: the new state, and what was drawn [PIECE, chain, ...]."""
        state, found = self._piece(state, data)
        return state, jax.device_get(found)

    def _pieces(self, spread: bool) -> Callable[[Any, Data], Any]:
        def run(state: Any, data: Data) -> tuple[Any, Any]:
            sites = jax.vmap(self._kernel.postprocess_fn((data,), {}))
            log_lik = jax.vmap(log_likelihood_of_units(self._posterior, data.parts, len(data.pull)))

            def transition(state: Any, _: None) -> tuple[Any, Any]:
                state = self._kernel.sample(state, (data,), {})
                found = sites(state.z)
                del found["u"]
                found["log_lik"] = log_lik(found["z"])
                return state, found | {name: getattr(state, name) for name in STATS}

            return jax.lax.scan(transition, state, length=PIECE)

        if not spread:
            return jax.jit(run)
        lane = PartitionSpec("lane")
        given, found = (lane, PartitionSpec()), (lane, PartitionSpec(None, "lane"))
        return jax.jit(jax.shard_map(run, mesh=mesh(), in_specs=given, out_specs=found, check_vma=False))


@functools.lru_cache(maxsize=8)
def sampler(posterior: Posterior, chains: int, warmup: int, accept: float, double: bool, shapes: Any) -> Sampler:
    """The sampler for an agent and data of these shapes (`shapes_of`): the same one when asked again."""
    return Sampler(posterior, chains, warmup, accept)


def shapes_of(data: Data) -> tuple[tuple[int, ...], ...]:
    """What a compiled sampler depends on in the data."""
    return tuple(np.shape(leaf) for leaf in jax.tree.leaves(data))
