"""Credit for past choices: each reward is distributed over recent choices by an eligibility trace that decays.

    c <- kappa c + 1[s, a]                                    eligibility of every choice
    v_i <- v_i + alpha (r + stim - v_i) c_i                   each has its own error
    p(a | s) = softmax(beta v[s, :])

With kappa = 0 only the last choice is credited, as by `rescorla_wagner`. With kappa > 0 a late reward is credited to
the choice that earned it, but also to other choices: the spread of effect of monkeys without orbitofrontal cortex
(Walton et al. 2010). Choices under different observations are different choices.

Departs from the paper, which describes the effect and gives no learner; alpha c is kept at 1 or less, beyond which a
value would overshoot the reward.

Where the answers are stimuli ("A_or_B"), a stimulus has one value in all displays (`ops/displays.py`).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step
from neurorl.ops.displays import Displays
from neurorl.ops.kernels import choice_trace
from neurorl.ops.rows import read_row


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.2, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    kappa: Float[Array, ""] = param(0.5, unit, symbol="κ", doc="share of eligibility that is left after one trial")


class State(eqx.Module):
    v: Float[Array, "n_obs n_actions"]
    trace: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Prediction error of the last choice, and the values of the actions at the moment of choice; reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class ChoiceTraceLearner(Agent):
    """Delta-rule learner with eligibility traces over choices; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("trace",)
    card: ClassVar[Card] = Card(
        title="Choice traces: credit for past choices",
        summary="Distributes each reward over recent choices. Learns from outcomes that come trials later, but also "
        "credits choices that did not cause them.",
        refs=("walton2010", "neftci2019"),
        tags=("model-free", "bandit", "traces", "credit"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        shape = require_one_step(self.spaces)
        return State(jnp.full(shape, self.initial, float), jnp.zeros(shape))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        return state, Categorical(
            jnp.where(legal, params.beta * read_row(state.v, Displays.of(self.spaces).row(obs)), ILLEGAL)
        )

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        q = read_row(state.v, at)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        here = (jnp.arange(state.v.shape[0]) == at)[:, None] * chosen
        trace = choice_trace(state.trace, here, params.kappa)
        received = t.reward + t.stim
        credit = jnp.minimum(params.alpha * trace, 1.0)
        v = state.v + credit * (received - state.v)
        return State(v, trace), Latents(received - jnp.sum(chosen * q), q)


AGENT = ChoiceTraceLearner
