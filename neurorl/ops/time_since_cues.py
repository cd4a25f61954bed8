"""Features of the moment for linear values: the time since each cue began, or the state that is seen.

In temporal-difference models of conditioning a cue that has gone still counts, by the time since it began. Two
representations of that time: the *complete serial compound* has a feature of its own for every cue and step since its
onset (Sutton & Barto 1990; Schultz et al. 1997); *microstimuli* are bumps over the height of a trace that decays from 1
at onset, and grow lower and wider in time (Ludvig et al. 2008). `StateCodes` marks the state where states are codes.

Each has `empty()`, the memory at the start of a trial; `see(memory, obs, rewarded)`, the memory one step later; and
`features(memory)`.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

NONE = -1  # steps since a stimulus that has not begun


class Onsets(eqx.Module):
    """Steps since each stimulus began (-1: it has not), and what is on show."""

    since: Int[Array, " n"]
    shown: Float[Array, " n"]

    @classmethod
    def none(cls, n: int) -> "Onsets":
        """Nothing has begun."""
        return cls(jnp.full(n, NONE, jnp.int32), jnp.zeros(n))

    def see(self, shown: Float[Array, " n"]) -> "Onsets":
        """One step later. A stimulus begins where it is on show and was not before."""
        begins = (shown > 0) & (self.shown == 0)
        later = jnp.where(self.since == NONE, NONE, self.since + 1)
        return Onsets(jnp.where(begins, 0, later).astype(jnp.int32), shown.astype(self.shown.dtype))

    def stopped(self, when: Bool[Array, ""]) -> "Onsets":
        """What has begun counts no longer, where `when` holds."""
        return Onsets(jnp.where(when, NONE, self.since), self.shown)


@dataclass(frozen=True)
class SerialCompound:
    """Complete serial compound of `n_cues` cues over `length` steps; with `reset` a reward ends it."""

    n_cues: int
    length: int
    reset: bool = False

    def empty(self) -> Onsets:
        return Onsets.none(self.n_cues)

    def see(self, memory: Onsets, obs: Float[Array, " cues"], rewarded: Bool[Array, ""]) -> Onsets:
        return memory.stopped(rewarded & self.reset).see(obs)

    def features(self, memory: Onsets) -> Float[Array, " cues*length"]:
        now = memory.since[:, None] == jnp.arange(self.length)
        return now.astype(memory.shown.dtype).reshape(-1)


@dataclass(frozen=True)
class Microstimuli:
    """`count` microstimuli of each of `n_cues` cues and of the reward (Ludvig et al. 2008).

    x_i = y exp(-(y - i / count)^2 / (2 width^2)) / sqrt(2 pi), i = 1 ... count, where the trace y is decay^(steps since
    onset); 0 before onset. The reward is a stimulus too, so that early rewards can end what was expected.
    """

    n_cues: int
    count: int = 10
    decay: float = 0.9
    width: float = 0.08

    def empty(self) -> Onsets:
        return Onsets.none(self.n_cues + 1)

    def see(self, memory: Onsets, obs: Float[Array, " cues"], rewarded: Bool[Array, ""]) -> Onsets:
        return memory.see(jnp.append(obs, rewarded.astype(obs.dtype)))

    def features(self, memory: Onsets) -> Float[Array, " (cues+1)*count"]:
        steps = jnp.maximum(memory.since, 0).astype(memory.shown.dtype)
        y = jnp.where(memory.since == NONE, 0.0, self.decay**steps)[:, None]
        centre = jnp.arange(1, self.count + 1) / self.count
        return (y * jnp.exp(-((y - centre) ** 2) / (2 * self.width**2)) / jnp.sqrt(2 * jnp.pi)).reshape(-1)


@dataclass(frozen=True)
class StateCodes:
    """One feature for each of `n` states; the memory is the code that is seen."""

    n: int

    def empty(self) -> Int[Array, ""]:
        return jnp.asarray(NONE, jnp.int32)

    def see(self, memory: Int[Array, ""], obs: Int[Array, ""], rewarded: Bool[Array, ""]) -> Int[Array, ""]:
        return obs.astype(jnp.int32)

    def features(self, memory: Int[Array, ""]) -> Float[Array, " n"]:
        return jax.nn.one_hot(memory, self.n, dtype=jnp.result_type(float))


class Representation(Protocol):
    """Any of these."""

    def empty(self) -> Any: ...
    def see(self, memory: Any, obs: Array, rewarded: Bool[Array, ""]) -> Any: ...
    def features(self, memory: Any) -> Float[Array, " features"]: ...


def emptied(representation: Representation, memory: Any, when: Bool[Array, ""]) -> Any:
    """The memory, or the empty one where `when` holds."""
    return jax.tree.map(lambda new, old: jnp.where(when, new, old), representation.empty(), memory)
