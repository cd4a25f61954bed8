"""The contract of a recurrent network: perceiving and deciding are two steps, so that one can act in between."""

import abc
from typing import Any

from neurorl.core.agent import Agent
from neurorl.core.policy import Policy


class RecurrentAgent(Agent):
    """An agent whose state has hidden units `h` and whose latents report them.

    `act` is `perceive` (the cell) and then `decide` (the heads). A perturbation that holds or shifts units stands
    between the two, and so reaches both the answer given now and everything that follows.
    """

    @abc.abstractmethod
    def perceive(self, params: Any, state: Any, obs: Any) -> Any:
        """The state after the recurrent cell has seen `obs`."""

    @abc.abstractmethod
    def decide(self, params: Any, state: Any) -> tuple[Any, Policy]:
        """Policy and value, read from the units of a state that has perceived."""

    def act(self, params: Any, state: Any, obs: Any) -> tuple[Any, Policy]:
        return self.decide(params, self.perceive(params, state, obs))
