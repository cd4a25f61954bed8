"""Mackintosh's attention: the best predictor of a trial is attended to, the others are not (Mackintosh 1975).

    at the end of a trial, for each cue x that was present, with V_rest the summed values of the others present:
    V_x <- V_x + alpha a_x (r - V_x)
    a_x <- a_x + theta (|r - V_rest| - |r - V_x|),   kept within [0.05, 1]

Each cue has its own error. Cues compete for attention, not for the prediction: a blocked cue is learned about on its
first trial, then ignored, and cues that were trained apart lose nothing when they are shown together (no
overexpectation). P(respond) = sigmoid(bias + beta sum_{x seen so far} V_x); r holds stimulation too.

Departs from the paper, which states only the direction in which attention changes: the change is linear in the
difference of the errors, attention starts at `initial`, and its bounds are ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.compound import CompoundTrial
from neurorl.ops.pavlovian import cues_of, responding

LEAST = 0.05  # attention; a cue that is ignored for good could never be learned about again


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.3, unit, symbol="α", doc="learning rate at full attention", prior=Beta(1.5, 2.5))
    theta: Float[Array, ""] = param(0.3, unit, symbol="θ", doc="rate at which attention follows the best predictor")
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="slope of responding", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    bias: Float[Array, ""] = param(
        -2.0, Interval(-10, 10), symbol="b", doc="log-odds of responding without a cue", prior=Gaussian(-2.0, 1.5)
    )


class State(eqx.Module):
    v: Float[Array, " cues"]
    attention: Float[Array, " cues"]
    trial: CompoundTrial


class Latents(eqx.Module):
    """Error of the trial's sum (0 until it ends), value of what was seen and of each cue; attention (1)."""

    rpe: Float[Array, ""]
    value: Float[Array, ""]
    v: Float[Array, " cues"]
    attention: Float[Array, " cues"]


@dataclass(frozen=True)
class Mackintosh(Agent):
    """Learner of cues whose attentions start at `initial`."""

    spaces: Spaces
    initial: float = option(0.5, "attention to a cue before its first trial", low=0, high=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("trial",)
    card: ClassVar[Card] = Card(
        title="Mackintosh's attentional learner of cues",
        summary="Each cue has its own error, and attention goes to the best predictor. Shows blocking from the "
        "second compound trial on, and no overexpectation.",
        refs=("mackintosh1975",),
        tags=("pavlovian", "model-free", "attention"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        cues_of(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n = len(cues_of(self.spaces))
        return State(jnp.zeros(n), jnp.full(n, self.initial, float), CompoundTrial.begin(n))

    def act(self, params: Params, state: State, obs: Float[Array, " cues"]) -> tuple[State, Categorical]:
        trial = state.trial.see(obs)
        return State(state.v, state.attention, trial), responding(trial.predicts(state.v), params.beta, params.bias)

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        trial = state.trial.pay(transition)
        summed = trial.predicts(state.v)
        own, rest = trial.received - state.v, trial.received - (summed - state.v)
        learned = state.v + params.alpha * state.attention * trial.present * own
        attention = state.attention + params.theta * trial.present * (jnp.abs(rest) - jnp.abs(own))
        ends = transition.discount == 0
        latents = Latents(jnp.where(ends, trial.received - summed, 0.0), summed, state.v, state.attention)
        after = State(
            jnp.where(ends, learned, state.v),
            jnp.where(ends, jnp.clip(attention, LEAST, 1.0), state.attention),
            trial.unless(ends),
        )
        return after, latents


AGENT = Mackintosh
