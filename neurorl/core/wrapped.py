"""What an agent or a task that is made around another one takes over from it."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from jaxtyping import PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task


class AroundAgent:
    """Mixed in before `Agent`: an agent that is made from another agent, and so has its spaces, parameters and state.

    Attributes:
        agent: the other agent.
        INSTEAD: what to do where somebody asks it to be made from spaces.
    """

    agent: Any
    INSTEAD: ClassVar[str]

    @property
    def spaces(self) -> Spaces:
        """Those of the agent."""
        return self.agent.spaces

    @property
    def draws_in_private(self) -> bool:
        """As the agent."""
        return self.agent.draws_in_private

    @property
    def has_gradient(self) -> bool:
        """As the agent."""
        return self.agent.has_gradient

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        """Refused, with what to do instead."""
        raise DoesNotFit(cls.INSTEAD)

    def params(self, key: PRNGKeyArray | None = None) -> Any:
        return self.agent.params(key)

    def init(self, key: PRNGKeyArray, params: Any) -> Any:
        return self.agent.init(key, params)

    def uninformed(self, params: Any, before: Any, after: Any, latents: Any) -> tuple[Any, Any]:
        """As the agent says; a wrapper with a state or parameters of its own overrides this."""
        return self.agent.uninformed(params, before, after, latents)


def called(agent: Any) -> str:
    """What to call an agent in messages: its class, and in brackets that of the agent it is made around."""
    name = type(agent).__name__
    return f"{name}({called(agent.agent)})" if isinstance(agent, AroundAgent) else name


@dataclass(frozen=True)
class AroundTask(Task):
    """A task that is another task but for what happens at its steps."""

    task: Task

    @property
    def card(self) -> Card:  # type: ignore[override]  # a task's own card is a class attribute, this one is borrowed
        """That of the task."""
        return self.task.card

    @property
    def spaces(self) -> Spaces:
        return self.task.spaces

    @property
    def ends(self) -> bool:
        return self.task.ends

    def params(self) -> Any:
        return self.task.params()
