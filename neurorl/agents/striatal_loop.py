"""The frontal-striatal loop: cortex proposes, striatum values, dopamine teaches the synapses between them.

    cortex    x_i = g_cortex for what is on offer
    striatum  s_i = w_i x_i;  p(i) = softmax(beta g_striatum s)     (pallidum and thalamus return the choice to cortex)
    dopamine  rpe = r + stim - s_i;  DA = g_dopamine max(0, DA_0 + k rpe)                   (Hz, i chosen)
    synapse   w_i <- w_i + alpha x_i (DA - g_dopamine DA_0) / k

Neftci & Averbeck 2019, Fig. 2: a positive error strengthens the synapse of the choice, a negative one weakens it.
Dopamine fires 5 Hz at rest and cannot fall below 0, so all errors below -DA_0 / k = -0.25 teach the same. With
`linear=True` the floor is left out, and the loop is `rescorla_wagner` exactly. The parts `cortex`, `striatum` and
`dopamine` can be lesioned (g), the synapses of `striatum` frozen. A lesion of striatum takes its voice at choice; the
error is that of its own value.

Departs from the paper: the firing rates are ours, it gives none; direct and indirect pathways are left out, as there
(`opal` has them).
"""

from dataclasses import dataclass, replace
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
from neurorl.ops.dopamine import firing_rate, taught_error
from neurorl.ops.options import Options

CORTEX, STRIATUM = "cortex", "striatum"


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.3, unit, symbol="α", doc="plasticity of the synapses", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    parts: dict[str, Part] = eqx.field(default_factory=lambda: intact(CORTEX, STRIATUM, DOPAMINE))


class State(eqx.Module):
    w: Float[Array, " n_options"]


class Latents(eqx.Module):
    """Prediction error (reward units), dopamine (Hz), and striatal activity of what was on offer at choice."""

    rpe: Float[Array, ""]
    dopamine: Float[Array, ""]
    striatum: Float[Array, " n_actions"]


@dataclass(frozen=True)
class StriatalLoop(Agent):
    """Cortico-striatal synapses taught by dopamine; they start at `initial` (reward units)."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")
    linear: bool = option(False, "True: the firing rate of dopamine may be negative")

    card: ClassVar[Card] = Card(
        title="Frontal-striatal loop",
        summary="Cortex, striatum and dopamine as named parts: synapses learn from a firing rate that is never "
        "negative. Any part can be lesioned, blocked or stimulated.",
        refs=("neftci2019:Fig. 2", "schultz1997", "rescorla1972"),
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
        return State(jnp.full(self.options.n, self.initial, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        logits = params.beta * params.parts[STRIATUM].gain * self._striatum(params, state, obs)
        return state, Categorical(jnp.where(self.spaces.legal_table()[obs], logits, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        x = params.parts[CORTEX].gain * self.options.taken(t.obs, t.action, state.w.dtype)
        rpe = t.reward + t.stim - jnp.sum(x * state.w)
        gain = params.parts[DOPAMINE].gain
        rate = firing_rate(rpe, gain=gain, linear=self.linear)
        learned = params.parts[STRIATUM].plastic * params.alpha * x * taught_error(rate, gain=gain)
        return State(state.w + learned), Latents(rpe, rate, self._striatum(params, state, t.obs))

    def uninformed(self, params: Params, before: State, after: State, latents: Latents) -> tuple[State, Latents]:
        """Without an outcome dopamine fires at its rate at rest."""
        at_rest = firing_rate(jnp.zeros_like(latents.rpe), gain=params.parts[DOPAMINE].gain, linear=self.linear)
        return before, replace(latents, rpe=jnp.zeros_like(latents.rpe), dopamine=at_rest)

    def _striatum(self, params: Params, state: State, obs: Int[Array, ""]) -> Float[Array, " n_actions"]:
        return params.parts[CORTEX].gain * self.options.on_offer(state.w, obs)


AGENT = StriatalLoop
