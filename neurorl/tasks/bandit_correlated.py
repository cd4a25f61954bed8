"""Two-armed Bernoulli bandit whose arms are tied: p_right = 1 - p_left.

A trial is one choice; the chosen arm pays 1 with its probability, else 0. p_left ~ U[low, high] is drawn
once a session (Wang et al. 2016, 2018, Fig. 1e, f: U[0, 1], 100 trials), so that every outcome of one
arm tells about the other. `Params(p, p)` fixes p_left, for example at 0.25.

Departs from the paper: the observation is a constant code, where the paper's network has none.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces, pull


class Params(eqx.Module):
    low: Float[Array, ""] = eqx.field(default=0.0, converter=jnp.asarray)  # p_left, drawn once a session
    high: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)


class State(eqx.Module):
    p_left: Float[Array, ""]


@dataclass(frozen=True)
class BanditCorrelated(Task):
    """Two-armed bandit in which the arms' probabilities sum to 1."""

    card: ClassVar[Card] = Card(
        title="Bernoulli bandit, correlated arms",
        summary="Two arms whose reward probabilities sum to 1: what one pays tells what the other would have. "
        "Shows whether a learner has found the structure of its world.",
        refs=("wang2018:Fig. 1", "wang2016"),
        tags=("bandit", "meta-rl", "structure"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        p_left = params.low + jax.random.uniform(key) * (params.high - params.low)
        return State(p_left), jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        p_reward = jnp.stack([state.p_left, 1.0 - state.p_left])
        return state, pull(jax.random.uniform(key), p_reward, action)


TASK = BanditCorrelated()
