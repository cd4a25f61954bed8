"""Bernoulli bandit with independent arms.

A trial is one choice among n arms; arm i pays 1 with probability p_i, else 0. The probabilities are
drawn once a session, p_i ~ U[low_i, high_i] (Wang et al. 2016, 2018, Fig. 1d: U[0, 1], 100 trials).
`Params(p, p)` fixes them at p, for example at (0.25, 0.75).

Departs from the paper: any number of arms and any range; the observation is a constant code, where
the paper's network has none.
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
    low: Float[Array, " n_arms"] = eqx.field(converter=jnp.asarray)  # reward probability, drawn once a session
    high: Float[Array, " n_arms"] = eqx.field(converter=jnp.asarray)


class State(eqx.Module):
    p_reward: Float[Array, " n_arms"]


@dataclass(frozen=True)
class Bandit(Task):
    """Bernoulli bandit with `n_arms` arms."""

    n_arms: int = 2

    card: ClassVar[Card] = Card(
        title="Bernoulli bandit, independent arms",
        summary="Each arm pays with its own probability, drawn once a session. The plainest task of exploration "
        "against exploitation.",
        refs=("wang2018:Fig. 1d", "wang2016", "thompson1933"),
        tags=("bandit", "meta-rl", "exploration"),
    )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(self.n_arms)

    def params(self) -> Params:
        return Params(jnp.zeros(self.n_arms), jnp.ones(self.n_arms))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        u = jax.random.uniform(key, (self.n_arms,))
        return State(params.low + u * (params.high - params.low)), jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        return state, pull(jax.random.uniform(key), state.p_reward, action)


TASK = Bandit()
