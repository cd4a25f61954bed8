"""The designs of the conditioning study, in the field's notation: "AX+" is A and X together, followed by a reward."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from neurorl.core import catalogue
from neurorl.core.params import replace
from neurorl.tasks.pavlovian import Params, Pavlovian, Trial

Phase = tuple[int, Mapping[str, float]]

TRIALS = 400  # of every design, so that all are one program
TYPES = ("A+", "A-", "B+", "X+", "X-", "AX+", "AX-", "AB+")

# Two phases each: (trials, odds of the types). The second goes on to the end.
DESIGNS: dict[str, tuple[Phase, Phase]] = {
    "acquisition": ((200, {"A+": 1}), (1, {"A-": 1})),  # and extinction
    "blocking": ((100, {"A+": 1}), (1, {"AX+": 1})),
    "compound only": ((100, {"AX+": 1}), (1, {"AX+": 1})),  # overshadowing, and the control of blocking
    "overexpectation": ((200, {"A+": 1, "B+": 1}), (1, {"AB+": 1})),
    "inhibition": ((200, {"A+": 1, "B+": 1, "AX-": 1}), (1, {"A+": 1, "B+": 1, "AX-": 1})),
    "pre-exposure": ((50, {"X-": 1}), (1, {"X+": 1})),
}

# Spicer et al. 2021: 12 blocks of three single cues, 6 of three compounds. No cue is in two types of one stage, so the
# order within a block makes no difference to a learner of associations.
PEOPLE = ("A+", "B-", "C-") * 12 + ("AX+", "BY+", "CD-") * 6


@dataclass(frozen=True)
class Model:
    """A learner in the comparison: agent of the catalogue, its settings and its parameters."""

    agent: str
    title: str
    options: Mapping[str, Any]
    params: Mapping[str, float]

    def make(self, task: Pavlovian) -> tuple[Any, Any]:
        """The agent for this task, and its parameters."""
        agent = catalogue.load("agent", self.agent)(task.spaces, **self.options)
        return agent, replace(agent.params(), **self.params)


ALPHA = 0.1  # of Rescorla and Wagner's learner, as in the project's earlier simulation
MODELS = {
    "rescorla_wagner": Model("cue_rescorla_wagner", "Rescorla & Wagner", {}, {"alpha_us": ALPHA, "alpha_none": ALPHA}),
    "salient": Model(
        "cue_rescorla_wagner",
        "... A twice as salient",
        {"salience": (1.0, 1.0, 0.5)},
        {"alpha_us": ALPHA, "alpha_none": ALPHA},
    ),
    "pearce_hall": Model("pearce_hall", "Pearce & Hall", {}, {}),
    "mackintosh": Model("mackintosh", "Mackintosh", {}, {}),
}


def conditioning(cues: tuple[str, ...]) -> Pavlovian:
    """The Pavlovian task with trials of a single step."""
    return Pavlovian(cues=cues, steps=1)


def trial(name: str) -> Trial:
    """A trial of one step from its name: every letter a cue, + a reward, - none."""
    return Trial({cue: (0, 1) for cue in name[:-1]}, 1 if name.endswith("+") else None)


def designs(task: Pavlovian) -> Params:
    """Params of all designs, stacked in the order of `DESIGNS`."""
    types = {name: trial(name) for name in TYPES}
    return jax.tree.map(lambda *rows: jnp.stack(rows), *(task.programme(types, of) for of in DESIGNS.values()))


def people(task: Pavlovian) -> Params:
    """Params of the experiment with people: one phase a trial."""
    types = {name: trial(name) for name in dict.fromkeys(PEOPLE)}
    return task.programme(types, tuple((1, {name: 1.0}) for name in PEOPLE))
