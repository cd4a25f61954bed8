"""Model-based learner that knows the two second stages mirror each other (Akam et al. 2015).

One of the second stages pays well exactly when the other pays badly, so an outcome o of the stage reached
teaches about both:

    V(s2)    += alpha2 (o - V(s2))
    V(other) += alpha2 (1 - o - V(other))
    Q1(a1) = sum_s2 P(s2 | a1) V(s2)

the model-based agent with the full task model in the code of Akam et al. 2015; Wang et al. 2018, Supp.
Fig. 6 use it to close the gap between model-based and latent-state fits. Choices: P(a1) ~ exp(beta1 Q1(a1) +
pi rep(a1)), rep = 1 for the first-stage choice of the trial before. Values start at 1/2.

The reported `rpe` is V(s2) - Q1(a1) on arrival at the second stage and o - V(s2) at the outcome.

Departs from the paper: perseveration pi; values start at 1/2, the mirror's fixed point; stimulation adds to
the prediction error of the stage reached.
The defaults earn well on Wang's form and are ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.params import Gamma, Gaussian, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.two_stage import TwoStage
from neurorl.ops.two_stage_values import Choices, arrival_rpe, outcome_rpe, plan


class Params(eqx.Module):
    alpha2: Float[Array, ""] = param(0.35, unit, symbol="α₂", doc="learning rate, second stage")
    beta1: Float[Array, ""] = param(
        15.0, Interval(0, 20), symbol="β₁", doc="inverse temperature, stage 1", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    pi: Float[Array, ""] = param(
        0.0, Interval(-5, 5), symbol="π", doc="perseveration of the first-stage choice", prior=Gaussian(0.0, 1.0)
    )


class State(eqx.Module):
    v: Float[Array, "2"]
    choices: Choices


class Latents(eqx.Module):
    """Prediction error and first-stage values before the step, reward units."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]


@dataclass(frozen=True)
class FullModelBased(Agent):
    """Planner that learns about both second stages from each outcome."""

    layout: TwoStage
    p_common: float

    GOES_ON: ClassVar[tuple[str, ...]] = ("choices",)
    card: ClassVar[Card] = Card(
        title="Model-based with the full task model",
        summary="Plans over the known transitions and knows that exactly one of the second stages has the high "
        "reward probability.",
        refs=("akam2015", "wang2018:Supp. Fig. 6"),
        tags=("two-step", "model-based", "planning"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        layout = TwoStage.of(spaces)
        if layout.second_choice:
            raise DoesNotFit(
                "The full-model agent needs two second stages with complementary rewards, but here the second stage "
                "is a choice among options with independent rewards; use model_based."
            )
        return cls(layout, layout.p_common)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full(2, 0.5), Choices.none())

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        first = params.beta1 * plan(state.v, self.p_common) + params.pi * state.choices.last
        return state, Categorical(self.layout.logits(obs, first, jnp.zeros((2, 1))))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        q1, v = plan(state.v, self.p_common), state.v
        here = self.layout.second_answer(transition)[:, 0]
        delta = outcome_rpe(self.layout, transition, v[:, None])
        mirrored = here[::-1] * (1 - transition.reward - v)
        rpe = delta + arrival_rpe(self.layout, transition, q1, v)
        choices = state.choices.after(self.layout.first_choice(transition), transition.discount)
        return State(v + params.alpha2 * (here * delta + mirrored), choices), Latents(rpe, q1[0], q1[1])


AGENT = FullModelBased
