"""Observer that knows that exactly one of two cues is rewarded, and that they exchange roles at times.

b = P(the left cue pays). After an outcome b is 1 if the left cue was rewarded or the right one was not, else 0,
whichever was shown. Every `block` trials, counted from the start of the session, roles change with probability h:
b <- (1 - h) b + h (1 - b). Expected rewards are b and 1 - b, and values follow from them:

    V(cue) = g p + g^3 v0, V(respond) = p + g^2 v0, V(outcome) = g v0, V(fixation) = v0, v0 = (g^2/2) / (1 - g^4).

By default roles may change before any trial with h = 0.1, the mean rate in Wang et al. 2018, simulation 3, for an
observer that does not count trials. Errors at cues are then +-g^2 (1/2 - h) = +-0.324 before a reversal is known and,
with opposite signs, one trial later for both cues. An observer that counts trials (`block=5`, `hazard=0.5`) has no
error on a block's first trial. Each state has one correct answer, which the observer gives. A wrong answer is
uninformative.

Departs from the paper, which has no such observer. Stimulation changes no belief.
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
from neurorl.ops.beliefs import hazard_mix
from neurorl.ops.cued import Cued


class Params(eqx.Module):
    """None: what is known of the task are fields of the agent."""


class State(eqx.Module):
    p_left: Float[Array, ""]
    cue: Float[Array, "2"]  # of this trial, one-hot; zeros before it is seen
    trial: Int[Array, ""]  # from the start of the session


class Latents(eqx.Module):
    """Value of the state before the step, and expected reward of the left and the right cue, reward units."""

    value: Float[Array, ""]
    q: Float[Array, "2"]


@dataclass(frozen=True)
class CueObserver(Agent):
    """Observer to whom roles may change every `block` trials with probability `hazard`; `discount` is of one step."""

    codes: Cued
    block: int = option(1, "trials between possible reversals", low=1)
    hazard: float = option(0.1, "probability of a reversal at the end of a block", low=0, high=1)
    discount: float = option(0.9, "discount of one step", low=0, high=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("trial",)
    card: ClassVar[Card] = Card(
        title="Observer of the rewarded cue",
        summary="Knows that exactly one of two cues is rewarded and that they exchange roles, so that the outcome of "
        "one cue informs about the other.",
        refs=("wang2018:simulation 3", "brombergmartin2010", "hampton2006"),
        tags=("inference", "hidden state", "reversal", "optimal"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(Cued.of(spaces))

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full((), 0.5), jnp.zeros(2), jnp.asarray(0, jnp.int32))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        cue = self.codes.cue_after(obs, state.cue)
        return State(state.p_left, cue, state.trial), Categorical(self.codes.logits(obs, cue))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        p = jnp.stack([state.p_left, 1.0 - state.p_left])
        value = self.codes.value(transition.obs, state.cue, p, self.discount)
        told = (transition.obs == self.codes.respond) & (transition.reward >= 0) & (state.cue.sum() > 0)
        left_pays = (transition.reward > 0) == (state.cue[0] > 0)
        belief = jnp.where(told, left_pays, state.p_left)
        trial = state.trial + (transition.discount == 0)
        may_change = (transition.discount == 0) & (trial % self.block == 0)
        belief = jnp.where(may_change, hazard_mix(belief, jnp.asarray(self.hazard)), belief)
        return State(belief, state.cue, trial), Latents(value, p)


AGENT = CueObserver
