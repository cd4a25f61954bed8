"""Dorsal and ventral striatum: values of pictures and of sides, learned separately and weighted by their reliability.

    V[s] = omega g_v object[picture on s] + (1 - omega) g_d action[s];   p(s) = softmax(beta V)
    omega = sigmoid(eta (log E_d - log E_v) + bias)
    rpe_v = r + stim - object[chosen picture];   rpe_d = r + stim - action[chosen side]
    object, action <- + alpha rpe of what was chosen (alpha_pos if rpe > 0, else alpha_neg);   E <- + rate (rpe^2 - E)

The ventral system learns the value of pictures at any place, the dorsal one the value of places with any picture
(Neftci & Averbeck 2019, Fig. 3). The system with the better recent predictions has the larger weight. g_v and g_d are
the gains of the parts `ventral_striatum` and `dorsal_striatum`; their `plastic` and the gain of `dopamine` multiply
learning. A lesioned system keeps its weight omega (the other does not take over), and its prediction error is that of
its own value. Values start at 0.5, E at 0.25, the square of the error to be expected of a coin.

Departs from the paper: it describes the systems in words; the equations, of the form of Woo et al. 2025, and the
numbers are ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param, unit
from neurorl.core.parts import DOPAMINE, Part, intact
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.delta import delta_by_sign
from neurorl.ops.options import Options, require_pictures_on_sides
from neurorl.ops.reliability import error_trace, trust

VENTRAL, DORSAL = "ventral_striatum", "dorsal_striatum"


class Params(eqx.Module):
    alpha_pos: Float[Array, ""] = param(
        0.3, unit, symbol="α₊", doc="learning rate after positive prediction errors", prior=Beta(1.5, 1.5)
    )
    alpha_neg: Float[Array, ""] = param(
        0.3, unit, symbol="α₋", doc="learning rate after other prediction errors", prior=Beta(1.5, 1.5)
    )
    beta: Float[Array, ""] = param(
        8.0, Interval(0, 40), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 4.0)
    )
    eta: Float[Array, ""] = param(
        4.0, Interval(0, 10), symbol="η", doc="influence of reliability on the weights", prior=Beta(1.5, 1.5)
    )
    rate: Float[Array, ""] = param(0.1, unit, symbol="λ", doc="rate of the memory of errors", prior=Beta(1.5, 4.0))
    bias: Float[Array, ""] = param(
        0.0, Interval(-8, 8), symbol="ρ", doc="bias for pictures (> 0) or sides, log-odds", prior=Gaussian(0.0, 2.0)
    )
    parts: dict[str, Part] = eqx.field(default_factory=lambda: intact(VENTRAL, DORSAL, DOPAMINE))


class State(eqx.Module):
    objects: Float[Array, "2"]
    actions: Float[Array, "2"]
    error_objects: Float[Array, ""]
    error_actions: Float[Array, ""]


class Latents(eqx.Module):
    """At the moment of choice: prediction errors and values of both systems (reward units), trust in pictures."""

    rpe_object: Float[Array, ""]
    rpe_action: Float[Array, ""]
    objects: Float[Array, "2"]
    actions: Float[Array, "2"]
    omega: Float[Array, ""]


@dataclass(frozen=True)
class ObjectAction(Agent):
    """Two delta-rule learners, one of pictures and one of sides; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Object and action learners with arbitration",
        summary="A ventral system learns pictures, a dorsal system learns sides, and the system with the better "
        "predictions has the larger weight. Either can be lesioned.",
        refs=("neftci2019:Fig. 3", "woo2025", "rothenhoefer2017"),
        tags=("model-free", "circuit", "striatum", "arbitration", "lesion"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_pictures_on_sides(spaces)
        return cls(spaces)

    @property
    def _pictures(self) -> Options:
        return Options.of(self.spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        values = jnp.full(2, self.initial, float)
        error = jnp.full((), 0.25, float)
        return State(values, values, error, error)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        omega = _omega(params, state)
        ventral = omega * params.parts[VENTRAL].gain * self._pictures.on_offer(state.objects, obs)
        dorsal = (1.0 - omega) * params.parts[DORSAL].gain * state.actions
        return state, Categorical(params.beta * (ventral + dorsal))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        learns = params.parts[DOPAMINE].gain
        picture = self._pictures.taken(t.obs, t.action, state.objects.dtype)
        side = (jnp.arange(2) == t.action).astype(state.actions.dtype)
        objects, rpe_object = _learn(params, state.objects, picture, t, learns * params.parts[VENTRAL].plastic)
        actions, rpe_action = _learn(params, state.actions, side, t, learns * params.parts[DORSAL].plastic)
        after = State(
            objects,
            actions,
            error_trace(state.error_objects, rpe_object, params.rate),
            error_trace(state.error_actions, rpe_action, params.rate),
        )
        return after, Latents(rpe_object, rpe_action, state.objects, state.actions, _omega(params, state))


def _omega(params: Params, state: State) -> Float[Array, ""]:
    return trust(state.error_objects, state.error_actions, params.eta, params.bias)


def _learn(
    params: Params, values: Float[Array, "2"], chosen: Float[Array, "2"], t: Transition, plastic: Float[Array, ""]
) -> tuple[Float[Array, "2"], Float[Array, ""]]:
    return delta_by_sign(values, chosen, t.reward + t.stim, plastic * params.alpha_pos, plastic * params.alpha_neg)


AGENT = ObjectAction
