"""A design to simulate: how many subjects, and how many sessions of how many steps each of them has."""

from dataclasses import dataclass
from typing import Any, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.loop import simulate_many


@dataclass(frozen=True)
class Schedule:
    """Sessions and whose they are.

    Attributes:
        unit: [S] subject of each session, 0, 1, ...
        n_steps: [S] steps of each session.
    """

    unit: np.ndarray
    n_steps: np.ndarray

    @classmethod
    def even(cls, subjects: int, sessions: int, steps: int) -> Self:
        """Every subject has the same."""
        return cls(np.repeat(np.arange(subjects), sessions), np.full(subjects * sessions, steps))

    @property
    def subjects(self) -> int:
        """Number of subjects."""
        return int(self.unit.max()) + 1

    def first(self, subjects: int) -> "Schedule":
        """The sessions of the first subjects."""
        keep = self.unit < subjects
        return Schedule(self.unit[keep], self.n_steps[keep])

    def at_least(self, subjects: int) -> "Schedule":
        """The same subjects repeated up to this number."""
        times = max(1, -(-subjects // self.subjects))
        unit = np.concatenate([self.unit + i * self.subjects for i in range(times)])
        return Schedule(unit, np.tile(self.n_steps, times))

    def play(self, key: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any = None) -> Trajectory:
        """Let subjects play: params stacked over subjects; what follows a session's last step did not happen."""
        longest = int(self.n_steps.max())
        each = jax.tree.map(lambda leaf: jnp.asarray(leaf)[self.unit], params)
        played = simulate_many(
            key, agent, each, task, longest, subjects=len(self.unit), task_params=task_params, stacked=True
        )
        valid = played.valid & jnp.asarray(np.arange(longest) < self.n_steps[:, None])
        return eqx.tree_at(lambda t: (t.valid, t.scored), played, (valid, played.scored & valid))

    def record(self, key: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any = None) -> Record:
        """The same, as it would have been recorded."""
        return Record.of(self.play(key, agent, params, task, task_params))
