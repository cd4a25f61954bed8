"""The laws of synapses: what a learner relies on when it writes weights into them."""

from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from neurorl.core.synapse import Synapse
from neurorl.testing.compare import TOLERANCE, changed_shape, difference, not_finite, not_frozen
from neurorl.testing.compiled import compiled
from neurorl.testing.laws import Law
from neurorl.testing.references import unresolved
from neurorl.testing.rounding import in_precision

N_KEYS = 256  # of the laws about means
CHANCE = 5.5  # standard errors; with some hundred comparisons a false alarm has probability 1e-5
STEP = 0.8  # size of the changes that are written, as a share of the range of the weights
SMALL = (0.05, 0.1)  # shares of these changes between which derivatives are integrated
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)


class Bench:
    """A synapse, and weights and changes of several shapes that lie within its limits."""

    def __init__(self, synapse: Synapse, seed: int = 0) -> None:
        self.synapse = synapse
        self.key, self.key_other, draw = jax.random.split(jax.random.key(seed), 3)
        low, high = synapse.limits or (-1.0, 1.0)
        self.low, self.high = 0.5 * low + 0.5 * (low + high) / 2, 0.5 * high + 0.5 * (low + high) / 2
        shapes = {"single": (), "table": (3, 2)}
        keys = jax.random.split(draw, 2 * len(shapes))
        self.weights = {
            name: jax.random.uniform(key, shape, minval=self.low, maxval=self.high)
            for key, (name, shape) in zip(keys, shapes.items(), strict=False)
        }
        size = STEP * (self.high - self.low)
        self.change = {
            name: size * jnp.where(jax.random.bernoulli(key, 0.5, shape), 1.0, -1.0)
            for key, (name, shape) in zip(keys[len(shapes) :], shapes.items(), strict=False)
        }

    def importance(self) -> Any:
        """What is given to `write` where that reads it."""
        return jax.tree.map(jnp.ones_like, self.weights) if self.synapse.reads_importance else None

    def course(self, key: PRNGKeyArray, weights: Any, change: Any) -> tuple[Any, Any, Any]:
        """What is read at first, after a change, and after the same change once more."""
        state = self.synapse.init(key, weights)
        first = self.synapse.read(state)
        state = self.synapse.write(state, change, self.importance())
        second = self.synapse.read(state)
        return first, second, self.synapse.read(self.synapse.write(state, change, self.importance()))

    @cached_property
    def _courses(self) -> Any:
        return compiled(jax.vmap(self.course, (0, None, None)))

    @cached_property
    def courses(self) -> Any:
        """`course` under N_KEYS keys."""
        return self._courses(jax.random.split(self.key, N_KEYS), self.weights, self.change)

    @cached_property
    def at_rest(self) -> Any:
        """The same with changes of zero."""
        zero = jax.tree.map(jnp.zeros_like, self.change)
        return self._courses(jax.random.split(self.key, N_KEYS), self.weights, zero)


def _form(b: Bench) -> str | None:
    """read gives the shapes and dtypes of the weights, write a state of the form that init made, in both precisions."""
    if fault := not_frozen(b.synapse):
        return fault
    for precision, double in (("single", False), ("double", True)):
        with jax.enable_x64(double):
            weights, change, importance = in_precision((b.weights, b.change, b.importance()))
            state = jax.eval_shape(b.synapse.init, b.key, weights)
            if fault := changed_shape(weights, jax.eval_shape(b.synapse.read, state)):
                return f"In {precision} precision, read must give weights of the form that init was given, but {fault}."
            if fault := changed_shape(state, jax.eval_shape(b.synapse.write, state, change, importance)):
                return f"In {precision} precision, write must give a state of the form that init made, but {fault}."
            if fault := changed_shape(weights, jax.eval_shape(b.synapse.deviation, weights)):
                return f"In {precision} precision, deviation must give a tree of the form of the weights, but {fault}."
    return None


def _purity(b: Bench) -> str | None:
    """Compiled, uncompiled and in a batch, a synapse does the same, and all of it is finite."""
    if fault := not_finite(b.courses):
        return f"A weight is not finite: {fault}."
    first = jax.random.split(b.key, N_KEYS)[0]
    eager = b.course(first, b.weights, b.change)
    if fault := difference(eager, jax.tree.map(lambda leaf: leaf[0], b.courses), tolerance=TOLERANCE):
        return f"Not compiled and outside a batch, {fault}; init, read and write must depend on their arguments only."
    return None


def _faithful(b: Bench) -> str | None:
    """Weights that are set are read: on average over keys, within the declared deviation."""
    allowed = jax.tree.map(np.asarray, b.synapse.deviation(b.weights))
    for name, read in b.courses[0].items():
        read = np.asarray(read, float)
        error = np.abs(read.mean(axis=0) - np.asarray(b.weights[name]))
        bound = allowed[name] * (1 + 1e-5) + CHANCE * read.std(axis=0) / np.sqrt(N_KEYS) + 1e-6
        if (error > bound).any():
            at = np.unravel_index(np.argmax(error - bound), error.shape)
            return (
                f"A weight set to {np.asarray(b.weights[name])[at]:.6g} is read as {read.mean(axis=0)[at]:.6g} on "
                f"average over {N_KEYS} keys, {error[at]:.2g} off; deviation() declares {allowed[name][at]:.2g}."
            )
    return None


def _rest(b: Bench) -> str | None:
    """A change of zero leaves weights as they were, unless the synapse declares that they drift."""
    if b.synapse.drifts:
        return None
    first, second, third = b.at_rest
    for after in (second, third):
        if fault := difference(after, first):
            return (
                f"After a change of zero, {fault}; a synapse whose weights move by themselves declares drifts = True."
            )
    return None


def _direction(b: Bench) -> str | None:
    """A change moves weights in its own direction, on average over keys."""
    first, second, _ = b.courses
    moved = np.concatenate(
        [
            ((np.asarray(second[name]) - np.asarray(first[name])) * np.sign(b.change[name])).reshape(N_KEYS, -1)
            for name in first
        ],
        axis=1,
    ).mean(axis=1)
    if moved.mean() <= CHANCE * moved.std() / np.sqrt(N_KEYS):
        size = STEP * (b.high - b.low)
        return (
            f"A change of {size:g} moves weights by {moved.mean():.3g} in its direction, on average; `change` is what "
            "is to be added (for a learner by gradients, minus the gradient)."
        )
    return None


def _draws(b: Bench) -> str | None:
    """Where the synapse does not declare that it draws, the key makes no difference."""
    if b.synapse.draws:
        return None
    one, other = (jax.tree.map(lambda leaf, i=i: leaf[i], b.courses) for i in (0, 1))
    if fault := difference(other, one, tolerance=0):
        return f"Under another key, {fault}; a synapse that uses random numbers declares draws = True."
    return None


def _importance(b: Bench) -> str | None:
    """Where the synapse does not declare that it reads importance, importance makes no difference."""
    if b.synapse.reads_importance:
        return None
    state = b.synapse.init(b.key, b.weights)
    given = jax.tree.map(lambda w: 3.0 + 0.0 * w, b.weights)
    without, with_it = (b.synapse.read(b.synapse.write(state, b.change, imp)) for imp in (None, given))
    if fault := difference(with_it, without, tolerance=0):
        return f"With importance given, {fault}; a synapse that reads it declares reads_importance = True."
    return None


def _slopes(b: Bench) -> str | None:
    """Derivatives add up to what a larger change does, unless the synapse declares that it has none."""
    if not b.synapse.differentiable:
        return None
    with jax.enable_x64(True):
        weights, change = in_precision((b.weights, b.change))

        def total(scale: Any) -> Any:
            last = b.course(b.key, weights, jax.tree.map(lambda d: scale * d, change))[2]
            return sum((jnp.sum(jnp.sin(leaf)) for leaf in jax.tree.leaves(last)), jnp.zeros(()))

        low, high = SMALL
        places = jnp.asarray([low, high, *(low + (high - low) * (NODES + 1) / 2)])
        value, slope = jax.jit(jax.vmap(jax.value_and_grad(total)))(places)
        by_slopes = float((high - low) / 2 * jnp.sum(jnp.asarray(WEIGHTS) * slope[2:]))
    found = float(value[1] - value[0])
    if abs(by_slopes - found) > 1e-4 * (high - low):
        return (
            f"From a small change to one twice as large, the sine of the weights rises by {found:.6g}, but its "
            f"derivatives add up to {by_slopes:.6g}; a synapse that rounds declares differentiable = False."
        )
    return None


def _references(b: Bench) -> str | None:
    return unresolved(type(b.synapse).__module__, b.synapse.card)


SYNAPSE_LAWS = (
    Law("form", _form),
    Law("purity", _purity, ("form",)),
    Law("faithful", _faithful, ("purity",)),
    Law("rest", _rest, ("purity",)),
    Law("direction", _direction, ("purity",)),
    Law("draws", _draws, ("purity",)),
    Law("importance", _importance, ("purity",)),
    Law("slopes", _slopes, ("purity",)),
    Law("references", _references),
)
