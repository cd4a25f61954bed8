"""Waiting for a reward whose time is uncertain, and which may not come at all (Starkweather et al. 2017).

A trial has 24 steps of 0.2 s. On the first a cue is seen. A reward of 1 follows after 1.2 to 2.8 s (bins 6 to 14, the
weights of a Gaussian of mean 2 s and sd 0.5 s); with probability `p_omission` it does not come, and nothing tells so.
Task 1 of the paper has p_omission = 0, Task 2 has 0.1. The rest of the trial is the interval to the next one. There is
nothing to be done but wait.

Departs from the paper: there the intertrial interval is exponential, 12 to 14 s on average; here trials are of one
length, which no agent counts. The paper's numbers are recalled from the abstract and Neftci & Averbeck 2019.
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
from neurorl.ops.hidden_reward import FIRST, STEPS, reward_weights, waiting_spaces


class Params(eqx.Module):
    p_omission: Float[Array, ""] = eqx.field(default=0.0, converter=jnp.asarray)


class State(eqx.Module):
    step: Int[Array, ""]  # of this trial, from 0: the bin since the cue
    reward_bin: Int[Array, ""]  # the bin in which the reward comes; 0 where it is omitted


class Truth(eqx.Module):
    """The bin in which this trial's reward comes (0: never), and the present bin since the cue."""

    reward_bin: Int[Array, ""]
    bin: Int[Array, ""]


@dataclass(frozen=True)
class HiddenReward(Task):
    """Cue, uncertain delay, reward or none."""

    card: ClassVar[Card] = Card(
        title="A reward at an uncertain time, or none",
        summary="A cue, then a reward after 1.2 to 2.8 s; in Task 2 the reward is sometimes omitted. The trend of "
        "dopamine's errors with the delay shows whether values depend on beliefs about hidden states.",
        refs=("starkweather2017", "neftci2019"),
        tags=("pavlovian", "dopamine", "timing", "inference"),
    )

    @property
    def spaces(self) -> Spaces:
        return waiting_spaces()

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        return State(jnp.asarray(0, jnp.int32), _drawn(jax.random.uniform(key, (2,)), params)), jnp.asarray(
            1, jnp.int32
        )

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        arrived = state.step + 1
        reward = ((arrived == state.reward_bin) & (state.reward_bin > 0)).astype(params.p_omission.dtype)
        ends = arrived >= STEPS
        after = State(
            step=jnp.where(ends, 0, arrived),
            reward_bin=jnp.where(ends, _drawn(jax.random.uniform(key, (2,)), params), state.reward_bin),
        )
        outcome = Outcome(
            obs=ends.astype(jnp.int32),
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.reward_bin, state.step),
        )
        return after, outcome


def _drawn(u: Float[Array, "2"], params: Params) -> Int[Array, ""]:
    """The bin of a trial's reward, 0 where it is omitted."""
    below = jnp.asarray(reward_weights().cumsum()[:-1], u.dtype)
    reward_bin = FIRST + jnp.sum(u[0] >= below).astype(jnp.int32)
    return jnp.where(u[1] < params.p_omission, 0, reward_bin)


TASK = HiddenReward()
