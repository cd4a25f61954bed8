"""Inference of a hidden state in reversal learning: a two-state hidden Markov model of the task.

b is the belief that the first arm is the good one, which pays with p_hi while the other pays with 1 - p_hi, or with
`asymmetric` with p_lo:

    b <- b p(r | a, good) / [b p(r | a, good) + (1 - b) p(r | a, bad)]       (Bayes)
    b <- (1 - h) b + h (1 - b)                                               (the arms exchange with hazard h)
    p(first arm) = sigmoid(beta (2 b - 1));  rpe = r + stim - E[r | a, b]

Neftci & Averbeck 2019, latent-state inference; Hampton et al. 2006. A loss on one arm raises the other's
value at once, which no delta rule does.

Departs from the paper: there the arms are symmetric, as by default here. Stimulation shows in `rpe`, but a belief is
not moved by a prediction error, so it changes no choice.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_two_arms
from neurorl.ops.beliefs import bernoulli_likelihood, two_state_filter


class Params(eqx.Module):
    h: Float[Array, ""] = param(
        0.04, Interval(0, 0.5), symbol="h", doc="believed hazard of a reversal", units="1/trial", prior=Beta(1.1, 3.0)
    )
    p_hi: Float[Array, ""] = param(
        0.8, Interval(0.5, 1), symbol="p", doc="believed reward probability of the good arm", prior=Beta(1.5, 1.5)
    )
    beta: Float[Array, ""] = param(
        8.0, Interval(0, 20), symbol="β", doc="inverse temperature of the belief", prior=Gamma(2.0, 3.0)
    )
    p_lo: Float[Array, ""] = param(
        0.2, unit, symbol="p₋", doc="believed reward probability of the other arm", prior=Beta(1.5, 1.5)
    )


class State(eqx.Module):
    p_left_good: Float[Array, ""]


class Latents(eqx.Module):
    """Prediction error and expected reward of each arm (reward units), and the belief, all before the outcome."""

    rpe: Float[Array, ""]
    q: Float[Array, "2"]
    p_left_good: Float[Array, ""]


@dataclass(frozen=True)
class HMMObserver(Agent):
    """Ideal observer of two arms of which one is good and which exchange roles at a constant hazard.

    With `asymmetric` the other arm is believed to pay with p_lo instead of 1 - p_hi.
    """

    asymmetric: bool = option(False, "True: the other arm is believed to be rewarded with p_lo in place of 1 - p_hi")

    card: ClassVar[Card] = Card(
        title="Hidden-state observer of reversals (HMM)",
        summary="Infers which of two arms is the better one, with the knowledge that they exchange roles, instead of "
        "learning values. Optimal in reversal learning with the correct hazard.",
        refs=("neftci2019", "hampton2006", "rabiner1989"),
        tags=("bandit", "reversal", "inference", "bayesian"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_two_arms(spaces)
        return cls()

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """The reward probability of the other arm is a separate parameter only if `asymmetric`."""
        return () if self.asymmetric else ("p_lo",)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full((), 0.5, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        b = state.p_left_good
        return state, Categorical(params.beta * jnp.stack([b, 1.0 - b]))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, b = transition, state.p_left_good
        p_hi = jnp.minimum(params.p_hi, 1.0 - 1e-6)  # at 1 exactly a surprise would have no explanation: 0/0
        if_left_good = jnp.stack([p_hi, params.p_lo if self.asymmetric else 1.0 - p_hi])
        q = b * if_left_good + (1.0 - b) * if_left_good[::-1]
        likelihood = bernoulli_likelihood(t.reward, if_left_good[t.action])
        likelihood_other = bernoulli_likelihood(t.reward, if_left_good[1 - t.action])
        belief = two_state_filter(b, likelihood, likelihood_other, params.h)
        return State(belief), Latents(t.reward + t.stim - q[t.action], q, b)


AGENT = HMMObserver
