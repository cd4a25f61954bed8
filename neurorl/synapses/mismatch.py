"""Device mismatch: each synapse multiplies its weight by a factor of its own, which never changes.

    w_read = m w,   m = 1 + sd z,   z ~ Normal(0, 1), drawn once for each weight

As on analogue neuromorphic chips, on which no two circuits are alike (Wunderlich et al. 2019). The change that a
learner proposes is written to w, so that the learning rate of a synapse is scaled by its factor as well. With sd 0.4,
0.6 % of the factors are negative: such a synapse has the wrong sign.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.synapse import PLAIN, AroundSynapse, Synapse, keys_like


class State(eqx.Module):
    """The factors m, and the state of the synapses inside."""

    factors: Any
    inner: Any


@dataclass(frozen=True)
class Mismatch(AroundSynapse):
    """Synapses with fixed factors of standard deviation `sd`, around synapses of another kind."""

    sd: float = option(0.2, "standard deviation of the factors, whose mean is 1", low=0)
    inner: Synapse = PLAIN
    device: int | None = option(None, "a number names one device; None: another device for every key")

    card: ClassVar[Card] = Card(
        title="Device mismatch",
        summary="Every synapse multiplies its weight by a fixed random factor of its own.",
        refs=("wunderlich2019",),
        tags=("hardware", "noise"),
    )

    def __post_init__(self) -> None:
        if not 0 <= self.sd < float("inf"):
            raise BadValue(f"sd is {self.sd:g}, but must be a finite number of at least 0.")

    @property
    def draws(self) -> bool:
        """A device that is named is the same for all keys."""
        return self.device is None or self.inner.draws

    def deviation(self, weights: Any) -> Any:
        """Factors are 1 on average over devices; one that is named has its own."""
        within = self.inner.deviation(weights)
        if self.device is None:
            return within
        factors = self._factors(jax.random.key(self.device), weights)
        return jax.tree.map(lambda m, w, d: jnp.abs(m - 1) * jnp.abs(w) + jnp.abs(m) * d, factors, weights, within)

    def init(self, key: PRNGKeyArray, weights: Any) -> State:
        of_device, within = jax.random.split(key)
        if self.device is not None:
            of_device = jax.random.key(self.device)

        return State(self._factors(of_device, weights), self.inner.init(within, weights))

    def read(self, state: State) -> Any:
        return jax.tree.map(lambda m, w: m * w, state.factors, self.inner.read(state.inner))

    def write(self, state: State, change: Any, importance: Any = None) -> State:
        return State(state.factors, self.inner.write(state.inner, change, importance))

    def _factors(self, key: PRNGKeyArray, weights: Any) -> Any:
        def one(w: Array, key: PRNGKeyArray) -> Array:
            return 1 + jnp.asarray(self.sd, w.dtype) * jax.random.normal(key, w.shape, w.dtype)

        return jax.tree.map(one, weights, keys_like(key, weights))


SYNAPSE = Mismatch
