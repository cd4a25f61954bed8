"""Tasks in which each picture of a set has one right key: their spaces, and what a code says.

The observation is "picture i of n": which picture is shown and how many there are in this block, both of which the
subject knows. Sets have 1 to 6 pictures, so there are 21 codes.
"""

import re
from dataclasses import dataclass
from typing import Any, Self

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Discrete, Spaces

LARGEST = 6  # pictures in a set


def picture_spaces(n_keys: int) -> Spaces:
    """One code a picture and set size, `n_keys` keys, reward 0 or 1, one step a trial."""
    seen = tuple(f"picture_{i + 1}_of_{n}" for n in range(1, LARGEST + 1) for i in range(n))
    return Spaces(Discrete(seen), Discrete(tuple(f"key_{k + 1}" for k in range(n_keys))), (0.0, 1.0))


def picture_code(set_size: Any, picture: Any) -> Any:
    """Code of picture `picture` (from 0) of a set of `set_size`; numbers or arrays."""
    return set_size * (set_size - 1) // 2 + picture


@dataclass(frozen=True)
class Pictures:
    """What the observation codes of such a task say.

    Attributes:
        picture: number of the picture of each code, from 0.
        set_size: number of pictures in its set.
        n_keys: number of answers.
    """

    picture: tuple[int, ...]
    set_size: tuple[int, ...]
    n_keys: int

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read from the labels; `DoesNotFit` where they do not name pictures of a set."""
        obs, action = spaces.discrete()
        found = [re.fullmatch(r"picture_(\d+)_of_(\d+)", label) for label in obs.labels]
        if spaces.steps_per_trial != 1 or not all(found):
            raise DoesNotFit(
                "This agent learns which key goes with each picture of a set and needs observations labelled "
                f"picture_1_of_3 and so on, one step a trial; this task shows {', '.join(obs.labels[:3])}. Choose a "
                "learner such as rescorla_wagner."
            )
        numbers = [(int(m[1]) - 1, int(m[2])) for m in found if m]
        return cls(tuple(i for i, _ in numbers), tuple(n for _, n in numbers), action.n)

    @property
    def most(self) -> int:
        """Pictures of the largest set."""
        return max(self.set_size)

    def seen(self, obs: Int[Array, ""]) -> tuple[Int[Array, ""], Float[Array, ""]]:
        """Picture (from 0) and set size of an observation."""
        return jnp.asarray(self.picture)[obs], jnp.asarray(self.set_size, float)[obs]
