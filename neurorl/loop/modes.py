"""Four ways for experience to reach a learner: on behaviour, from copies, in batches, from memory.

Neftci & Averbeck 2019 set learning on behaviour (an animal: one world, one pass, an update after every sample) against
the ways of machines. Any agent learns any task it fits in either way:

- `OnBehaviour()`: one copy of the task, one pass; this is what `run` does;
- `Parallel(n)`: n copies feed one learner. At each tick all are answered by the same policy, then their transitions are
  learned from in turn (the data flow of A3C and IMPALA, without their delays);
- `Batch(k)`: k transitions are stored while the policy stays as it is, then all are learned from in order;
- `ExperienceReplay(n, capacity)`: on behaviour, and n remembered transitions after each step.

An agent that learns weights (`neurorl.core.learner.Learner`) says what its bodies share and what each has of its own.
All modes take it, also where it has hidden activity: each copy has an activity of its own, and the learner learns once
from the n experiences of a tick, of a batch, or of a draw from memory (`neurorl/loop/learners.py`). What is said below
on memory between steps is about all other agents, which learn from one transition at a time.

A *tick* is one step of the world: time for a body. A *sample* is one transition met. They are the same but for copies,
where a tick brings n samples.

What a shared or stored stream does to memory between steps. An agent that changes its state while it answers
(recurrent networks, observers that move their belief) needs an unbroken stream and is refused in all modes but the
first. One that keeps such a memory in `update` alone is not: its traces, choice kernels and beliefs then run through
transitions in the order in which they are learned from, whichever copy or time they came from. A trace credits the
choice of one copy with the reward of another, and a belief is one belief for all copies. Batches keep the order of
behaviour, so that there only the policy is late.
"""

import abc
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.learner import Learner, Streams
from neurorl.core.policy import Policy
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory, Transition
from neurorl.core.wrapped import AroundAgent
from neurorl.loop.learners import batches, copies, replayed
from neurorl.loop.recorded import Recorded
from neurorl.loop.remembering import Remembering
from neurorl.loop.run import Going, Steps, begin, draw_steps, go_on, walk
from neurorl.loop.shared import Copies, Shared, answer, in_turn


class Mode(abc.ABC):
    """A way for experience to reach a learner."""

    @abc.abstractmethod
    def learn(
        self, keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any, n_ticks: int
    ) -> tuple[Any, Trajectory]:
        """As the function `learn`, from four keys."""


@dataclass(frozen=True)
class OnBehaviour(Mode):
    """One copy of the task, one pass, an update after every sample."""

    def learn(
        self, keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any, n_ticks: int
    ) -> tuple[Any, Trajectory]:
        going = begin(keys[:2], agent, params, task, task_params)
        going, trajectory = go_on(keys[2:], agent, params, task, task_params, going, n_ticks)
        return going.agent_state, trajectory


@dataclass(frozen=True)
class Parallel(Mode):
    """`n` copies of the task feed one learner."""

    n: int

    def __post_init__(self) -> None:
        _at_least(self.n, 1, "copies")

    def learn(
        self, keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any, n_ticks: int
    ) -> tuple[Any, Trajectory]:
        shared = copies(agent, self.n) if isinstance(agent, Learner) else Shared(agent, self.n)
        worlds = Copies(task, self.n)
        going = begin(keys[:2], shared, params, worlds, task_params)
        every = jnp.ones((n_ticks, self.n), bool)
        going, played = go_on(keys[2:], shared, params, worlds, task_params, going, n_ticks, scored=every)
        seen = played.obs
        valid = every if seen.live is None else seen.live
        scored = jax.vmap(jax.vmap(task.spaces.is_choice))(seen.obs, played.action) & valid
        log_prob = jnp.where(scored, played.log_prob, 0.0)
        return going.agent_state, replace(
            played, obs=seen.obs, next_obs=played.next_obs.obs, valid=valid, scored=scored, log_prob=log_prob
        )


@dataclass(frozen=True)
class Batch(Mode):
    """`k` transitions are stored under one policy, then learned from in order."""

    k: int

    def __post_init__(self) -> None:
        _at_least(self.k, 1, "transitions")

    def learn(
        self, keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any, n_ticks: int
    ) -> tuple[Any, Trajectory]:
        if n_ticks % self.k:
            raise BadValue(f"{n_ticks} ticks are no whole number of batches of {self.k}; choose a multiple.")
        if isinstance(agent, Learner):
            return _unwrapped(OnBehaviour().learn(keys, batches(agent, self.k), params, task, task_params, n_ticks))
        steps = jax.tree.map(lambda leaf: leaf.reshape(-1, self.k, *leaf.shape[1:]), draw_steps(keys[2:], n_ticks))

        def batch(going: Going, steps: Steps) -> tuple[Going, Trajectory]:
            going, t = walk(_Waiting(agent), params, task, task_params, going, steps)
            happened = t.valid if task.ends else None
            state, latents = in_turn(agent, params, going.agent_state, Transition.of(t), happened)
            return replace(going, agent_state=state), replace(t, latents=latents)

        going, trajectory = jax.lax.scan(batch, begin(keys[:2], agent, params, task, task_params), steps)
        return going.agent_state, jax.tree.map(lambda leaf: leaf.reshape(n_ticks, *leaf.shape[2:]), trajectory)


@dataclass(frozen=True)
class ExperienceReplay(Mode):
    """On behaviour, and `n` of the last `capacity` transitions after each step, drawn with replacement."""

    n: int
    capacity: int = 1_000

    def __post_init__(self) -> None:
        _at_least(self.n, 0, "remembered transitions")
        _at_least(self.capacity, 1, "transitions of memory")

    def learn(
        self, keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any, n_ticks: int
    ) -> tuple[Any, Trajectory]:
        if isinstance(agent, Learner):
            made = replayed(agent, self.n, self.capacity, fresh=True)
            return _unwrapped(OnBehaviour().learn(keys, made, params, task, task_params, n_ticks))
        form = jax.eval_shape(lambda key: _transition(key, agent, params, task, task_params), keys[0])
        remembering = Remembering(agent, self.n, self.capacity, form)
        state, trajectory = OnBehaviour().learn(keys, remembering, params, task, task_params, n_ticks)
        return state.agent, trajectory


@dataclass(frozen=True)
class _Waiting(AroundAgent, Agent):
    """An agent that answers and does not learn yet."""

    agent: Agent
    card: ClassVar[Card] = Card(title="A learner that waits", summary="Answers as it did, learns nothing.")
    INSTEAD: ClassVar[str] = "A learner that waits is made from another agent: `Batch(k)`."

    def act(self, params: Any, state: Any, obs: Any) -> tuple[Any, Policy]:
        return state, answer(self.agent, params, state, obs)

    def update(self, params: Any, state: Any, transition: Transition) -> tuple[Any, None]:
        return state, None


def learn(
    key: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    task_params: Any,
    n_ticks: int,
    mode: Mode | None = None,
) -> tuple[Any, Trajectory]:
    """Let an agent learn a task in one of the four ways; pure, jittable, and to be vmapped over keys.

    With the same key `Parallel(1)`, `Batch(1)` and `ExperienceReplay(0)` are `OnBehaviour`, and that is `run`.

    Args:
        key: source of all randomness.
        agent, params: who learns.
        task, task_params: what is learned.
        n_ticks: steps of the world.
        mode: the way; on behaviour by default.

    Returns:
        the agent's state in the end, and the trajectory, time first: leaves [n_ticks, ...], with `Parallel(n)`
        [n_ticks, n, ...]. `latents` are what the agent reported of each transition when it learned from it.

    Raises:
        DoesNotFit: the agent needs an unbroken stream and the mode has none.
        BadValue: n_ticks is no whole number of batches.
    """
    return (mode or OnBehaviour()).learn(jax.random.split(key, 4), agent, params, task, task_params, n_ticks)


def relearn(key: PRNGKeyArray, agent: Agent, params: Any, record: Record) -> Any:
    """The state an agent comes to by learning from what was logged on behaviour; `key` is that of the session."""
    keys, n_steps = jax.random.split(key, 4), record.reward.shape[0]
    going = begin(keys[:2], agent, params, Recorded(), record)
    masks = {"valid": record.valid, "scored": record.scored}
    going, _ = go_on(keys[2:], agent, params, Recorded(), record, going, n_steps, forced=record.action, **masks)
    return going.agent_state


def _unwrapped(learned: tuple[Streams, Trajectory]) -> tuple[Streams, Trajectory]:
    """The state of a learner without the store of experiences that the mode gave it."""
    state, trajectory = learned
    return Streams(state.learner.learner, state.actor), trajectory


def _transition(key: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any) -> Transition:
    """A first transition, for its shapes and dtypes."""
    going = begin(jax.random.split(key), agent, params, task, task_params)
    _, t = walk(_Waiting(agent), params, task, task_params, going, draw_steps(jax.random.split(key), 1))
    return jax.tree.map(lambda leaf: leaf[0], replace(Transition.of(t), informed=None))


def _at_least(value: int, least: int, what: str) -> None:
    if value < least:
        raise BadValue(f"{value} {what} cannot be; at least {least}.")
