"""Model-based learner of two-stage tasks: values of the second stage, plans over the known transitions.

    Q2(s2, a2) += alpha2 (r - Q2(s2, a2))
    Q1(a1) = sum_s2 P(s2 | a1) max_a2 Q2(s2, a2)

Daw et al. 2011, supplement (model-based values); with one value a second stage it is the model-based agent
of Akam et al. 2015, Q_s += alpha (o - Q_s). Choices: P(a1) ~ exp(beta1 Q1(a1) + pi rep(a1)), rep = 1 for
the first-stage choice of the trial before; P(a2) ~ exp(beta2 Q2(s2, a2)).
All values start at `initial`, 0 by default.

The reported `rpe` is max_a2 Q2(s2, a2) - Q1(a1) on arrival at the second stage and r - Q2(s2, a2) at the
outcome.

Departs from the paper: the common transition probability is known (Daw et al. let the agent decide between
the two mappings by counting); pi is not multiplied by beta1; stimulation adds to the prediction error.
The defaults earn well on Wang's form and are ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Gamma, Gaussian, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.two_stage import TwoStage
from neurorl.ops.two_stage_values import Choices, arrival_rpe, outcome_rpe, plan


class Params(eqx.Module):
    alpha2: Float[Array, ""] = param(0.6, unit, symbol="α₂", doc="learning rate, second stage")
    beta1: Float[Array, ""] = param(
        15.0, Interval(0, 20), symbol="β₁", doc="inverse temperature, stage 1", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    beta2: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β₂", doc="inverse temperature, stage 2", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    pi: Float[Array, ""] = param(
        0.0, Interval(-5, 5), symbol="π", doc="perseveration of the first-stage choice", prior=Gaussian(0.0, 1.0)
    )


class State(eqx.Module):
    q2: Float[Array, "2 n_options"]
    choices: Choices


class Latents(eqx.Module):
    """Prediction error and first-stage values before the step, reward units."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]


@dataclass(frozen=True)
class ModelBased(Agent):
    """Planner on a two-stage task that leads left to A and right to B with probability `p_common`."""

    layout: TwoStage
    p_common: float
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("choices",)
    card: ClassVar[Card] = Card(
        title="Model-based: plans over the known transitions",
        summary="Learns the values of the second stage and computes first-stage values from the transition "
        "probabilities.",
        refs=("daw2011:supplement", "akam2015", "wang2018:Supp. Fig. 6"),
        tags=("two-step", "model-based", "planning"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        layout = TwoStage.of(spaces)
        return cls(layout, layout.p_common)

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Parameters that have no influence on scored choices here."""
        return () if self.layout.second_choice else ("beta2",)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full((2, self.layout.n_options), self.initial, float), Choices.none())

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        first = params.beta1 * plan(state.q2.max(axis=1), self.p_common) + params.pi * state.choices.last
        return state, Categorical(self.layout.logits(obs, first, params.beta2 * state.q2))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        v2 = state.q2.max(axis=1)
        q1 = plan(v2, self.p_common)
        delta = outcome_rpe(self.layout, transition, state.q2)
        rpe = delta + arrival_rpe(self.layout, transition, q1, v2)
        q2 = state.q2 + params.alpha2 * delta * self.layout.second_answer(transition)
        choices = state.choices.after(self.layout.first_choice(transition), transition.discount)
        return State(q2, choices), Latents(rpe, q1[0], q1[1])


AGENT = ModelBased
