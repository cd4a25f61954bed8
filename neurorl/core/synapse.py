"""The contract of a synapse: what a weight is made of.

A learner proposes changes of its weights. A synapse decides what becomes of them: it may add them, round them to a few
levels, share them out over hidden variables of several time constants, or pass them through an optimiser. Three
functions say all of it, for one array of weights or any tree of arrays:

    state = synapse.init(key, weights)
    weights = synapse.read(state)
    state = synapse.write(state, change)

`read` draws nothing: within a step all reads agree. A synapse with random numbers of its own keeps a key in its state
and splits it in `write`. Settings are fields of a frozen dataclass, and synapses nest: a synapse with a field `inner`
of another synapse reads and writes through it.
"""

import abc
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
from jaxtyping import PRNGKeyArray

from neurorl.core.card import Card


class Synapse(abc.ABC):
    """A synapse: a frozen dataclass whose functions work on a tree of arrays, all entries alike.

    The class attributes may be properties of a subclass where they depend on its settings. The laws
    (`neurorl.testing.check_synapse`) hold a synapse to what it declares.

    Attributes:
        draws: init or write use random numbers, so that two keys give two courses. An agent made of such synapses
            draws in private (`Agent.draws_in_private`).
        drifts: weights may change when a change of zero is written to a synapse that has just been made.
        differentiable: read(write(state, change)) has a derivative with respect to the change and to earlier weights.
            False for rounding, whose derivative is zero almost everywhere and says nothing about larger changes.
        reads_importance: `write` reads its argument `importance`. Where it does not, nobody computes it.
        limits: smallest and largest weight that can be held; None where there is no limit.
    """

    card: ClassVar[Card]
    draws: bool = False
    drifts: bool = False
    differentiable: bool = True
    reads_importance: bool = False
    limits: tuple[float, float] | None = None

    @abc.abstractmethod
    def init(self, key: PRNGKeyArray, weights: Any) -> Any:
        """The state of synapses that are set to these weights."""

    @abc.abstractmethod
    def read(self, state: Any) -> Any:
        """The weights as the rest of the agent meets them, in the shapes and dtypes that `init` was given."""

    @abc.abstractmethod
    def write(self, state: Any, change: Any, importance: Any = None) -> Any:
        """The state after a proposed change.

        Args:
            state: of the synapses.
            change: what the learner would add to the weights; a learner by gradients gives minus the gradient.
            importance: mean squared derivative of the log-probability of the agent's own answers with respect to each
                weight (the diagonal of the Fisher information); None where `reads_importance` is False.
        """

    def deviation(self, weights: Any) -> Any:
        """How far the mean of read(init(key, weights)) over keys may lie from the weights, entry by entry.

        Zero by default. A synapse that rounds to the nearest level declares half a level.
        """
        return jax.tree.map(lambda leaf: 0.0 * leaf, weights)


@dataclass(frozen=True)
class Plain(Synapse):
    """A weight that is a number: changes are added. The innermost synapse where none is named."""

    card: ClassVar[Card] = Card(title="A plain weight", summary="A number to which changes are added.")

    def init(self, key: PRNGKeyArray, weights: Any) -> Any:
        return weights

    def read(self, state: Any) -> Any:
        return state

    def write(self, state: Any, change: Any, importance: Any = None) -> Any:
        return jax.tree.map(lambda w, d: w + d, state, change)


PLAIN = Plain()


class AroundSynapse(Synapse):
    """A synapse made around synapses of another kind, its field `inner`: it declares what they declare."""

    inner: Synapse

    @property
    def draws(self) -> bool:
        return self.inner.draws

    @property
    def drifts(self) -> bool:
        return self.inner.drifts

    @property
    def differentiable(self) -> bool:
        return self.inner.differentiable

    @property
    def reads_importance(self) -> bool:
        return self.inner.reads_importance

    @property
    def limits(self) -> tuple[float, float] | None:
        return self.inner.limits

    def deviation(self, weights: Any) -> Any:
        return self.inner.deviation(weights)


def keys_like(key: PRNGKeyArray, tree: Any) -> Any:
    """A key for each array of a tree, in a tree of the same structure."""
    leaves, structure = jax.tree.flatten(tree)
    return jax.tree.unflatten(structure, list(jax.random.split(key, len(leaves)))) if leaves else tree
