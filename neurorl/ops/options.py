"""What is chosen: the option that each answer takes under each observation, read off the labels of a task.

A picture that moves from side to side is one option wherever it lies, and a sign that comes in several pairs is one
option in all of them; a learner that keeps one value an option carries what it learned along.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Spaces
from neurorl.ops.arms import require_one_step

SIDES = ("left", "right")
UNTOLD = "_untold"  # ends the label of an observation after whose answer no outcome is shown


@dataclass(frozen=True)
class Options:
    """Options and answers.

    Attributes:
        labels: the options.
        table: for each observation, the option that each answer takes.
    """

    labels: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read from the labels.

        - "circle_left" and "circle_right", answered by left or right: two pictures, of which this one is named;
        - "A_or_B", answered by A, B, ...: signs on offer in pairs;
        - else every answer under every observation is an option of its own.
        """
        n_obs, n_actions = require_one_step(spaces)
        obs, action = spaces.discrete()
        if (pictures := pictures_on_sides(spaces)) is not None:
            name = obs.labels[0].rpartition("_")[0]
            return cls((name, f"not_{name}"), pictures)
        if offers_stimuli(obs.labels):
            row = tuple(range(n_actions))
            return cls(action.labels, (row,) * n_obs)
        labels = action.labels if n_obs == 1 else tuple(f"{o}:{a}" for o in obs.labels for a in action.labels)
        table = tuple(tuple(o * n_actions + a for a in range(n_actions)) for o in range(n_obs))
        return cls(labels, table)

    @property
    def n(self) -> int:
        return len(self.labels)

    def on_offer(self, values: Float[Array, " n"], obs: Int[Array, ""]) -> Float[Array, " n_actions"]:
        """The value of what each answer takes."""
        return jnp.sum(self._codes(obs, values.dtype) * values, axis=1)

    def taken(self, obs: Int[Array, ""], action: Int[Array, ""], dtype: jnp.dtype) -> Float[Array, " n"]:
        """1 for the option that this answer takes, 0 for the others; all 0 for an answer that is none."""
        codes = self._codes(obs, dtype)
        return jnp.sum(jnp.where((jnp.arange(codes.shape[0]) == action)[:, None], codes, 0.0), axis=0)

    def _codes(self, obs: Int[Array, ""], dtype: jnp.dtype) -> Float[Array, "n_actions n"]:
        return jax.nn.one_hot(jnp.asarray(self.table)[obs], self.n, dtype=dtype)


def pictures_on_sides(spaces: Spaces) -> tuple[tuple[int, int], ...] | None:
    """For each observation, which of two pictures (0 is the one that labels name) lies left and right.

    None where the observations are not called after a picture and its side.
    """
    obs, action = spaces.discrete()
    parts = [label.rpartition("_") for label in obs.labels]
    if action.labels != SIDES or len({name for name, _, _ in parts}) != 1:
        return None
    if {side for _, _, side in parts} != set(SIDES):
        return None
    return tuple((0, 1) if side == "left" else (1, 0) for _, _, side in parts)


def require_pictures_on_sides(spaces: Spaces) -> tuple[tuple[int, int], ...]:
    """`pictures_on_sides`, or `DoesNotFit` with a sentence."""
    require_one_step(spaces)
    found = pictures_on_sides(spaces)
    if found is None:
        seen: Sequence[str] = spaces.discrete()[0].labels
        raise DoesNotFit(
            "This agent learns about pictures and about sides separately and needs two pictures that change "
            "sides: observations labelled circle_left and circle_right, answered by left and right. This task "
            f"shows {', '.join(seen[:3])}; choose a learner such as rescorla_wagner."
        )
    return found


def offers_stimuli(labels: Sequence[str]) -> bool:
    """Whether every display offers stimuli that are the answers: "A_or_B", "A_or_C_untold"."""
    return all(_offered(label) for label in labels)


def _offered(label: str) -> bool:
    return re.fullmatch(rf"\w+_or_\w+?(?:{UNTOLD})?", label) is not None
