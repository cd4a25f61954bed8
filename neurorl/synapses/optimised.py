"""An optimiser as a synapse: what becomes of a proposed change is up to a transformation of optax.

    w <- w + transformation(change)

The change that a learner proposes takes the place of minus the gradient, so that `sgd` at rate 1 adds it as it is. The
optimiser's own memory (momentum, second moments, step count) is part of the synapse's state.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import equinox as eqx
import jax
import optax
from jaxtyping import PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.synapse import PLAIN, AroundSynapse, Synapse

RULES = {
    "sgd": optax.sgd,
    "momentum": lambda rate: optax.sgd(rate, momentum=0.9),
    "rmsprop": optax.rmsprop,
    "adam": optax.adam,
    "adamw": optax.adamw,
}


class State(eqx.Module):
    """The memory of the optimiser, and the state of the synapses inside."""

    optimiser: Any
    inner: Any


@dataclass(frozen=True)
class Optimised(AroundSynapse):
    """Synapses to which an optimiser writes: `rule` at learning rate `rate`, or a transformation of your own."""

    rule: Literal["sgd", "momentum", "rmsprop", "adam", "adamw"] = option("sgd", "the optimiser")
    rate: float = option(1.0, "learning rate of the rule", low=0)
    inner: Synapse = PLAIN
    own: optax.GradientTransformation | None = None

    card: ClassVar[Card] = Card(
        title="An optimiser",
        summary="Changes pass through stochastic gradient descent, momentum, RMSprop or Adam before they are written.",
        refs=("kingma2015",),
        tags=("optimiser",),
    )

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise BadValue(
                f"rule is {self.rule!r}, but must be one of {', '.join(RULES)}; another transformation of optax is "
                "given as own=... ."
            )
        if not 0 <= self.rate < float("inf"):
            raise BadValue(f"rate is {self.rate:g}, but must be a finite number of at least 0.")

    @property
    def drifts(self) -> bool:
        """Weight decay moves weights to which nothing is written; of a transformation of one's own nothing is known."""
        return self.own is not None or self.rule == "adamw" or self.inner.drifts

    @property
    def transformation(self) -> optax.GradientTransformation:
        """Of optax."""
        return RULES[self.rule](self.rate) if self.own is None else self.own

    def init(self, key: PRNGKeyArray, weights: Any) -> State:
        return State(self.transformation.init(weights), self.inner.init(key, weights))

    def read(self, state: State) -> Any:
        return self.inner.read(state.inner)

    def write(self, state: State, change: Any, importance: Any = None) -> State:
        against = jax.tree.map(lambda d: -d, change)
        change, memory = self.transformation.update(against, state.optimiser, self.inner.read(state.inner))
        return State(memory, self.inner.write(state.inner, change, importance))


SYNAPSE = Optimised
