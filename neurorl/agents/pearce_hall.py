"""Pearce-Hall learning: surprise makes a cue easier to learn about (Pearce & Hall 1980, in the hybrid form).

    at the end of a trial, for each cue x that was present:
    rpe = r - sum_{y present} V_y
    V_x <- V_x + kappa a_x rpe
    a_x <- eta |rpe| + (1 - eta) a_x

The associability a_x starts at `initial`, falls while the cue predicts what comes and rises when it does not; so a cue
that was shown without consequence is slow to be learned about (latent inhibition, Lubow & Moore 1959), which a fixed
rate cannot explain. P(respond) = sigmoid(bias + beta sum_{x seen so far} V_x); r holds stimulation too.

Departs from the paper, whose rule has |rpe| of the last trial only and no error in the change of V: this is the hybrid
with Rescorla and Wagner's error that is fitted to people (Li et al. 2011).
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
    kappa: Float[Array, ""] = param(0.3, unit, symbol="κ", doc="scale of the learning rate", prior=Beta(1.5, 2.5))
    eta: Float[Array, ""] = param(0.3, unit, symbol="η", doc="rate at which associability follows surprise")
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="slope of responding", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    bias: Float[Array, ""] = param(
        -2.0, Interval(-10, 10), symbol="b", doc="log-odds of responding without a cue", prior=Gaussian(-2.0, 1.5)
    )


class State(eqx.Module):
    v: Float[Array, " cues"]
    associability: Float[Array, " cues"]
    trial: CompoundTrial


class Latents(eqx.Module):
    """Prediction error (0 until the trial ends), value of what was seen and of each cue; associability (1)."""

    rpe: Float[Array, ""]
    value: Float[Array, ""]
    v: Float[Array, " cues"]
    associability: Float[Array, " cues"]


@dataclass(frozen=True)
class PearceHall(Agent):
    """Learner of cues whose associabilities start at `initial`; `salience` holds one number a cue, () for 1 each."""

    spaces: Spaces
    initial: float = option(1.0, "associability of a cue before its first trial", low=0)
    salience: tuple[float, ...] = option((), "salience of each cue; () is 1 for each", low=0, high=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("trial",)
    card: ClassVar[Card] = Card(
        title="Pearce-Hall learner of cues",
        summary="The learning rate of a cue follows its recent surprise. Shows latent inhibition, and the "
        "associability signal that is found in the amygdala.",
        refs=("pearce1980", "li2011", "lubow1959"),
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
        policy = responding(trial.predicts(state.v), params.beta, params.bias)
        return State(state.v, state.associability, trial), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        trial = state.trial.pay(transition)
        alpha = params.kappa * state.associability * saliences(self.salience, state.v)
        learned, rpe = delta_rule(state.v, trial.present, trial.received, alpha)
        associability = state.associability + params.eta * trial.present * (jnp.abs(rpe) - state.associability)
        ends = transition.discount == 0
        latents = Latents(jnp.where(ends, rpe, 0.0), trial.predicts(state.v), state.v, state.associability)
        after = State(
            jnp.where(ends, learned, state.v),
            jnp.where(ends, associability, state.associability),
            trial.unless(ends),
        )
        return after, latents


AGENT = PearceHall
