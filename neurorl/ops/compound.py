"""A trial as learners of whole trials take it: which cues were seen and what was paid, whenever in the trial that was.

Learners that compare what a trial paid with what its cues predicted (Rescorla & Wagner 1972; Mackintosh 1975; Pearce &
Hall 1980) gather this step by step and learn when the trial ends.
"""

from typing import Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from neurorl.core.errors import BadValue
from neurorl.core.types import Transition


class CompoundTrial(eqx.Module):
    """What this trial has brought so far.

    Attributes:
        present: 1 for each cue that was seen.
        received: reward and stimulation, reward units.
        paid: whether a reward came.
    """

    present: Float[Array, " cues"]
    received: Float[Array, ""]
    paid: Bool[Array, ""]

    @classmethod
    def begin(cls, n_cues: int) -> Self:
        """A trial in which nothing has been seen yet."""
        return cls(jnp.zeros(n_cues), jnp.zeros(()), jnp.asarray(False))

    def see(self, shown: Float[Array, " cues"]) -> "CompoundTrial":
        """The trial after these cues were on show."""
        return CompoundTrial(jnp.maximum(self.present, shown), self.received, self.paid)

    def pay(self, transition: Transition) -> "CompoundTrial":
        """The trial after what this step paid."""
        received = self.received + transition.reward + transition.stim
        return CompoundTrial(self.present, received, self.paid | (transition.reward > 0))

    def predicts(self, values: Float[Array, " cues"]) -> Float[Array, ""]:
        """The sum of the values of the cues seen so far, reward units."""
        return jnp.sum(self.present * values)

    def unless(self, ends: Bool[Array, ""]) -> "CompoundTrial":
        """This trial, or a new one where it ends."""
        return CompoundTrial(jnp.where(ends, 0.0, self.present), jnp.where(ends, 0.0, self.received), self.paid & ~ends)


def saliences(given: tuple[float, ...], values: Float[Array, " cues"]) -> Float[Array, " cues"]:
    """The salience of each cue: those given, or 1 each."""
    if given and len(given) != values.shape[0]:
        raise BadValue(f"There are {len(given)} saliences for {values.shape[0]} cues; give one for each.")
    return jnp.asarray(given, values.dtype) if given else jnp.ones_like(values)
