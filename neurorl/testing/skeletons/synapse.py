"""My synapse: changes fade where nothing more is written.

    w <- w + change + rate (w_0 - w)          w_0: the weight at the start

Write the equations here, each with its source (paper, equation number).

Departs from the paper: nowhere yet.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
from jaxtyping import PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.synapse import Synapse


class State(eqx.Module):
    """What the next write needs: trees of arrays in the shapes of the weights."""

    weights: Any
    at_start: Any


@dataclass(frozen=True)
class MySynapse(Synapse):
    """Weights that return to where they started."""

    rate: float = option(0.01, "share of the way back at each write", low=0, high=1)

    card: ClassVar[Card] = Card(
        title="My synapse",
        summary="Changes are added and fade exponentially.",
        refs=(),
        tags=("forgetting",),
    )
    # What differs from the defaults is declared: draws, drifts, differentiable, reads_importance, limits, deviation().

    def init(self, key: PRNGKeyArray, weights: Any) -> State:
        return State(weights, weights)

    def read(self, state: State) -> Any:
        return state.weights

    def write(self, state: State, change: Any, importance: Any = None) -> State:
        def one(w: Any, d: Any, start: Any) -> Any:
            return w + d + self.rate * (start - w)

        return State(jax.tree.map(one, state.weights, change, state.at_start), state.at_start)


SYNAPSE = MySynapse
