"""What the laws of one agent on one task share: compiled once, when first needed."""

from functools import cached_property
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.params import free_params, replace
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.loop import replay, run
from neurorl.testing.compare import TOLERANCE
from neurorl.testing.compiled import compiled, strong
from neurorl.testing.rounding import computes_in_single, in_precision

N_STEPS = 32
N_GARBAGE = 4  # rows that did not happen, in the records that hold some


class Meeting:
    """An agent, a task, default and drawn parameters, and the sessions the laws look at."""

    def __init__(self, agent: Agent, task: Task, seed: int = 0) -> None:
        self.agent = agent
        self.task = task
        self.seed = seed
        self.tolerance = TOLERANCE
        self.key, self.key_other, self.key_draws = jax.random.split(jax.random.key(seed), 3)
        self.task_params = in_precision(strong(task.params()))
        self.traces = 0

    @cached_property
    def doubled(self) -> "Meeting":
        """The same meeting, to be used where double precision is on."""
        return Meeting(self.agent, self.task, self.seed)

    @cached_property
    def single_inside(self) -> bool:
        """Whether the agent works on float32 numbers whatever precision is on."""
        return computes_in_single(self.replay, self.params, self.record)

    @cached_property
    def key_agent(self) -> PRNGKeyArray:
        """The key the loop gives to `agent.init`."""
        return jax.random.split(self.key, 4)[0]

    @cached_property
    def params(self) -> Any:
        """The agent's default parameters."""
        return in_precision(strong(self.agent.params(self.key_other)))

    @cached_property
    def other_params(self) -> Any:
        """Free parameters drawn from their priors; for a network another draw of its weights."""
        params = in_precision(strong(self.agent.params(jax.random.fold_in(self.key_other, 1))))
        infos = free_params(params)
        if not infos:
            return params

        def draw(keys: PRNGKeyArray) -> dict[str, Array]:
            return {
                info.name: info.prior.sample(key, jnp.shape(getattr(params, info.name)), info.support)
                for info, key in zip(infos, keys, strict=True)
            }

        return replace(params, **compiled(draw)(jax.random.split(self.key_draws, len(infos))))

    @cached_property
    def simulate(self) -> Any:
        """Compiled `(agent, key, params) -> Trajectory`; counts how often it is traced."""

        def simulate(agent: Agent, key: PRNGKeyArray, params: Any) -> Trajectory:
            self.traces += 1
            return run(key, agent, params, self.task, self.task_params, N_STEPS)

        return compiled(simulate, static_argnums=0)

    @cached_property
    def session(self) -> Trajectory:
        """A simulated session."""
        return self.simulate(self.agent, self.key, self.params)

    @cached_property
    def record(self) -> Record:
        """What a recording of the session would have kept."""
        return Record.of(self.session)

    def replay(self, params: Any, record: Record) -> Trajectory:
        """The agent led through a record, not compiled."""
        return replay(self.key, self.agent, params, record)

    def score(self, params: Any, record: Record, key: PRNGKeyArray | None = None) -> tuple[Any, Trajectory]:
        """The gradient of the log-likelihood, and the replay; under the session's key or another one."""
        return self._score(self.key if key is None else key, params, record)

    @cached_property
    def _score(self) -> Any:
        """Compiled `(key, params, record) -> (gradient of the log-likelihood, Trajectory)`."""

        def log_likelihood(moving: Any, fixed: Any, key: PRNGKeyArray, record: Record) -> tuple[Array, Trajectory]:
            trajectory = replay(key, self.agent, eqx.combine(moving, fixed), record)
            return trajectory.log_prob.sum(), trajectory

        def score(key: PRNGKeyArray, params: Any, record: Record) -> tuple[Any, Trajectory]:
            moving, fixed = eqx.partition(params, eqx.is_inexact_array)
            return jax.grad(log_likelihood, has_aux=True)(moving, fixed, key, record)

        return compiled(score)

    @cached_property
    def scored(self) -> tuple[Any, Trajectory]:
        """Gradient and replay of the session as it was."""
        return self.score(self.params, self.record)

    @cached_property
    def truncated(self) -> Record:
        """The session with its last rows marked as not having happened; they still hold true numbers."""
        return eqx.tree_at(lambda r: r.valid, self.record, jnp.arange(N_STEPS) < N_STEPS - N_GARBAGE)

    def with_garbage(self, places: tuple[int, ...]) -> tuple[Record, np.ndarray]:
        """The first rows of the session with rows that did not happen before the rows in `places`.

        Returns:
            the record, as long as the session, and the positions of the true rows in it.
        """
        rows = np.insert(np.arange(N_STEPS - N_GARBAGE), places, -1)
        garbage = rows < 0
        # What is seen in a row that did not happen is what the next true row shows.
        source = [next((row for row in rows[i:] if row >= 0), N_STEPS - 1) for i in range(N_STEPS)]
        record = jax.tree.map(lambda leaf: leaf[np.array(source)], self.record)
        wrong = Record(
            obs=record.obs,
            action=jax.tree.map(lambda leaf: jnp.full_like(leaf, -1), record.action),
            reward=jnp.full_like(record.reward, jnp.nan),
            discount=jnp.zeros_like(record.discount),
            stim=jnp.full_like(record.stim, 0.7),
            next_obs=record.obs,
            valid=jnp.zeros_like(record.valid),
            scored=record.scored,
            feedback=jax.tree.map(_nothing, record.feedback),
            informed=record.informed,
        )
        mixed = jax.tree.map(lambda bad, true: jnp.where(_like(garbage, true), bad, true), wrong, record)
        return mixed, np.flatnonzero(~garbage)


def _nothing(leaf: Array) -> Array:
    """Feedback that was not shown: NaN, for a code -1."""
    return jnp.full_like(leaf, jnp.nan if jnp.issubdtype(leaf.dtype, jnp.floating) else -1)


def _like(mask: np.ndarray, leaf: Array) -> np.ndarray:
    return mask.reshape(mask.shape + (1,) * (leaf.ndim - 1))
