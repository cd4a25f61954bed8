"""The contract of an agent: it states a distribution; the loop draws from it or scores it."""

import abc
from typing import Any, ClassVar, Self

from jaxtyping import Array, Bool, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.informed import carried_on, without_error
from neurorl.core.policy import Policy
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition


class Agent(abc.ABC):
    """An agent: a frozen dataclass. The same four functions simulate, score, fit and meta-train.

    *State* is what the next step needs; *latents* are what the analyst wants. Everything is
    written for a single stream; `vmap` supplies subjects, sessions, seeds and restarts.

    The attributes may be properties of a subclass where they depend on its options. The law *private* holds an agent to
    the first.

    Attributes:
        draws_in_private: the state changes by random numbers of the agent's own (a key in its state), which no record
            shows, so that the log-probabilities of one replay are those of one course of these numbers among many. Such
            an agent is scored by `neurorl.loop.particles`, which averages over courses.
        has_gradient: the log-likelihood has a derivative with respect to the parameters that says where it is higher.
            False where the agent rounds; an agent that draws in private counts as one without.
    """

    card: ClassVar[Card]
    GOES_ON: ClassVar[tuple[str, ...]] = ()  # fields of the state that move also where no outcome is shown
    draws_in_private: bool = False
    has_gradient: bool = True

    @classmethod
    @abc.abstractmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        """The agent for these spaces; raises `DoesNotFit` with a sentence if the agent does not fit."""

    @abc.abstractmethod
    def params(self, key: PRNGKeyArray | None = None) -> Any:
        """Default parameters, or a draw of initial weights for a network."""

    @abc.abstractmethod
    def init(self, key: PRNGKeyArray, params: Any) -> Any:
        """The state at the start of a session."""

    @abc.abstractmethod
    def act(self, params: Any, state: Any, obs: Any) -> tuple[Any, Policy]:
        """Perceive `obs`, then commit to a policy."""

    @abc.abstractmethod
    def update(self, params: Any, state: Any, transition: Transition) -> tuple[Any, Any]:
        """Learn from what happened; returns the state and the latents of this step.

        Where no outcome is shown the loop keeps what `uninformed` says, so that an agent need not ask.
        """

    def uninformed(self, params: Any, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        """The state and the latents of a step whose outcome was not shown; the loop keeps these.

        By default the state stays as it was before `update`, except for the fields named in `GOES_ON`: memories of
        what was seen and chosen, such as a choice kernel. Latents that are prediction errors (`rpe`, `rpe_...`) are 0,
        since no outcome arrived. An agent that does something else without an outcome (an observer whose belief drifts,
        a state without named fields) overrides this.

        Args:
            params: of the agent.
            before: the state after `act`.
            after: what `update` made of it with reward, stimulation and feedback 0.
            latents: what `update` reported.
        """
        return carried_on(self.GOES_ON, before, after), without_error(latents)

    def chose(self, state: Any, free: Bool[Array, ""]) -> Any:
        """The state that knows whether the action of this step is a free choice that is scored.

        The loop calls it between `act` and `update`. Only what infers a hidden state from its own choices needs it
        (`neurorl.loop.particles`); by default it returns the state as it is.
        """
        return state
