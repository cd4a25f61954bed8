"""Bayesian observer of the volatility task: exact inference under the process that networks are trained on.

It infers, from which arm paid on each trial, a joint belief over volatility (0 or 0.2), the better arm and ln k, on a
grid of `n_k` rates at which volatility changes (`ops/volatility_belief.py`):

    b <- b P(which arm paid | v, side) / sum;  then arms exchange roles and volatility changes, as the task says
    p(left) = softmax(beta p_left m_left, beta (1 - p_left) m_right),  m = shown magnitudes (points / 100)

Its volatility estimate is what Wang et al. 2018 decode from the network (simulation 2). `rpe` is the payment of the
chosen arm, as a share of its magnitude, less the expected one.

Departs from the paper: how the observer chooses is not stated there; the softmax over expected payments is ours.
Stimulation shows in `rpe` but moves no belief.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Gamma, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops import volatility_belief as beliefs
from neurorl.ops.magnitudes import left_paid, require_magnitudes, weighted_logits


class Params(eqx.Module):
    beta: Float[Array, ""] = param(
        20.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/(100 points)", prior=Gamma(2.0, 10.0)
    )


class State(eqx.Module):
    belief: Float[Array, "2 2 n_k"]


class Latents(eqx.Module):
    """Before the outcome: probability of a volatile period and that the left arm pays; the error (pure numbers)."""

    volatility: Float[Array, ""]
    p_left: Float[Array, ""]
    rpe: Float[Array, ""]


@dataclass(frozen=True)
class VolatilityObserver(Agent):
    """The observer that knows the generative process, with `n_k` grid points for the rate of change."""

    n_k: int = option(21, "grid points of the rate of change", low=2)

    card: ClassVar[Card] = Card(
        title="Bayesian observer of volatility",
        summary="Infers by exact filtering whether the environment is volatile and which arm is better, and "
        "therefore learns faster in volatile periods without a learning rate. The reference for the meta-RL "
        "network.",
        refs=("wang2018:simulation 2", "behrens2007", "rabiner1989"),
        tags=("bandit", "volatility", "inference", "bayesian"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_magnitudes(spaces)
        return cls()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(beliefs.prior(self.n_k))

    def act(self, params: Params, state: State, obs: Float[Array, "2"]) -> tuple[State, Categorical]:
        return state, Categorical(weighted_logits(beliefs.left_pays(state.belief), obs, params.beta))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        p_left = beliefs.left_pays(state.belief)
        expected = jnp.where(t.action == 0, p_left, 1 - p_left)
        latents = Latents(beliefs.volatile(state.belief), p_left, (t.reward > 0) - expected + t.stim)
        belief = beliefs.after_outcome(state.belief, left_paid(t.action, t.reward))
        return State(beliefs.after_trial(belief)), latents


AGENT = VolatilityObserver
