"""Bandit with counterfactual feedback: what the options that were not chosen would have paid is shown as well.

A trial is one choice among n arms (2). Each arm pays 1 or 0, independently of the others: one arm, drawn once a
session, with probability `p_good` (0.75), all others with `p_bad` (0.25). With probability `p_complete` (1) the
outcomes of all arms are shown (complete feedback), else only that of the chosen one (partial). The reward is that of
the chosen arm. Feedback holds one number an arm, in the order of the answers; an outcome that is not shown is NaN.

Departs from Palminteri et al. 2015, 2017: one pair of options instead of several at once; outcomes of 0 and 1 instead
of gains and losses of money; feedback that is complete by chance, not by block.
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
from neurorl.ops.arms import Truth, arm_spaces, showing_all_outcomes


class Params(eqx.Module):
    p_good: Float[Array, ""] = eqx.field(default=0.75, converter=jnp.asarray)
    p_bad: Float[Array, ""] = eqx.field(default=0.25, converter=jnp.asarray)
    p_complete: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)


class State(eqx.Module):
    good: Int[Array, ""]  # the arm that pays more often


@dataclass(frozen=True)
class BanditCounterfactual(Task):
    """Bandit with `n_arms` arms that shows the outcomes of all of them."""

    n_arms: int = 2

    card: ClassVar[Card] = Card(
        title="Bandit with counterfactual feedback",
        summary="The outcomes of the options that were not chosen are shown too: tells learning from what was obtained "
        "from learning from what was forgone.",
        refs=("palminteri2015", "palminteri2017"),
        tags=("bandit", "feedback", "counterfactual"),
    )

    @property
    def spaces(self) -> Spaces:
        return showing_all_outcomes(arm_spaces(self.n_arms))

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        good = jax.random.randint(key, (), 0, self.n_arms, jnp.int32)
        return State(good), jnp.asarray(0, jnp.int32)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (self.n_arms + 1,))
        arms = jnp.arange(self.n_arms)
        p_reward = jnp.where(arms == state.good, params.p_good, params.p_bad)
        outcomes = (u[:-1] < p_reward).astype(p_reward.dtype)
        chosen = arms == action
        reward = jnp.sum(jnp.where(chosen, outcomes, 0.0))
        outcome = Outcome(
            obs=jnp.asarray(0, jnp.int32),
            reward=reward,
            discount=jnp.zeros_like(reward),
            stim=jnp.zeros_like(reward),
            truth=Truth(p_reward, state.good),
            feedback=jnp.where(chosen | (u[-1] < params.p_complete), outcomes, jnp.nan),
        )
        return state, outcome


TASK = BanditCounterfactual()
