"""Fast amygdala and slow striatum: two learners of the same values, weighted by their reliability.

    V[o] = g_a pi fast[o] + g_v (1 - pi) slow[o];   p(o) = softmax(beta V)
    pi = sigmoid(eta (log E_slow - log E_fast))
    rpe_f = r + stim - fast[o];   fast[o] <- fast[o] + alpha_fast rpe_f;      E <- E + rate (rpe^2 - E), likewise slow

The amygdala learns by activity alone, the striatum by dopamine, whose gain multiplies its learning (Neftci & Averbeck
2019, Fig. 1c). Fast values win where the world changes or is certain, slow ones average over noise. A lesion takes a
system's voice and leaves the weights as they were (`renormalised=False`): the other system does not speak louder. With
`renormalised=True` it does, which is the control: then lesions hardly ever have the pattern of Costa et al. 2016.
Pictures that change sides keep one value. Values start at 0.5, E at 0.25.

Departs from the paper: it describes the two systems in words; the equations and the numbers, found by search so that
the lesions of Costa et al. 2016 come out, are ours.
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
from neurorl.ops.delta import delta_rule
from neurorl.ops.options import Options
from neurorl.ops.reliability import error_trace, trust

AMYGDALA, STRIATUM = "amygdala", "ventral_striatum"


class Params(eqx.Module):
    alpha_fast: Float[Array, ""] = param(
        0.9, unit, symbol="α_f", doc="learning rate of the amygdala", prior=Beta(3.0, 1.5)
    )
    alpha_slow: Float[Array, ""] = param(
        0.15, unit, symbol="α_s", doc="learning rate of the striatum", prior=Beta(1.5, 6.0)
    )
    beta: Float[Array, ""] = param(
        6.0, Interval(0, 40), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 4.0)
    )
    eta: Float[Array, ""] = param(
        1.0, Interval(0, 10), symbol="η", doc="influence of reliability on the weights", prior=Gamma(2.0, 1.0)
    )
    rate: Float[Array, ""] = param(0.1, unit, symbol="λ", doc="rate of the memory of errors", prior=Beta(1.5, 4.0))
    parts: dict[str, Part] = eqx.field(default_factory=lambda: intact(AMYGDALA, STRIATUM, DOPAMINE))


class State(eqx.Module):
    fast: Float[Array, " n_options"]
    slow: Float[Array, " n_options"]
    error_fast: Float[Array, ""]
    error_slow: Float[Array, ""]


class Latents(eqx.Module):
    """At the moment of choice: prediction errors, values on offer (reward units), and trust in the fast system."""

    rpe_fast: Float[Array, ""]
    rpe_slow: Float[Array, ""]
    fast: Float[Array, " n_actions"]
    slow: Float[Array, " n_actions"]
    pi: Float[Array, ""]


@dataclass(frozen=True)
class FastSlow(Agent):
    """A fast and a slow learner; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")
    renormalised: bool = option(False, "True: the weights of the two learners add up to 1 after a lesion")

    card: ClassVar[Card] = Card(
        title="Fast amygdala, slow striatum",
        summary="Two learners at different rates, weighted by the accuracy of their predictions. Lesions of the two "
        "impair different kinds of learning.",
        refs=("neftci2019:Fig. 1c", "costa2016", "averbeck2017"),
        tags=("model-free", "circuit", "amygdala", "striatum", "arbitration", "lesion", "bandit"),
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
        values, error = jnp.full(self.options.n, self.initial, float), jnp.full((), 0.25, float)
        return State(values, values, error, error)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        pi = _pi(params, state)
        fast, slow = params.parts[AMYGDALA].gain * pi, params.parts[STRIATUM].gain * (1.0 - pi)
        if self.renormalised:
            total = jnp.maximum(fast + slow, 1e-9)
            fast, slow = fast / total, slow / total
        value = self.options.on_offer(fast * state.fast + slow * state.slow, obs)
        return state, Categorical(jnp.where(self.spaces.legal_table()[obs], params.beta * value, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, parts = transition, params.parts
        chosen = self.options.taken(t.obs, t.action, state.fast.dtype)
        received = t.reward + t.stim
        fast, rpe_fast = delta_rule(state.fast, chosen, received, params.alpha_fast * parts[AMYGDALA].plastic)
        taught = params.alpha_slow * parts[STRIATUM].plastic * parts[DOPAMINE].gain
        slow, rpe_slow = delta_rule(state.slow, chosen, received, taught)
        after = State(
            fast,
            slow,
            error_trace(state.error_fast, rpe_fast, params.rate),
            error_trace(state.error_slow, rpe_slow, params.rate),
        )
        offered = self.options.on_offer
        seen = Latents(rpe_fast, rpe_slow, offered(state.fast, t.obs), offered(state.slow, t.obs), _pi(params, state))
        return after, seen


def _pi(params: Params, state: State) -> Float[Array, ""]:
    return trust(state.error_fast, state.error_slow, params.eta)


AGENT = FastSlow
