"""Rescorla-Wagner learning of which of two arms pays, weighted by the magnitudes that are shown.

    rpe = o - q + stim;  q <- q + alpha rpe          (o = 1 if the left arm paid, 0 if the right one did)
    p(left) = softmax(beta q m_left, beta (1 - q) m_right),  m = shown magnitudes (points / 100)

Exactly one arm pays on each trial, so every outcome tells about both. This is the learner whose learning rate
Behrens et al. 2007 and Wang et al. 2018 (simulation 2) estimate. q starts at 0.5.

Departs from the paper: Wang et al. do not write down the choice rule; that of Behrens et al. (values times
magnitudes) is taken. Stimulation, which neither has, adds to the error towards the arm that paid.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.magnitudes import left_paid, require_magnitudes, weighted_logits


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.3, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        10.0, Interval(0, 50), symbol="β", doc="inverse temperature", units="1/(100 points)", prior=Gamma(2.0, 5.0)
    )


class State(eqx.Module):
    q: Float[Array, ""]  # that the left arm pays


class Latents(eqx.Module):
    """Prediction error and the probability that the left arm pays, at the moment of choice (pure numbers)."""

    rpe: Float[Array, ""]
    p_left: Float[Array, ""]


@dataclass(frozen=True)
class MagnitudeLearner(Agent):
    """Delta-rule learner for two arms of shown magnitude of which exactly one pays."""

    initial: float = option(0.5, "believed probability at the start that the left arm is rewarded", low=0, high=1)

    card: ClassVar[Card] = Card(
        title="Rescorla-Wagner learner, weighted by magnitude",
        summary="Learns with one fixed rate which of two arms is rewarded and multiplies by the magnitudes shown: "
        "the model whose rate is estimated in people and in networks when volatility changes.",
        refs=("behrens2007", "wang2018:simulation 2", "rescorla1972"),
        tags=("model-free", "bandit", "volatility"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_magnitudes(spaces)
        return cls()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full((), self.initial, float))

    def act(self, params: Params, state: State, obs: Float[Array, "2"]) -> tuple[State, Categorical]:
        return state, Categorical(weighted_logits(state.q, obs, params.beta))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        paid = left_paid(transition.action, transition.reward)
        rpe = paid - state.q + jnp.where(paid, transition.stim, -transition.stim)
        return State(state.q + params.alpha * rpe), Latents(rpe, state.q)


AGENT = MagnitudeLearner
