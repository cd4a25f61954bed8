"""A habit without values: what was done of late is done again, whatever it brought.

    h[s, b] <- h[s, b] + alpha (1[b = a] - h[s, b])       for every answer b
    p(a | s) = softmax(beta h[s, :])

The habitual controller of Miller, Shenhav & Ludvig 2019, alone. A negative beta alternates. It never looks at
rewards, so it is the baseline against which a claim of learning must stand: people who press two keys at their
own pace (`dezfouli2019_bandit`) are described by it better than by values alone.

Departs from the paper: there a goal-directed system and an arbiter join it.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Beta, Gaussian, Interval, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step
from neurorl.ops.kernels import choice_kernel
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.3, unit, symbol="α_H", doc="learning rate of the habit", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        2.0, Interval(-20, 20), symbol="β", doc="strength of the habit; alternation below 0", prior=Gaussian(0.0, 4.0)
    )


class State(eqx.Module):
    habit: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Habit strengths at the moment of choice, and 1 less the strength of what was then done."""

    habit: Float[Array, " n_actions"]
    surprise: Float[Array, ""]


@dataclass(frozen=True)
class ChoiceHabit(Agent):
    """A choice kernel alone; strengths start at 0."""

    spaces: Spaces

    GOES_ON: ClassVar[tuple[str, ...]] = ("habit",)
    card: ClassVar[Card] = Card(
        title="Habit without values",
        summary="Repeats, or with a negative strength alternates, its own recent choices and ignores rewards: the "
        "baseline for claims about learning from reward.",
        refs=("miller2019", "dezfouli2019"),
        tags=("habit", "bandit", "baseline"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.zeros(require_one_step(self.spaces)))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        return state, Categorical(jnp.where(legal, params.beta * read_row(state.habit, obs), ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        habit = read_row(state.habit, t.obs)
        chosen = jax.nn.one_hot(t.action, habit.shape[0], dtype=habit.dtype)
        kept = choice_kernel(habit, chosen, params.alpha)
        return State(write_row(state.habit, t.obs, kept)), Latents(habit, 1.0 - jnp.sum(chosen * habit))


AGENT = ChoiceHabit
