"""Serial reversal: the same two objects exchange roles again and again, and an animal learns that they do.

A trial is one choice between two objects ("left", "right" are their names; their sides do not matter). The good one
pays 1 with probability `p_good`, by default always, the other with 1 - p_good. They exchange roles without a cue

- as soon as `criterion` of the last `window` choices of a phase were right, by default 27 of 30 (Jang et al. 2015);
- where `phase` is above 0, after that many trials (40 in the noisy version, in which p_good = 0.8).

A session has `reversals` reversals and is over when the phase after the last one is.

Departs from the paper: the criterion is recalled from Jang et al. (Neftci & Averbeck 2019 do not state it), and each
animal of theirs came on many days; here a session is one long day.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import arm_spaces, pull


class Params(eqx.Module):
    p_good: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # the other pays 1 - p_good
    criterion: Int[Array, ""] = eqx.field(default=27, converter=jnp.asarray)  # right choices among the last `window`
    phase: Int[Array, ""] = eqx.field(default=0, converter=jnp.asarray)  # trials of each phase; 0: by the criterion
    reversals: Int[Array, ""] = eqx.field(default=15, converter=jnp.asarray)  # in a session


class State(eqx.Module):
    left_is_good: Bool[Array, ""]
    right_choices: Bool[Array, " window"]  # the last ones of this phase, newest first
    trial: Int[Array, ""]  # of this phase, from 0
    phase: Int[Array, ""]  # from 0


class Truth(eqx.Module):
    """The good arm (0 left), the phase (its number of reversals so far) and the trial within it, from 0."""

    best: Int[Array, ""]
    phase: Int[Array, ""]
    place: Int[Array, ""]


@dataclass(frozen=True)
class SerialReversal(Task):
    """Reversals at a criterion of right choices among the last `window` of a phase, or at equal distances."""

    window: int = 30

    card: ClassVar[Card] = Card(
        title="Serial reversal to a criterion",
        summary="Two objects exchange roles whenever the better one is chosen reliably, many times in a row. Tests "
        "whether reversals become faster, as in monkeys.",
        refs=("jang2015", "neftci2019"),
        tags=("bandit", "reversal", "monkey", "learning to learn"),
    )

    def __post_init__(self) -> None:
        if self.window < 1:
            raise BadValue(
                f"window is {self.window}, but must be at least 1: it is the number of trials that the "
                "criterion looks back on."
            )

    @property
    def spaces(self) -> Spaces:
        return arm_spaces(2)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        zero = jnp.asarray(0, jnp.int32)
        return State(jax.random.bernoulli(key), jnp.zeros(self.window, bool), zero, zero), zero

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        p_left = jnp.where(state.left_is_good, params.p_good, 1.0 - params.p_good)
        best = jnp.where(state.left_is_good, 0, 1).astype(jnp.int32)
        outcome = pull(jax.random.uniform(key), jnp.stack([p_left, 1.0 - p_left]), action)
        truth = Truth(best, state.phase, state.trial)

        lately = jnp.roll(state.right_choices, 1).at[0].set(action == best)
        trial = state.trial + 1
        reached = (trial >= self.window) & (lately.sum() >= params.criterion)
        reverses = jnp.where(params.phase > 0, trial >= params.phase, reached)
        after = State(
            left_is_good=state.left_is_good ^ reverses,
            right_choices=lately & ~reverses,
            trial=jnp.where(reverses, 0, trial),
            phase=state.phase + reverses,
        )
        return after, eqx.tree_at(lambda o: o.truth, outcome, truth)

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.phase > params.reversals


TASK = SerialReversal()
