"""Rescorla-Wagner learning about cues: all cues of a trial share one prediction error (Rescorla & Wagner 1972).

    at the end of a trial:  rpe = r - sum_{x present} V_x;   V_x <- V_x + salience_x beta_US rpe   for each x present
    during it:              P(respond) = sigmoid(bias + beta sum_{x seen so far} V_x)

`alpha_us` is the learning rate on trials with a reward (salience alpha_x times beta_1 of the paper), `alpha_none` that
on trials without (beta_2). r is what the trial paid, stimulation included. Time within a trial has no meaning to this
learner: it knows which cues it has seen, not when. `td_lambda` is the learner that knows.

Departs from the paper, which has no choice rule: responses follow the value by a sigmoid. Values start at 0.
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
from neurorl.ops.compound import CompoundTrial, saliences
from neurorl.ops.delta import delta_rule
from neurorl.ops.pavlovian import cues_of, responding


class Params(eqx.Module):
    alpha_us: Float[Array, ""] = param(
        0.1, unit, symbol="αβ₁", doc="learning rate when a reward came", prior=Beta(1.5, 4)
    )
    alpha_none: Float[Array, ""] = param(
        0.1, unit, symbol="αβ₂", doc="learning rate when none came", prior=Beta(1.5, 4)
    )
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="slope of responding", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    bias: Float[Array, ""] = param(
        -2.0, Interval(-10, 10), symbol="b", doc="log-odds of responding without a cue", prior=Gaussian(-2.0, 1.5)
    )


class State(eqx.Module):
    v: Float[Array, " cues"]
    trial: CompoundTrial


class Latents(eqx.Module):
    """Prediction error (0 until the trial ends), the value of what was seen so far, and of each cue; reward units."""

    rpe: Float[Array, ""]
    value: Float[Array, ""]
    v: Float[Array, " cues"]


@dataclass(frozen=True)
class CueRescorlaWagner(Agent):
    """Rescorla-Wagner learner of cues; `salience` holds one number a cue, () for 1 each."""

    spaces: Spaces
    salience: tuple[float, ...] = option((), "salience of each cue; () is 1 for each", low=0, high=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("trial",)
    card: ClassVar[Card] = Card(
        title="Rescorla-Wagner learner of cues",
        summary="Cues shown together share one prediction error. Blocking, overshadowing, overexpectation and "
        "conditioned inhibition follow; timing and second-order conditioning do not.",
        refs=("rescorla1972", "kamin1969", "neftci2019:eq. 1"),
        tags=("pavlovian", "model-free", "values"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        cues_of(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n = len(cues_of(self.spaces))
        return State(jnp.zeros(n), CompoundTrial.begin(n))

    def act(self, params: Params, state: State, obs: Float[Array, " cues"]) -> tuple[State, Categorical]:
        trial = state.trial.see(obs)
        return State(state.v, trial), responding(trial.predicts(state.v), params.beta, params.bias)

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        trial = state.trial.pay(transition)
        alpha = jnp.where(trial.paid, params.alpha_us, params.alpha_none) * saliences(self.salience, state.v)
        learned, rpe = delta_rule(state.v, trial.present, trial.received, alpha)
        ends = transition.discount == 0
        latents = Latents(jnp.where(ends, rpe, 0.0), trial.predicts(state.v), state.v)
        return State(jnp.where(ends, learned, state.v), trial.unless(ends)), latents


AGENT = CueRescorlaWagner
