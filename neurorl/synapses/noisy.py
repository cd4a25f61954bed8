"""Noise of reading and of writing.

    reading:  w_read = w + read z                       z anew after every write, and the same for all reads until then
    writing:  the change that is written is change + write |change| z'                z, z' ~ Normal(0, 1)

Reading noise has the units of the weight (thermal noise of a circuit, unreliable release); writing noise is relative
to the change, as the programming noise of memristive devices is to first order. Where no change is written, none is
made by noise.
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
    """The reading noise of now, the key of the draws still to come, and the state of the synapses inside."""

    noise: Any
    key: PRNGKeyArray
    inner: Any


@dataclass(frozen=True)
class Noisy(AroundSynapse):
    """Synapses that are read and written with noise, around synapses of another kind."""

    reading: float = option(0.05, "standard deviation of what is read, in units of the weight", low=0)
    writing: float = option(0.0, "standard deviation of a change that is written, relative to the change", low=0)
    inner: Synapse = PLAIN

    card: ClassVar[Card] = Card(
        title="Noisy synapses",
        summary="Weights are read with noise that is drawn anew after every change, and changes are written with noise "
        "in proportion to them.",
        refs=(),
        tags=("noise", "hardware"),
    )
    draws: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name, value in (("reading", self.reading), ("writing", self.writing)):
            if not 0 <= value < float("inf"):
                raise BadValue(f"{name} is {value:g}, but must be a finite number of at least 0.")

    @property
    def drifts(self) -> bool:
        """What is read changes with every write."""
        return self.reading > 0 or self.inner.drifts

    def init(self, key: PRNGKeyArray, weights: Any) -> State:
        key, now, within = jax.random.split(key, 3)
        return State(self._drawn(now, weights, self.reading), key, self.inner.init(within, weights))

    def read(self, state: State) -> Any:
        return jax.tree.map(lambda w, z: w + z, self.inner.read(state.inner), state.noise)

    def write(self, state: State, change: Any, importance: Any = None) -> State:
        key, now, then = jax.random.split(state.key, 3)
        relative = self._drawn(then, change, self.writing)
        written = jax.tree.map(lambda d, z: d + jnp.abs(d) * z, change, relative)
        return State(self._drawn(now, change, self.reading), key, self.inner.write(state.inner, written, importance))

    @staticmethod
    def _drawn(key: PRNGKeyArray, like: Any, sd: float) -> Any:
        def one(leaf: Array, key: PRNGKeyArray) -> Array:
            return jnp.asarray(sd, leaf.dtype) * jax.random.normal(key, leaf.shape, leaf.dtype)

        return jax.tree.map(one, like, keys_like(key, like))


SYNAPSE = Noisy
