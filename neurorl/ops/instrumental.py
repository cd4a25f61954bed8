"""The layout of instrumental tasks: levers that bring outcomes, shared by task and agents.

A trial has two steps. At the levers one presses one of them or rests, and then finds what came: an outcome or nothing;
taking it is the second step, which pays. In the home cage an outcome is found without an answer.
"""

from dataclasses import dataclass
from typing import Self

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.spaces import Discrete, Spaces

LEVERS, CAGE, NOTHING, REST = "levers", "home cage", "nothing", "rest"
_OUTCOME, _PRESS = "outcome ", "press "


def instrumental_spaces(n_levers: int) -> Spaces:
    """Interface between such a task and an agent: lever i brings outcome i; rewards lie within 0 and 1."""
    if n_levers < 1:
        raise BadValue(f"The number of levers is {n_levers}, but must be at least 1.")
    numbers = range(1, n_levers + 1)
    seen = (LEVERS, CAGE, *(f"{_OUTCOME}{i}" for i in numbers), NOTHING)
    answers = (*(f"{_PRESS}{i}" for i in numbers), REST)
    free = (True,) + (False,) * (len(seen) - 1)
    return Spaces(Discrete(seen), Discrete(answers), (0.0, 1.0), free=free, steps_per_trial=2)


@dataclass(frozen=True)
class Instrumental:
    """Where things are in such a task's codes.

    Attributes:
        levers: observation code of the levers.
        found: observation codes of what may be found: the outcomes, then nothing.
        n_answers: answers at the levers, resting the last.
    """

    levers: int
    found: tuple[int, ...]
    n_answers: int

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read the layout from a task's labels; raises `DoesNotFit` if this is not an instrumental task."""
        obs, action = spaces.discrete()
        outcomes = tuple(i for i, label in enumerate(obs.labels) if label.startswith(_OUTCOME))
        if not outcomes or REST not in action.labels or LEVERS not in obs.labels:
            raise DoesNotFit(
                "This agent presses levers for outcomes and needs to see levers and outcomes (labels 'levers', "
                "'outcome 1', 'nothing') and to press or rest, as in the task `devaluation`."
            )
        return cls(obs.index(LEVERS), (*outcomes, obs.index(NOTHING)), action.n)

    @property
    def n_found(self) -> int:
        """Number of things that may be found, nothing included."""
        return len(self.found)

    def at_levers(self, obs: Int[Array, ""]) -> Bool[Array, ""]:
        """Whether an answer can bring something."""
        return obs == self.levers

    def what(self, obs: Int[Array, ""]) -> Float[Array, " n_found"]:
        """One-hot of what was found; zeros where nothing could be."""
        return jnp.where(obs == jnp.asarray(self.found), 1.0, 0.0)
