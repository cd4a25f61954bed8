"""Agents with hidden units: groups of units have names and can be changed before anything reads them.

An agent calls `touch(name, activity)` on each group of units when it has computed their activity, and goes on with what
that returns. In ordinary play `touch` is `untouched`. A perturbation (`neurorl.perturb`) passes a function that shifts,
holds or silences some units, so that the change reaches the layers above, the answer given at that step, and through
recurrence all later ones.
"""

import abc
from collections.abc import Callable
from typing import Any

from jaxtyping import Array

from neurorl.core.agent import Agent
from neurorl.core.policy import Policy

Touch = Callable[[str, Array], Array]


def untouched(name: str, activity: Array) -> Array:
    """The activity as it is."""
    return activity


class UnitAgent(Agent):
    """An agent with named groups of hidden units; each group is an array [n]."""

    @abc.abstractmethod
    def answer(self, params: Any, state: Any, obs: Any, touch: Touch) -> tuple[Any, Policy]:
        """As `act`, with `touch(name, activity)` applied to each group of units."""

    @abc.abstractmethod
    def groups(self) -> dict[str, int]:
        """Name -> number of units of each group."""

    def act(self, params: Any, state: Any, obs: Any) -> tuple[Any, Policy]:
        return self.answer(params, state, obs, untouched)
