"""Weights of low precision: 2^bits levels, evenly spaced from -span to span.

    d = 2 span / (2^bits - 1)                       distance of two levels
    nearest:     w <- the level nearest to w + change
    stochastic:  w <- one of the two levels around w + change, the upper with probability (w + change - lower) / d
    shadow:      s <- s + change at full precision; the weight that is read is the level nearest to s

Stochastic rounding is right on average (Gupta et al. 2015), so that many changes smaller than a level add up. Nearest
rounding loses every change smaller than half a level. A change beyond the outermost level is cut off there.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.synapse import Synapse, keys_like

MOST = 16  # bits; single precision has 24


class State(eqx.Module):
    """What the synapses hold.

    Attributes:
        held: number of each weight's level, counted from 0 at -span; for `shadow` the shadow weights.
        span: largest absolute weight of each array.
        key: of the draws still to come; None where there are none.
    """

    held: Any
    span: Any
    key: PRNGKeyArray | None


@dataclass(frozen=True)
class Bits(Synapse):
    """Weights of `bits` bits between -span and span."""

    bits: int = option(6, "bits of a weight", low=1, high=MOST)
    span: float | None = option(1.0, "largest absolute weight; None: of each array, its own at the start")
    rounding: Literal["stochastic", "nearest", "shadow"] = option("stochastic", "what becomes of a change")

    card: ClassVar[Card] = Card(
        title="Weights of few bits",
        summary="A weight is one of 2^bits levels. Changes are rounded at random, to the nearest level, or gathered "
        "in a shadow weight of full precision.",
        refs=("gupta2015",),
        tags=("precision", "hardware"),
    )
    differentiable: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= MOST or int(self.bits) != self.bits:
            raise BadValue(f"bits is {self.bits}, but must be a whole number from 1 to {MOST}.")
        if self.span is not None and not 0 < self.span < float("inf"):
            raise BadValue(f"span is {self.span:g}, but must be a positive finite number, or None.")
        if self.rounding not in ("stochastic", "nearest", "shadow"):
            raise BadValue(f"rounding is {self.rounding!r}, but must be stochastic, nearest or shadow.")

    @property
    def draws(self) -> bool:
        """Only stochastic rounding draws."""
        return self.rounding == "stochastic"

    @property
    def limits(self) -> tuple[float, float] | None:
        """-span to span."""
        return None if self.span is None else (-self.span, self.span)

    def deviation(self, weights: Any) -> Any:
        """Half a level; stochastic rounding is right on average."""
        if self.draws:
            return super().deviation(weights)
        return jax.tree.map(lambda w: jnp.full_like(w, 0.5 * self._level(self._span(w))), weights)

    def init(self, key: PRNGKeyArray, weights: Any) -> State:
        span = jax.tree.map(self._span, weights)
        if self.rounding == "shadow":
            return State(jax.tree.map(lambda w, s: jnp.clip(w, -s, s), weights, span), span, None)
        lowest = State(jax.tree.map(lambda w: jnp.zeros(w.shape, jnp.int32), weights), span, self._own(key))
        return self.write(lowest, jax.tree.map(lambda w, s: w + s, weights, span))

    def read(self, state: State) -> Any:
        def one(held: Array, span: Array) -> Array:
            if self.rounding == "shadow":
                held = jnp.round((held + span) / self._level(span))
            return held.astype(span.dtype) * self._level(span) - span

        return jax.tree.map(one, state.held, state.span)

    def write(self, state: State, change: Any, importance: Any = None) -> State:
        if self.rounding == "shadow":
            held = jax.tree.map(lambda w, d, s: jnp.clip(w + d, -s, s), state.held, change, state.span)
            return State(held, state.span, None)
        after, now = (None, None) if state.key is None else jax.random.split(state.key)
        keys = keys_like(now, change) if now is not None else jax.tree.map(lambda d: None, change)

        def one(level: Array, d: Array, span: Array, key: PRNGKeyArray | None) -> Array:
            most = 2**self.bits - 1
            moved = jnp.clip(d / self._level(span), -most, most)
            u = 0.5 if key is None else jax.random.uniform(key, moved.shape, moved.dtype)
            return jnp.clip(level + jnp.floor(moved + u).astype(jnp.int32), 0, most)

        return State(jax.tree.map(one, state.held, change, state.span, keys), state.span, after)

    def _own(self, key: PRNGKeyArray) -> PRNGKeyArray | None:
        return key if self.draws else None

    def _span(self, weights: Array) -> Array:
        """Of one array; 1 where it should be its own and all its weights are 0."""
        if self.span is not None:
            return jnp.asarray(self.span, weights.dtype)
        largest = jnp.max(jnp.abs(weights), initial=0.0)
        return jnp.where(largest > 0, largest, 1.0).astype(weights.dtype)

    def _level(self, span: Array) -> Array:
        """Distance of two levels."""
        return 2 * span / (2**self.bits - 1)


SYNAPSE = Bits
