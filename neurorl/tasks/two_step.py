"""Two-step task with a reversing contingency, in the form of Wang et al. 2018 and Miller et al. 2017.

A trial: *fixation* (only the centre is accepted), *first* stage (left or right), one of two *second*
stages (left or right, both pay the same), reward, next fixation. Left leads to second stage A and right
to B on a common transition (0.8). One second stage pays with probability 0.9, the other with 0.1;
before each trial they exchange roles with probability 0.025. A response that a state does not accept
costs 1: at fixation and second stage the trial goes on, at the first stage it is aborted.

Departs from the paper: what follows an invalid response is not stated there; the rule above is ours.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.two_stage import two_stage_spaces


class Params(eqx.Module):
    p_common: Float[Array, ""] = eqx.field(default=0.8, converter=jnp.asarray)  # left -> A, right -> B
    p_good: Float[Array, ""] = eqx.field(default=0.9, converter=jnp.asarray)  # the other stage pays 1 - p_good
    p_switch: Float[Array, ""] = eqx.field(default=0.025, converter=jnp.asarray)  # per trial
    cost_invalid: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # reward units


class State(eqx.Module):
    obs: Int[Array, ""]
    a_is_good: Bool[Array, ""]


class Truth(eqx.Module):
    """Reward probability of second stages A and B on this trial."""

    p_reward: Float[Array, "2"]


@dataclass(frozen=True)
class TwoStep(Task):
    """Two-step task, one first-stage choice a trial. `fixation=False` drops the fixation step."""

    fixation: bool = True

    card: ClassVar[Card] = Card(
        title="Two-step task, reversing rewards",
        summary="The first choice leads to one of two second stages, commonly or rarely; one of them has the higher "
        "reward probability, and at times they exchange roles. Distinguishes planning from caching.",
        refs=("wang2018:simulation 4", "miller2017", "akam2015", "daw2011"),
        tags=("two-step", "planning", "meta-rl"),
    )

    @property
    def spaces(self) -> Spaces:
        return two_stage_spaces(fixation=self.fixation, second_choice=False)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        obs = jnp.asarray(0, jnp.int32)
        return State(obs, jax.random.bernoulli(key)), obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        first = int(self.fixation)  # codes: fixation?, first, A, B; with fixation, action 0 is the centre
        second_a, second_b = first + 1, first + 2
        u_transition, u_reward, u_switch = jax.random.uniform(key, (3,))

        at_first = state.obs == first
        at_second = state.obs > first
        side = action - first  # 0 left, 1 right, -1 centre
        valid = (side >= 0) == (state.obs >= first)

        to_a = (u_transition < params.p_common) == (side == 0)
        after_first = jnp.where(valid, jnp.where(to_a, second_a, second_b), 0)
        obs = jnp.where(at_first, after_first, jnp.where(at_second, 0, first))
        trial_ends = at_second | (at_first & ~valid)

        p_a = jnp.where(state.a_is_good, params.p_good, 1 - params.p_good)
        p_here = jnp.where(state.obs == second_a, p_a, 1 - p_a)
        pays = at_second & (u_reward < p_here)
        reward = jnp.where(valid, pays.astype(p_a.dtype), -params.cost_invalid)

        a_is_good = state.a_is_good ^ (trial_ends & (u_switch < params.p_switch))
        outcome = Outcome(
            obs=obs.astype(jnp.int32),
            reward=reward,
            discount=1.0 - trial_ends.astype(p_a.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(p_reward=jnp.stack([p_a, 1 - p_a])),
        )
        return State(outcome.obs, a_is_good), outcome


TASK = TwoStep()
