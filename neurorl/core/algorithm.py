"""The contract of a training algorithm: how the parameters of an agent are learned from a task."""

import abc
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option, options_of
from neurorl.core.task import Task


@dataclass(frozen=True)
class Algorithm(abc.ABC):
    """A training algorithm: a frozen dataclass whose fields are its settings.

    `start` and `update` are pure functions, written for one replica; the driver (`neurorl.train.train_agent`) compiles
    them, runs many updates in a scan and all replicas in a `vmap`, and takes care of progress, checkpoints and metrics.
    The state is a pytree of arrays. Its field `params` holds the agent's parameters as they are now. All randomness
    comes from the key that `start` receives, so the state carries a key where `update` draws.

    Attributes:
        metrics: name -> meaning, with units, of what `update` reports, in the order of the columns of `metrics.csv`.
    """

    sessions: int = option(20_000, "sessions each replica is trained on, rounded up to whole chunks", low=1)
    steps: int = option(300, "steps in a session, at most", low=1)
    replicas: int = option(4, "networks with different seeds, trained in one call", low=1)
    parallel: int = option(16, "sessions in one update", low=1)
    chunk: int = option(50, "updates between two checkpoints", low=1)

    card: ClassVar[Card]
    metrics: ClassVar[Mapping[str, str]]

    def __post_init__(self) -> None:
        for each in options_of(self):
            each.check(getattr(self, each.name), type(self).__name__)

    def require(self, agent: Agent, task: Task) -> None:  # noqa: B027 - by default every agent can be trained
        """Raise `DoesNotFit`, with a sentence, where this agent cannot be trained in this way."""

    @abc.abstractmethod
    def start(self, key: PRNGKeyArray, agent: Agent, task: Task, task_params: Any) -> Any:
        """The state of one replica before its first update."""

    @abc.abstractmethod
    def update(self, state: Any, agent: Agent, task: Task, task_params: Any) -> tuple[Any, dict[str, Any]]:
        """One update; returns the state and what to report: name -> number, the names of `metrics`."""

    @property
    def updates_per_session(self) -> int:
        """Updates that one session takes; more than one where an update is a stretch of a session."""
        return 1

    @property
    def steps_per_update(self) -> int:
        """Steps of the task that one replica takes in one update."""
        return self.parallel * -(-self.steps // self.updates_per_session)

    @property
    def n_chunks(self) -> int:
        """Chunks of the whole training."""
        return -(-self.sessions * self.updates_per_session // (self.parallel * self.chunk))

    @property
    def n_updates(self) -> int:
        """Updates of the whole training."""
        return self.n_chunks * self.chunk

    def sessions_after(self, n_updates: int) -> int:
        """Sessions that one replica has had after this many updates."""
        return n_updates * self.parallel // self.updates_per_session

    @property
    def advice(self) -> str:
        """What to change where a parameter or a metric became NaN or infinite, as a sentence."""
        return "Change the settings of the algorithm."

    @classmethod
    def paper(cls, **changes: Any) -> Self:
        """The settings of the paper where they differ from the defaults, with `changes`."""
        raise BadValue(f"{cls.__name__} has no recipe 'paper'; leave the recipe out, or choose another algorithm.")

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, for JSON."""
        return dataclasses.asdict(self)
