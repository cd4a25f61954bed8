"""Harlow's learning sets with objects as vectors: no eyes, no pixels (a reduction of Wang et al. 2018, simulation 5).

A trial has two steps: fixation (the answer is *rest*, the centre), then two objects, left and right, of which one pays:
+1 for the session's rewarded object, -1 for the other. Objects are vectors of random signs, drawn anew in every
session, so that none is ever seen twice; they change sides at random from trial to trial and stay the same for the six
trials of a session. What is seen is [fixation, left object, right object]. An answer that a step does not accept costs
1; an invalid answer to the objects ends the trial.

`constant` says which objects stay the same within a session: "both", "rewarded" (the other one is new on every trial:
the paper's control) or "either" (only one of the two, which in half of the sessions is the rewarded one).

Departs from the paper: all of it is an abstraction of the pixel task (`harlow_pixels`).
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome


class Params(eqx.Module):
    reward: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # for the right object; minus it else
    cost_invalid: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # reward units


class State(eqx.Module):
    choosing: Bool[Array, ""]
    trial: Int[Array, ""]
    left: Bool[Array, ""]  # whether the rewarded object stands on the left
    rewarded: Float[Array, " n"]
    other: Float[Array, " n"]
    keep: Bool[Array, "2"]  # whether the rewarded and the other object stay the same


class Truth(eqx.Module):
    """The trial, counted from 0, and whether its rewarded object stands on the left."""

    trial: Int[Array, ""]
    left: Bool[Array, ""]


@dataclass(frozen=True)
class HarlowVector(Task):
    """Harlow's task with objects of `n` signs; a session is over after `trials` trials."""

    n: int = 16
    constant: Literal["both", "rewarded", "either"] = "both"
    trials: int = 6

    card: ClassVar[Card] = Card(
        title="Harlow's learning sets, objects as vectors",
        summary="Two new objects, one of which is rewarded; six trials per session. One trial suffices to identify it.",
        refs=("wang2018:simulation 5", "harlow1949"),
        tags=("learning-set", "meta-rl"),
    )

    def __post_init__(self) -> None:
        if self.constant not in ("both", "rewarded", "either"):
            raise BadValue(f"constant is '{self.constant}', but must be both, rewarded or either.")

    @property
    def spaces(self) -> Spaces:
        labels = ("fixation", *(f"{side}_{i}" for side in ("left", "right") for i in range(self.n)))
        return Spaces(
            obs=Box((1 + 2 * self.n,), -1.0, 1.0, labels),
            action=Discrete(("rest", "left", "right")),
            reward=(-1.0, 1.0),
            steps_per_trial=2,
        )

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Float[Array, " obs"]]:
        u = jax.random.uniform(key, (2 + 2 * self.n,))
        keep = jnp.stack([jnp.asarray(True), jnp.asarray(self.constant == "both")])
        if self.constant == "either":
            keep = jnp.stack([u[1] < 0.5, u[1] >= 0.5])
        rewarded, other = _objects(u[2:])
        state = State(jnp.asarray(False), jnp.asarray(0, jnp.int32), u[0] < 0.5, rewarded, other, keep)
        return state, self._see(state)

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (1 + 2 * self.n,))
        ends = state.choosing
        valid = (action > 0) == state.choosing
        right_one = (action == 1) == state.left
        pays = jnp.where(right_one, params.reward, -params.reward)
        reward = jnp.where(valid, jnp.where(state.choosing, pays, 0.0), -params.cost_invalid)
        new_rewarded, new_other = _objects(u[1:])
        after = State(
            choosing=~state.choosing,
            trial=state.trial + ends.astype(jnp.int32),
            left=jnp.where(ends, u[0] < 0.5, state.left),
            rewarded=jnp.where(ends & ~state.keep[0], new_rewarded, state.rewarded),
            other=jnp.where(ends & ~state.keep[1], new_other, state.other),
            keep=state.keep,
        )
        outcome = Outcome(
            obs=self._see(after),
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.trial, state.left),
        )
        return after, outcome

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.trial >= self.trials

    def _see(self, state: State) -> Float[Array, " obs"]:
        left = jnp.where(state.left, state.rewarded, state.other)
        right = jnp.where(state.left, state.other, state.rewarded)
        shown = state.choosing.astype(left.dtype)
        return jnp.concatenate([(1 - shown)[None], left * shown, right * shown])


def _objects(u: Float[Array, " 2*n"]) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Two objects of random signs from uniform numbers."""
    signs = jnp.where(u < 0.5, -1.0, 1.0)
    n = u.shape[0] // 2
    return signs[:n], signs[n:]


TASK = HarlowVector()
