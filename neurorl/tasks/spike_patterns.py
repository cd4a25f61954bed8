"""Spike patterns: which of ten noisy Poisson patterns is shown.

A pattern is a template of spikes, 50 inputs x 100 steps of 1 ms, each input firing with probability 0.03 a step. An
example is a template of which each spike is deleted with probability 0.3 and moved by up to 2 ms either way (uniform on
-2 to 2), and to which spikes are added with probability 0.01 an input and step. Templates are drawn from `seed`, the
noise of the `examples` examples from `draw`: two tasks with another `draw` show other examples of the same patterns.
Feedback is the class, at every step; the right answer pays 1 on the last step of a trial.

The sizes are ours; tasks of this kind are used for rules of local learning in spiking networks (Neftci & Averbeck 2019,
Fig. 4; Kaiser, Mostafa & Neftci 2020). A harder setting: 25 classes, 40 inputs, 80 steps, deletion 0.5, insertion 0.02.
"""

import functools
from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Int, UInt8

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.stream import Examples, Order, StreamTask


@dataclass(frozen=True)
class SpikePatterns(StreamTask):
    """Noisy examples of `classes` spike patterns."""

    classes: int = 10
    inputs: int = 50
    steps: int = 100
    examples: int = 1000
    p_fire: float = 0.03
    deletion: float = 0.3
    insertion: float = 0.01
    jitter: int = 2
    seed: int = 0
    draw: int = 0
    order: Order = "shuffled"
    repeat: bool = True

    card: ClassVar[Card] = Card(
        title="Spike patterns",
        summary="Classify noisy Poisson spike patterns from feedback at every step: a test of local learning rules in "
        "spiking networks.",
        refs=("neftci2019:Fig. 4", "kaiser2020"),
        tags=("stream", "spiking", "classification", "feedback"),
    )

    def __post_init__(self) -> None:
        for name in ("classes", "inputs", "steps", "examples"):
            least = 2 if name == "classes" else 1
            if getattr(self, name) < least:
                raise BadValue(f"{name} is {getattr(self, name)}, but must be {least} or more.")
        for name in ("p_fire", "deletion", "insertion"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadValue(f"{name} is {getattr(self, name)}, but must lie between 0 and 1.")
        if not 0 <= self.jitter < self.steps:
            raise BadValue(f"jitter is {self.jitter} steps, but must lie between 0 and {self.steps - 1}.")

    @property
    def spaces(self) -> Spaces:
        kinds = Discrete(tuple(f"pattern {i}" for i in range(self.classes)))
        spikes = Box((self.inputs,), 0.0, 1.0)
        return Spaces(spikes, kinds, (0.0, 1.0), steps_per_trial=self.steps, feedback=kinds)

    def params(self) -> Examples:
        x, kind = examples_of(self)
        return Examples(jnp.asarray(x), jnp.asarray(kind))


@functools.lru_cache(maxsize=4)
def examples_of(task: SpikePatterns) -> tuple[UInt8[np.ndarray, "n steps inputs"], Int[np.ndarray, " n"]]:
    """Spikes (0 or 1) and class of each example; classes come in turn."""
    shape = (task.steps, task.inputs)
    templates = np.random.default_rng(task.seed).random((task.classes, *shape)) < task.p_fire
    rng = np.random.default_rng((task.seed, task.draw))
    kind = (np.arange(task.examples) % task.classes).astype(np.int32)
    kept = templates[kind] & (rng.random((task.examples, *shape)) >= task.deletion)
    where, step, unit = np.nonzero(kept)
    step = np.clip(step + rng.integers(-task.jitter, task.jitter + 1, step.size), 0, task.steps - 1)
    x = rng.random((task.examples, *shape)) < task.insertion
    x[where, step, unit] = True
    return x.astype(np.uint8), kind


TASK = SpikePatterns()
