"""Reversal of what or of where: two pictures on two sides, and either the picture or the side is rewarded.

A session is one block of 80 trials with new pictures. On every trial the two pictures change sides at random; the
answer is left or right. In a *what* block the good picture pays 1 with probability `p_good` wherever it lies, in a
*where* block the good side does whatever lies there; the other pays 1 - p_good. After 30 to 50 trials good and bad
exchange once, without a cue, and the kind of block is not signalled (Costa et al. 2016; Neftci & Averbeck 2019).
`p_good` is drawn for each block from `p_good`: 0.8 and 0.7. With `held` above 0 the pictures keep their sides for that
many trials from the reversal on and then change them once, so that what was learned anew under one arrangement is
tested under the other. The monkeys of `trepka_monkeys` played the what blocks; since that set does not hold sides,
`reversal` fits it, in which the answer is the picture.

Departs from the paper: its schedule with certain rewards is left out.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces, pull


class Params(eqx.Module):
    p_good: Float[Array, " k"] = eqx.field(default=(0.8, 0.7), converter=jnp.asarray)  # one of these, a block
    p_what: Float[Array, ""] = eqx.field(default=0.5, converter=jnp.asarray)  # chance of a what block
    reversal_low: Int[Array, ""] = eqx.field(default=30, converter=jnp.asarray)  # trials before it, ends included
    reversal_high: Int[Array, ""] = eqx.field(default=50, converter=jnp.asarray)
    trials: Int[Array, ""] = eqx.field(default=80, converter=jnp.asarray)
    held: Int[Array, ""] = eqx.field(default=0, converter=jnp.asarray)  # trials from the reversal on without a change


class State(eqx.Module):
    what: Bool[Array, ""]  # whether the picture counts, rather than the side
    good: Int[Array, ""]  # the good picture, or the good side, at first
    p_good: Float[Array, ""]
    reversal: Int[Array, ""]  # the trial, from 0, on which good and bad exchange
    trial: Int[Array, ""]  # from 0
    circle_right: Bool[Array, ""]


@dataclass(frozen=True)
class WhatWhereReversal(Task):
    """One block: the identity or the place of pictures pays, and reverses once."""

    card: ClassVar[Card] = Card(
        title="What and where reversal",
        summary="Two pictures change sides from trial to trial; in some blocks the picture determines the reward, in "
        "others the side, and once per block the good and the bad option are exchanged. A monkey task.",
        refs=("costa2016", "neftci2019"),
        tags=("bandit", "reversal", "monkey", "cues"),
    )

    @property
    def spaces(self) -> Spaces:
        return Spaces(Discrete(("circle_left", "circle_right")), arm_spaces(2).action, (0.0, 1.0))

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        key_draws, key_good, key_reversal = jax.random.split(key, 3)
        what, good, right = jax.random.uniform(key_draws, (3,))
        p_good = params.p_good[jax.random.randint(key_good, (), 0, params.p_good.shape[0])]
        state = State(
            what < params.p_what,
            (good < 0.5).astype(jnp.int32),
            p_good,
            jax.random.randint(key_reversal, (), params.reversal_low, params.reversal_high + 1),
            jnp.asarray(0, jnp.int32),
            right < 0.5,
        )
        return state, _seen(state)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u_reward, u_right = jax.random.uniform(key, (2,))
        good = jnp.where(state.trial >= state.reversal, 1 - state.good, state.good)
        # Picture 0 is the circle. Where the picture counts, the good side is where the good picture lies.
        side = jnp.where(state.what, jnp.where(state.circle_right, 1 - good, good), good)
        p_reward = jnp.where(jnp.arange(2) == side, state.p_good, 1.0 - state.p_good)
        since = state.trial + 1 - state.reversal
        held, moves = (since >= 0) & (since < params.held), (params.held > 0) & (since == params.held)
        right = jnp.where(held, state.circle_right, jnp.where(moves, ~state.circle_right, u_right < 0.5))
        after = State(state.what, state.good, state.p_good, state.reversal, state.trial + 1, right)
        return after, pull(u_reward, p_reward, action, _seen(after))

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.trial >= params.trials


def _seen(state: State) -> Int[Array, ""]:
    return state.circle_right.astype(jnp.int32)


TASK = WhatWhereReversal()
