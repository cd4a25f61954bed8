"""Bernoulli bandit with independent arms.

A trial is one choice among n arms; arm i pays 1 with probability p_i, else 0. The probabilities are
drawn once a session, p_i ~ U[low_i, high_i] (Wang et al. 2016, 2018, Fig. 1d: U[0, 1], 100 trials).
`Params(p, p)` fixes them at p, for example at (0.25, 0.75).

With `clock`, the observation is the trial index t/100, t = 0, 1, ..., which the network of Wang et al. 2016
was given; otherwise it is a constant code.

Departs from the paper: any number of arms and any range; the scale of the trial index, which is not
stated there.
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
    low: Float[Array, " n_arms"] = eqx.field(converter=jnp.asarray)  # reward probability, drawn once a session
    high: Float[Array, " n_arms"] = eqx.field(converter=jnp.asarray)


class State(eqx.Module):
    p_reward: Float[Array, " n_arms"]
    trial: Int[Array, ""]  # from 0


@dataclass(frozen=True)
class Bandit(Task):
    """Bernoulli bandit with `n_arms` arms. `clock=True` shows the trial index."""

    n_arms: int = 2
    clock: bool = False

    card: ClassVar[Card] = Card(
        title="Bernoulli bandit, independent arms",
        summary="Each arm is rewarded with its own probability, drawn once per session. The simplest task of "
        "exploration and exploitation.",
        refs=("wang2018:Fig. 1d", "wang2016", "thompson1933"),
        tags=("bandit", "meta-rl", "exploration"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(self.n_arms, clock=self.clock)

    def params(self) -> Params:
        return Params(jnp.zeros(self.n_arms), jnp.ones(self.n_arms))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Array]:
        u = jax.random.uniform(key, (self.n_arms,))
        state = State(params.low + u * (params.high - params.low), jnp.asarray(0, jnp.int32))
        return state, seen_at(state.trial, clock=self.clock)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        trial = state.trial + 1
        outcome = pull(jax.random.uniform(key), state.p_reward, action, seen_at(trial, clock=self.clock))
        return State(state.p_reward, trial), outcome


TASK = Bandit()
