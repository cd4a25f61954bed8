"""Model-free learner of two cues: temporal differences, one value a cue (after Schultz et al. 1997).

With w_c the reward expected after cue c and g the discount of a step, values are V(cue c) = g w_c + g^3 v0,
V(respond) = w_c + g^2 v0, V(outcome) = g v0, V(fixation) = v0, where v0 is what the trials to come are worth on the
whole. At the response the error is

    delta = r + g V(outcome) - V(respond) = r - w_c;   w_c <- w_c + alpha (delta + stim)

so that a cue's value changes when that cue is met, and never otherwise. Both values start at 1/2. It gives the answer
that each state asks for; there is no free choice. With alpha above 1/2 an experienced reversal shows on the next trial,
as it does in monkeys; an inferred one cannot (Bromberg-Martin et al. 2010; Wang et al. 2018, simulation 3).

Departs from the paper, which has no such learner: v0 is known, as after long training, not learned.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.cued import Cued
from neurorl.ops.delta import delta_rule


class Params(eqx.Module):
    """None: with no free choice in the task, nothing can be fitted; the constants are fields of the agent."""


class State(eqx.Module):
    w: Float[Array, "2"]
    cue: Float[Array, "2"]  # of this trial, one-hot; zeros before it is seen


class Latents(eqx.Module):
    """Value of the state before the step, and expected reward of the left and the right cue, reward units."""

    value: Float[Array, ""]
    q: Float[Array, "2"]


@dataclass(frozen=True)
class CueTD(Agent):
    """TD learner of cues with learning rate `alpha`; `discount` is that of one step."""

    codes: Cued
    alpha: float = option(0.8, "learning rate", low=0, high=1)
    discount: float = option(0.9, "discount of one step", low=0, high=1)

    card: ClassVar[Card] = Card(
        title="Model-free learner of cues: TD(0)",
        summary="Keeps one value per cue and updates it when that cue is shown. Its errors follow an experienced "
        "reversal, but not one that can only be inferred.",
        refs=("wang2018:simulation 3", "brombergmartin2010", "schultz1997", "sutton1988"),
        tags=("model-free", "dopamine", "reversal"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(Cued.of(spaces))

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full(2, 0.5), jnp.zeros(2))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        cue = self.codes.cue_after(obs, state.cue)
        return State(state.w, cue), Categorical(self.codes.logits(obs, cue))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        value = self.codes.value(transition.obs, state.cue, state.w, self.discount)
        met = state.cue * (transition.obs == self.codes.respond)
        w, _ = delta_rule(state.w, met, transition.reward + transition.stim, jnp.asarray(self.alpha))
        return State(w, state.cue), Latents(value, state.w)


AGENT = CueTD
