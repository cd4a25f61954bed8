"""The random walk: a chain of states that is walked at random, and pays only at its ends.

From the middle of `n_states` states in a row each step goes left or right with probability 1/2, whatever is answered
(there is one answer). Stepping off on the left pays -1 and on the right +1, and the next trial begins in the middle;
no other step pays. Without discounting the value of state i = 1 ... n is 2 i / (n + 1) - 1. The field's test of
learning by temporal differences (Sutton 1988; with 19 states, Sutton & Barto 2018, examples 7.1 and 12.1).

A session ends after `trials` walks (10, as in the book's figures); a walk takes ((n + 1) / 2)^2 steps on average.

Departs from the book: nowhere.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome


class Params(eqx.Module):
    trials: Int[Array, ""] = eqx.field(default=10, converter=jnp.asarray)  # walks in a session


class State(eqx.Module):
    place: Int[Array, ""]  # 0 to n_states - 1
    trial: Int[Array, ""]


class Truth(eqx.Module):
    """Which walk this is, from 0."""

    trial: Int[Array, ""]


@dataclass(frozen=True)
class RandomWalk(Task):
    """Random walk over `n_states` states, an odd number."""

    n_states: int = 19

    card: ClassVar[Card] = Card(
        title="Random walk along a chain of states",
        summary="A random walk along a chain with rewards at its ends. True values are known exactly, so that the "
        "accuracy of predictions can be measured.",
        refs=("sutton1988", "sutton2018:examples 7.1 and 12.1"),
        tags=("prediction", "traces", "self-paced"),
    )

    def __post_init__(self) -> None:
        if self.n_states < 1 or self.n_states % 2 == 0:
            raise BadValue(f"n_states is {self.n_states}, but must be odd, since a walk starts in the middle.")

    @property
    def spaces(self) -> Spaces:
        states = tuple(f"state_{i + 1}" for i in range(self.n_states))
        mean_steps = ((self.n_states + 1) // 2) ** 2
        return Spaces(
            Discrete(states),
            Discrete(("go_on",)),
            (-1.0, 1.0),
            free=(False,) * self.n_states,
            steps_per_trial=mean_steps,
            self_paced=True,
        )

    def params(self) -> Params:
        return Params()

    def true_values(self) -> np.ndarray:
        """What each state is worth, reward units [n_states]."""
        return 2 * np.arange(1, self.n_states + 1) / (self.n_states + 1) - 1

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        state = State(jnp.asarray(self.n_states // 2, jnp.int32), jnp.asarray(0, jnp.int32))
        return state, state.place

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        place = state.place + jnp.where(jax.random.uniform(key) < 0.5, -1, 1)
        left, right = place < 0, place >= self.n_states
        ends = left | right
        reward = right.astype(jnp.result_type(float)) - left
        after = State(jnp.where(ends, self.n_states // 2, place).astype(jnp.int32), state.trial + ends)
        outcome = Outcome(
            obs=after.place,
            reward=reward,
            discount=1.0 - ends.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.trial),
        )
        return after, outcome

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.trial >= params.trials


TASK = RandomWalk()
