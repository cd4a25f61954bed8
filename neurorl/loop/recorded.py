"""A recorded session is just a task whose outcomes were written down."""

from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.suits import require_suited
from neurorl.core.task import Task
from neurorl.core.types import Outcome, Record, Trajectory
from neurorl.loop.particles import one_course
from neurorl.loop.run import run


@dataclass(frozen=True)
class Recorded(Task):
    """The task whose params are the record and whose step ignores the action."""

    card: ClassVar[Card] = Card(title="A recorded session", summary="Replays what was written down.")

    @property
    def spaces(self) -> Spaces:
        raise ValueError("A Recorded task has no spaces of its own; pass `scored` to the loop.")

    def params(self) -> Record:
        raise ValueError("A Recorded task has no default record; pass the record as task_params.")

    def reset(self, key: PRNGKeyArray, params: Record) -> tuple[Int[Array, ""], Any]:
        return jnp.asarray(0, jnp.int32), jax.tree.map(lambda leaf: leaf[0], params.obs)

    def step(self, key: PRNGKeyArray, params: Record, state: Int[Array, ""], action: Any) -> tuple[Any, Outcome]:
        row = jax.tree.map(lambda leaf: leaf[state], params)
        outcome = Outcome(row.next_obs, row.reward, row.discount, row.stim, None, row.feedback, row.informed)
        return state + 1, outcome


def replay(key: PRNGKeyArray, agent: Agent, params: Any, record: Record) -> Trajectory:
    """Lead an agent through a recorded session: same actions, same outcomes.

    Raises:
        DoesNotFit: the record holds states or choices that the agent's spaces do not have.

    Returns:
        a trajectory whose `log_prob` scores the recorded choices under the agent and whose
        `latents` are the agent's values, prediction errors and beliefs along the way.
    """
    require_suited(agent, record)
    n_steps = record.reward.shape[0]
    return run(
        key, agent, params, Recorded(), record, n_steps, forced=record.action, valid=record.valid, scored=record.scored
    )


def log_likelihood(key: PRNGKeyArray, agent: Agent, params: Any, record: Record) -> Float[Array, ""]:
    """Log-probability of the recorded choices, nats, summed over the scored steps.

    Raises:
        BadValue: the agent draws in private, so that this is no score; `particles(agent)` has an estimate.
    """
    if said := one_course(agent):
        raise BadValue(said)
    return replay(key, agent, params, record).log_prob.sum()
