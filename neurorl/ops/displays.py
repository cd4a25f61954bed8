"""Where a learner keeps its values: one row a display, or one row for all displays whose answers are the stimuli.

A table learner keeps a value for each answer under each observation. Where the answers are the stimuli themselves
("A_or_B", answered by A or B), the standard learner keeps one value a stimulus, whatever it is paired with (Frank,
Seeberger & O'Reilly 2004; Frank et al. 2007), so that what it learned in training pairs decides new pairs. Where the
answers are sides or keys, a value belongs to the display.
"""

from dataclasses import dataclass
from typing import Self

import jax.numpy as jnp
from jaxtyping import Array, Bool, Int

from neurorl.core.spaces import Spaces
from neurorl.ops.options import offers_stimuli


@dataclass(frozen=True)
class Displays:
    """Rows of a table of values [n_obs, n_actions].

    Attributes:
        spaces: of the task.
        shared: whether all displays share the first row, because their answers are the stimuli.
    """

    spaces: Spaces
    shared: bool

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read from the labels of a task with discrete observations and actions."""
        return cls(spaces, offers_stimuli(spaces.discrete()[0].labels))

    def row(self, obs: Int[Array, ""]) -> Int[Array, ""]:
        """The row that holds the values of this display."""
        return jnp.zeros_like(obs) if self.shared else obs

    def on_offer(self, obs: Int[Array, ""]) -> Bool[Array, " n_actions"]:
        """Which entries of the row belong to this display; those of absent stimuli are neither chosen nor left."""
        legal = self.spaces.legal_table()[obs]
        return legal if self.shared else jnp.ones_like(legal)
