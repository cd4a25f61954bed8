"""Opponent actor learning (OpAL): a direct pathway for benefits, an indirect one for costs, dopamine between them.

    critic     rpe = r + stim - V[o];  V[o] <- V[o] + alpha_c g_dopamine rpe
    direct     G[o] <- max(0, G[o] + alpha_g G[o] g_dopamine rpe)
    indirect   N[o] <- max(0, N[o] - alpha_n N[o] g_dopamine rpe)
    choice     p(o) = softmax(beta ((1 + rho) g_direct G[o] - (1 - rho) g_indirect N[o]))

Collins & Frank 2014. rho is dopamine at the moment of choice: above 0 it amplifies what was learned from gains, below 0
what was learned from losses. It does so only because a pathway's own weight is a factor of its learning (`hebbian`):
without it G + N never changes and rho has no effect at all. Options keep one value wherever they are offered; where no
outcome is shown nothing is learned. G and N start at 1, V at 0.5. `saturation` stops learning at that weight, `anneal`
(trials) divides the pathways' learning rates by 1 + t / anneal.

Departs from the paper: the critic keeps a value for each option, not for each pair on offer.
"""

from dataclasses import dataclass
from functools import partial
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
from neurorl.ops.delta import delta_rule
from neurorl.ops.opponent import opponent_act, opponent_learning
from neurorl.ops.options import Options

DIRECT, INDIRECT = "direct_pathway", "indirect_pathway"


class Params(eqx.Module):
    alpha_c: Float[Array, ""] = param(0.1, unit, symbol="α_C", doc="learning rate of the critic", prior=Beta(1.5, 4.0))
    alpha_g: Float[Array, ""] = param(
        0.1, unit, symbol="α_G", doc="learning rate of the direct pathway", prior=Beta(1.5, 4.0)
    )
    alpha_n: Float[Array, ""] = param(
        0.1, unit, symbol="α_N", doc="learning rate of the indirect pathway", prior=Beta(1.5, 4.0)
    )
    beta: Float[Array, ""] = param(2.0, Interval(0, 20), symbol="β", doc="inverse temperature", prior=Gamma(2.0, 2.0))
    rho: Float[Array, ""] = param(
        0.0, Interval(-1, 1), symbol="ρ", doc="dopamine at the moment of choice", prior=Beta(2.0, 2.0)
    )
    parts: dict[str, Part] = eqx.field(default_factory=lambda: intact(DIRECT, INDIRECT, DOPAMINE))


class State(eqx.Module):
    v: Float[Array, " n_options"]
    go: Float[Array, " n_options"]
    no_go: Float[Array, " n_options"]
    trial: Float[Array, ""]  # outcomes so far


class Latents(eqx.Module):
    """Prediction error (reward units), and the weights of what was on offer at the moment of choice."""

    rpe: Float[Array, ""]
    go: Float[Array, " n_actions"]
    no_go: Float[Array, " n_actions"]


@dataclass(frozen=True)
class OpAL(Agent):
    """Critic and opponent actors; `hebbian=False` is the negative control."""

    spaces: Spaces
    hebbian: bool = option(True, "False: learning does not depend on the pathway's weight (a control)")
    saturation: float | None = option(None, "weight at which a pathway stops learning; None for no limit", low=0)
    anneal: float | None = option(
        None, "trials over which the pathways' learning rates halve; None keeps them constant", low=1
    )
    initial: float = option(0.5, "value of an option to the critic before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Opponent actor learning (OpAL)",
        summary="Direct and indirect striatal pathways learn benefits and costs separately, and dopamine at choice "
        "sets their relative weight.",
        refs=("collins2014", "frank2004", "jaskir2023"),
        tags=("model-free", "circuit", "striatum", "dopamine", "lesion", "bandit"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        Options.of(spaces)  # raises DoesNotFit where a trial has several steps
        return cls(spaces)

    @property
    def options(self) -> Options:
        """What is on offer."""
        return Options.of(self.spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n = self.options.n
        return State(jnp.full(n, self.initial, float), jnp.ones(n, float), jnp.ones(n, float), jnp.zeros((), float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        go, no_go = (self.options.on_offer(weights, obs) for weights in (state.go, state.no_go))
        parts = params.parts
        logits = opponent_act(go, no_go, params.beta, params.rho, parts[DIRECT].gain, parts[INDIRECT].gain)
        return state, Categorical(jnp.where(self.spaces.legal_table()[obs], logits, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, parts = transition, params.parts
        chosen = self.options.taken(t.obs, t.action, state.v.dtype)
        v, rpe = delta_rule(state.v, chosen, t.reward + t.stim, params.alpha_c * parts[DOPAMINE].gain)
        signal = parts[DOPAMINE].gain * rpe
        slower = 1.0 if self.anneal is None else 1.0 / (1.0 + state.trial / self.anneal)
        rule = partial(opponent_learning, hebbian=self.hebbian, saturation=self.saturation)
        go = rule(state.go, chosen, signal, slower * params.alpha_g * parts[DIRECT].plastic)
        no_go = rule(state.no_go, chosen, -signal, slower * params.alpha_n * parts[INDIRECT].plastic)
        seen = Latents(rpe, self.options.on_offer(state.go, t.obs), self.options.on_offer(state.no_go, t.obs))
        return State(v, go, no_go, state.trial + 1.0), seen


AGENT = OpAL
