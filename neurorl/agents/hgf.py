"""The hierarchical Gaussian filter: how fast to learn is inferred from how fast the world turns.

Of two arms exactly one pays on each trial. A belief about how likely it is the first one is updated with a learning
rate that follows the estimated volatility, by the closed-form equations of Mathys et al. 2011, 2014 (`ops/hgf.py`):

    u = 1 if the first arm paid (it was chosen and paid, or the other was and did not);  belief <- HGF(belief, u)
    p(first arm) = softmax(beta p, beta (1 - p)),  p = s(mu2);    rpe = r + stim - E[r | a]

Departs from the paper: the softmax over expected rewards is this library's; Mathys et al. use s(mu2)^zeta. Initial
beliefs are mu2 = 0, mu3 = 1, both with variance 1, and are not fitted; kappa is held at 1 by default in fits
(`frozen_params`), since with omega2 free it hardly matters. Stimulation shows in `rpe` and moves no belief.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Gamma, Gaussian, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops import hgf
from neurorl.ops.arms import require_two_arms
from neurorl.ops.beliefs import belief_logits


class Params(eqx.Module):
    omega2: Float[Array, ""] = param(
        -4.0, Interval(-10, 2), symbol="ω₂", doc="log-volatility of the belief, tonic", prior=Gaussian(-4.0, 2.0)
    )
    omega3: Float[Array, ""] = param(
        -4.0, Interval(-12, 2), symbol="ω₃", doc="log-variance of the volatility's walk", prior=Gaussian(-4.0, 2.0)
    )
    kappa: Float[Array, ""] = param(1.0, Interval(0, 2), symbol="κ", doc="coupling of volatility to the belief")
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 50), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )


class State(eqx.Module):
    belief: hgf.Belief


class Latents(eqx.Module):
    """Before the outcome: error and expected rewards (reward units), means of both levels, learning rate to come.

    `learning_rate` is how far the predicted probability moves, as a share of its error (Mathys et al. 2014).
    """

    rpe: Float[Array, ""]
    q: Float[Array, "2"]
    mu2: Float[Array, ""]
    mu3: Float[Array, ""]
    learning_rate: Float[Array, ""]


@dataclass(frozen=True)
class HGF(Agent):
    """Three-level binary hierarchical Gaussian filter for two arms of which exactly one pays."""

    card: ClassVar[Card] = Card(
        title="Hierarchical Gaussian filter (HGF)",
        summary="Infers the volatility of the environment together with its state, in closed form, and learns faster "
        "in volatile environments.",
        refs=("mathys2011", "mathys2014", "neftci2019"),
        tags=("bandit", "reversal", "volatility", "inference", "bayesian"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_two_arms(spaces)
        return cls()

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Kappa cannot be distinguished from omega2 by one session."""
        return ("kappa",)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        one = jnp.ones(())
        return State(hgf.Belief(jnp.zeros(()), one, one, one))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        return state, Categorical(belief_logits(hgf.predicted(state.belief), params.beta))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, before = transition, state.belief
        p = hgf.predicted(before)
        q = jnp.stack([p, 1.0 - p])
        u = jnp.where(t.action == 0, t.reward, 1.0 - t.reward)
        after = hgf.after_event(before, u, params.omega2, params.omega3, params.kappa)
        error = u - p  # never 0: p lies strictly between 0 and 1
        rate = (hgf.predicted(after) - p) / jnp.where(error == 0, 1.0, error)
        return State(after), Latents(t.reward + t.stim - q[t.action], q, before.mu2, before.mu3, rate)

    def uninformed(self, params: Params, before: State, after: State, latents: Latents) -> tuple[State, Latents]:
        """Beliefs stay as they are, and so the learning rate is 0."""
        nothing = jnp.zeros_like(latents.rpe)
        return before, replace(latents, rpe=nothing, learning_rate=nothing)


AGENT = HGF
