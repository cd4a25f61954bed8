"""My task: a bandit with two arms.

A trial is one choice, left or right. Left pays 1 with probability p_left, right with 1 - p_left. Say here
what a trial looks like, with units, and where the numbers come from.

Departs from the paper: nowhere yet.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome


class Params(eqx.Module):
    """Settings of the task; they may be vmapped."""

    p_left: Float[Array, ""] = eqx.field(default=0.7, converter=jnp.asarray)


class State(eqx.Module):
    """What the task remembers from one step to the next; here nothing changes."""


class Truth(eqx.Module):
    """What an analyst may know and an agent may not: the reward probability of each arm."""

    p_reward: Float[Array, "2"]


@dataclass(frozen=True)
class MyTask(Task):
    """Two-armed bandit with fixed probabilities."""

    card: ClassVar[Card] = Card(
        title="My task",
        summary="Two arms that pay with fixed probabilities.",
        refs=(),
        tags=("bandit",),
    )

    @property
    def spaces(self) -> Spaces:
        return Spaces(obs=Discrete(("choice",)), action=Discrete(("left", "right")), reward=(0.0, 1.0))

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        return State(), jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        p_reward = jnp.stack([params.p_left, 1 - params.p_left])
        reward = (jax.random.uniform(key) < p_reward[action]).astype(p_reward.dtype)
        outcome = Outcome(
            obs=jnp.asarray(0, jnp.int32),
            reward=reward,
            discount=jnp.zeros_like(reward),  # 0: the trial ends with this step
            stim=jnp.zeros_like(reward),
            truth=Truth(p_reward),
        )
        return state, outcome


TASK = MyTask()
