"""Two-armed Bernoulli bandit whose arms are tied: p_right = 1 - p_left.

A trial is one choice; the chosen arm pays 1 with its probability, else 0. p_left ~ U[low, high] is drawn
once a session (Wang et al. 2016, 2018, Fig. 1e, f: U[0, 1], 100 trials), so that every outcome of one
arm tells about the other. `Params(p, p)` fixes p_left, for example at 0.25; `EASY`, `MEDIUM` and `HARD` are
the fixed problems of Wang et al. 2016, p_left = 0.1, 0.25 and 0.4.

With `clock`, the observation is the trial index t/100, t = 0, 1, ..., which the network of Wang et al. 2016
was given; otherwise it is a constant code.

Departs from the paper: the scale of the trial index, which is not stated there.
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
from neurorl.ops.arms import arm_spaces, pull, seen_at


class Params(eqx.Module):
    low: Float[Array, ""] = eqx.field(default=0.0, converter=jnp.asarray)  # p_left, drawn once a session
    high: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)


class State(eqx.Module):
    p_left: Float[Array, ""]
    trial: Int[Array, ""]  # from 0


@dataclass(frozen=True)
class BanditCorrelated(Task):
    """Two-armed bandit in which the arms' probabilities sum to 1. `clock=True` shows the trial index."""

    clock: bool = False

    card: ClassVar[Card] = Card(
        title="Bernoulli bandit, correlated arms",
        summary="Two arms whose reward probabilities sum to 1, so that the outcome of one informs about the other. "
        "Tests whether a learner uses this structure.",
        refs=("wang2018:Fig. 1", "wang2016"),
        tags=("bandit", "meta-rl", "structure"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2, clock=self.clock)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Array]:
        p_left = params.low + jax.random.uniform(key) * (params.high - params.low)
        state = State(p_left, jnp.asarray(0, jnp.int32))
        return state, seen_at(state.trial, clock=self.clock)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        p_reward = jnp.stack([state.p_left, 1.0 - state.p_left])
        trial = state.trial + 1
        outcome = pull(jax.random.uniform(key), p_reward, action, seen_at(trial, clock=self.clock))
        return State(state.p_left, trial), outcome


TASK = BanditCorrelated()

# p_left of the fixed problems of Wang et al. 2016: how well the better arm can be told from the other.
EASY, MEDIUM, HARD = 0.1, 0.25, 0.4
