"""OpAL*: dopamine at choice follows how rich the world has been.

    critic     mean = a / (a + b), sd of Beta(a, b);  a <- a + r, b <- b + 1 - r       (of all choices together)
    dopamine   rho_t = rho + sensitivity (mean - 0.5) where |mean - 0.5| > sd, else rho;  cut off at -1 and 1
    direct     rpe = r + stim - mean;  G[o] <- max(0, G[o] + alpha_g G[o] g_dopamine rpe)
    indirect   N[o] <- max(0, N[o] - alpha_n N[o] g_dopamine rpe)
    choice     p(o) = softmax(beta ((1 + rho_t) g_direct G[o] - (1 - rho_t) g_indirect N[o]))

Jaskir & Frank 2023. Where rewards are rare the indirect pathway tells options apart best, where they are frequent the
direct one does; a confident critic shifts dopamine towards the pathway that does. `sensitivity` 0 holds dopamine at
rho. The critic starts at Beta(1, 1), G and N at 1. With `anneal` T both learning rates fall as 1 / (1 + t / T) with
the outcomes seen so far, t = a + b - 2, as in the authors' simulations; by default they stay.

Departs from the paper: for rewards of 0 or 1 only; a free baseline rho is ours.
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
from neurorl.core.parts import DOPAMINE, Part, intact
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_probabilities
from neurorl.ops.opponent import opponent_act, opponent_learning
from neurorl.ops.options import Options

DIRECT, INDIRECT = "direct_pathway", "indirect_pathway"


class Params(eqx.Module):
    alpha_g: Float[Array, ""] = param(
        0.1, unit, symbol="α_G", doc="learning rate of the direct pathway", prior=Beta(1.5, 4.0)
    )
    alpha_n: Float[Array, ""] = param(
        0.1, unit, symbol="α_N", doc="learning rate of the indirect pathway", prior=Beta(1.5, 4.0)
    )
    beta: Float[Array, ""] = param(1.0, Interval(0, 20), symbol="β", doc="inverse temperature", prior=Gamma(2.0, 2.0))
    sensitivity: Float[Array, ""] = param(
        10.0, Interval(0, 40), symbol="k", doc="change of dopamine with richness", prior=Gamma(2.0, 5.0)
    )
    rho: Float[Array, ""] = param(
        0.0, Interval(-1, 1), symbol="ρ", doc="dopamine at choice if richness is uncertain", prior=Beta(2.0, 2.0)
    )
    parts: dict[str, Part] = eqx.field(default_factory=lambda: intact(DIRECT, INDIRECT, DOPAMINE))


class State(eqx.Module):
    paid: Float[Array, ""]  # a of Beta(a, b)
    unpaid: Float[Array, ""]  # b
    go: Float[Array, " n_options"]
    no_go: Float[Array, " n_options"]


class Latents(eqx.Module):
    """Prediction error (reward units); dopamine and weights of what was on offer at the moment of choice."""

    rpe: Float[Array, ""]
    rho: Float[Array, ""]
    go: Float[Array, " n_actions"]
    no_go: Float[Array, " n_actions"]


@dataclass(frozen=True)
class OpALStar(Agent):
    """Opponent actors whose balance follows a Bayesian critic."""

    spaces: Spaces
    anneal: float | None = option(
        None, "outcomes after which both learning rates have halved; None keeps them constant", low=1
    )

    card: ClassVar[Card] = Card(
        title="OpAL* with dopamine that follows richness",
        summary="Opponent striatal pathways with a Bayesian critic: in a lean environment dopamine falls and costs "
        "dominate, in a rich one it rises and benefits dominate.",
        refs=("jaskir2023", "collins2014"),
        tags=("model-free", "circuit", "striatum", "dopamine", "lesion", "bandit"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        Options.of(spaces)  # raises DoesNotFit where a trial has several steps
        require_probabilities(spaces)
        return cls(spaces)

    @property
    def options(self) -> Options:
        """What is on offer."""
        return Options.of(self.spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        one, n = jnp.ones((), float), self.options.n
        return State(one, one, jnp.ones(n, float), jnp.ones(n, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        go, no_go = (self.options.on_offer(weights, obs) for weights in (state.go, state.no_go))
        gains = params.parts[DIRECT].gain, params.parts[INDIRECT].gain
        logits = opponent_act(go, no_go, params.beta, _dopamine(params, state), *gains)
        return state, Categorical(jnp.where(self.spaces.legal_table()[obs], logits, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, parts = transition, params.parts
        chosen = self.options.taken(t.obs, t.action, state.go.dtype)
        rpe = t.reward + t.stim - state.paid / (state.paid + state.unpaid)
        seen = state.paid + state.unpaid - 2.0
        slower = 1.0 if self.anneal is None else 1.0 / (1.0 + seen / self.anneal)
        signal = parts[DOPAMINE].gain * rpe * slower
        go = opponent_learning(state.go, chosen, signal, params.alpha_g * parts[DIRECT].plastic)
        no_go = opponent_learning(state.no_go, chosen, -signal, params.alpha_n * parts[INDIRECT].plastic)
        after = State(state.paid + t.reward, state.unpaid + (1.0 - t.reward), go, no_go)
        offered = self.options.on_offer
        return after, Latents(rpe, _dopamine(params, state), offered(state.go, t.obs), offered(state.no_go, t.obs))


def _dopamine(params: Params, state: State) -> Float[Array, ""]:
    """Dopamine at choice, from the mean and the standard deviation of the critic's Beta(a, b)."""
    n = state.paid + state.unpaid
    rich = state.paid / n - 0.5
    sd = jnp.sqrt(state.paid * state.unpaid / (n**2 * (n + 1.0)))
    return jnp.clip(params.rho + jnp.where(jnp.abs(rich) > sd, params.sensitivity * rich, 0.0), -1.0, 1.0)


AGENT = OpALStar
