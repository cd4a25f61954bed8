"""Spiking classifier with local errors (DECOLLE): two layers of leaky neurons, each with a read-out of its own.

Each layer is trained at every step by the error of its own read-out, whose weights are random and fixed. No error
passes from layer to layer. The change of a weight is a product of three factors that are known at the synapse
(`ops/local_errors.py`): trace of the input, slope at the membrane, error of the neuron. Changes are normalised:

    v <- decay v + (1 - decay) g^2;   w <- w - rate g / sqrt(v + 1e-12)        g: mean gradient of a tick over bodies

Feedback is the class (a code); where it is not shown (-1) nothing is learned. Answers follow the read-out of the second
layer, averaged over the trial so far: p(a) = softmax(sharpness mean y). Membranes and traces are at rest when a trial
begins. Groups of units: `membrane1`, `membrane2`; one that is held at 0 does not spike.

Experiences are the three factors of each layer, made into a gradient once for all bodies. Weights may be any synapse
(`neurorl.core.synapse`).

Departs from Kaiser, Mostafa & Neftci 2020: layers are dense; squared error in place of a smoothed absolute one;
normalised steps in place of AdaMax; no dropout, no regulariser of rates, one pair of time constants; membranes are
reset between trials. `gain`, sizes and initial weights are ours.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.learner import Learner
from neurorl.core.options import option
from neurorl.core.params import Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.synapse import PLAIN, Synapse
from neurorl.core.types import Transition
from neurorl.core.units import Touch
from neurorl.ops.dense import Layer, dense, dense_layers
from neurorl.ops.local_errors import Neurons, local_error, membrane, spikes, surrogate, three_factors

N_LAYERS = 2


class Params(eqx.Module):
    rate: Float[Array, ""] = param(1e-3, Interval(0, 0.1), symbol="η", doc="step size of the normalised gradient")
    layers: tuple[Layer, ...] = ()
    readouts: tuple[Layer, ...] = ()  # fixed


class Experience(eqx.Module):
    """The factors of each layer."""

    pre: tuple[Float[Array, " n_in"], ...]
    post: tuple[Float[Array, " n"], ...]
    error: tuple[Float[Array, " n"], ...]


class Learned(eqx.Module):
    """Synapses (their state), and the running mean square of the gradient of each weight."""

    synapses: Any
    square: tuple[Layer, ...]


class Actor(eqx.Module):
    """Neurons of each layer, read-outs summed over the trial, and steps of the trial so far."""

    neurons: tuple[Neurons, ...]
    total: Float[Array, "layers classes"]
    steps: Float[Array, ""]


class Latents(eqx.Module):
    """Mean read-out of each layer over the trial so far, membranes and spikes, as of the answer."""

    readout1: Float[Array, " classes"]
    readout2: Float[Array, " classes"]
    membrane1: Float[Array, " n"]
    membrane2: Float[Array, " n"]
    spikes1: Float[Array, " n"]
    spikes2: Float[Array, " n"]


@dataclass(frozen=True)
class SpikingClassifier(Learner):
    """Two layers of `hidden` spiking neurons with local errors."""

    spaces: Spaces
    hidden: int = option(100, "neurons of each of two layers", low=1)
    gain: float = option(10.0, "current of an input spike", low=0)
    amplitude: float = option(0.5, "read-out weights are uniform within this over the square root of neurons", low=0)
    decay: float = option(0.99, "of the running mean square of gradients", low=0, high=1)
    sharpness: float = option(20.0, "inverse temperature of answers by the mean read-out", low=0)
    synapse: Synapse = PLAIN

    card: ClassVar[Card] = Card(
        title="Spiking classifier with local errors (DECOLLE)",
        summary="Layers of spiking neurons that learn online from errors of their own fixed random read-outs, by "
        "products of three local factors.",
        refs=("kaiser2020", "neftci2019:Fig. 4"),
        tags=("network", "spiking", "classification", "local-learning", "feedback"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        action = spaces.discrete_action()
        vectors = isinstance(spaces.obs, Box) and len(spaces.obs.shape) == 1
        if not vectors or spaces.feedback != Discrete(action.labels):
            raise DoesNotFit(
                "This agent classifies vectors and learns from feedback that names the right answer, but this task "
                "shows something else; choose a stream of vectors with feedback, such as spike_patterns."
            )
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        assert isinstance(self.spaces.obs, Box)
        n_in, n, classes = self.spaces.obs.shape[0], self.hidden, self.spaces.discrete_action().n
        key = jax.random.key(0) if key is None else key
        key_layers, *keys = jax.random.split(key, 1 + N_LAYERS)
        readouts = tuple(dense_layers(k, (n, classes))[0] for k in keys)
        scaled = jax.tree.map(lambda leaf: self.amplitude * leaf, readouts)
        return Params(layers=dense_layers(key_layers, (n_in, *[n] * N_LAYERS)), readouts=scaled)

    def begin(self, key: PRNGKeyArray, params: Params) -> tuple[Learned, Actor]:
        square = jax.tree.map(jnp.zeros_like, params.layers)
        rest = tuple(Neurons.at_rest(layer) for layer in params.layers)
        bias = params.readouts[0].bias
        actor = Actor(rest, jnp.zeros((N_LAYERS, bias.shape[0]), bias.dtype), jnp.zeros((), bias.dtype))
        return Learned(self.synapse.init(key, params.layers), square), actor

    def weights(self, learner: Learned) -> tuple[Layer, ...]:
        return self.synapse.read(learner.synapses)

    def perceive(
        self, params: Params, weights: tuple[Layer, ...], actor: Actor, obs: Array, touch: Touch
    ) -> tuple[Actor, Categorical]:
        x, neurons, read = obs.astype(actor.total.dtype), [], []
        for i, (layer, before, readout) in enumerate(zip(weights, actor.neurons, params.readouts, strict=True), 1):
            q, p, r, u = membrane(layer, before, x, self.gain)
            u = touch(f"membrane{i}", u)
            x = spikes(u)
            neurons.append(Neurons(q, p, r, u, x))
            read.append(dense(readout, x))
        total, steps = actor.total + jnp.stack(read), actor.steps + 1
        return Actor(tuple(neurons), total, steps), Categorical(self.sharpness * total[-1] / steps)

    def observe(
        self, params: Params, weights: tuple[Layer, ...], actor: Actor, transition: Transition
    ) -> tuple[Actor, Experience, Latents]:
        shown = (transition.feedback >= 0).astype(actor.total.dtype)
        target = jax.nn.one_hot(transition.feedback, actor.total.shape[1], dtype=actor.total.dtype)
        errors = [shown * local_error(g, n.s, target)[0] for g, n in zip(params.readouts, actor.neurons, strict=True)]
        experience = Experience(
            tuple(n.p for n in actor.neurons), tuple(surrogate(n.u) for n in actor.neurons), tuple(errors)
        )
        mean = actor.total / actor.steps
        first, second = actor.neurons
        latents = Latents(mean[0], mean[1], first.u, second.u, first.s, second.s)
        goes_on = transition.discount > 0
        return jax.tree.map(lambda leaf: jnp.where(goes_on, leaf, jnp.zeros_like(leaf)), actor), experience, latents

    def learn(self, params: Params, learner: Learned, experiences: Experience) -> Learned:
        e = experiences
        gradient = tuple(three_factors(*factors) for factors in zip(e.pre, e.post, e.error, strict=True))
        square = jax.tree.map(lambda v, g: self.decay * v + (1 - self.decay) * g**2, learner.square, gradient)
        change = jax.tree.map(lambda g, v: -params.rate * g / jnp.sqrt(v + 1e-12), gradient, square)
        return Learned(self.synapse.write(learner.synapses, change), square)


AGENT = SpikingClassifier
