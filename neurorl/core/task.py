"""The contract of a task."""

import abc
from typing import Any, ClassVar

import jax.numpy as jnp
from jaxtyping import Array, Bool, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.types import Outcome


class Task(abc.ABC):
    """A task: a frozen dataclass with a static shape. Its `Params` are a pytree and may be vmapped.

    The next trial begins inside `step`; there is no hidden reset. A session is from `reset` to
    the last step the loop asks for.
    """

    card: ClassVar[Card]

    @property
    @abc.abstractmethod
    def spaces(self) -> Spaces:
        """What the task shows, accepts and pays."""

    @abc.abstractmethod
    def params(self) -> Any:
        """The published settings."""

    @abc.abstractmethod
    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Any]:
        """Start a session: the hidden state and the first observation."""

    @abc.abstractmethod
    def step(self, key: PRNGKeyArray, params: Any, state: Any, action: Any) -> tuple[Any, Outcome]:
        """Answer an action: the new hidden state and the outcome."""

    def over(self, params: Any, state: Any) -> Bool[Array, ""]:
        """Whether the session has ended in this state, so that what the loop asks for beyond it did not happen.

        By default a session never ends by itself: it is as long as the loop asks for.
        """
        return jnp.asarray(False)

    @property
    def ends(self) -> bool:
        """Whether sessions of this task can end by themselves (`over` is its own)."""
        return type(self).over is not Task.over
