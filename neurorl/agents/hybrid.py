"""Hybrid of model-based and model-free control in two-stage tasks: the seven-parameter model of Daw et al. 2011.

    Q1(a1) = w Q_MB(a1) + (1 - w) Q_MF(a1),   Q_MB(a1) = sum_s2 P(s2 | a1) max_a2 Q2(s2, a2)

and, when the outcome r of second-stage state s2 and answer a2 is known,

    delta = r - Q2(s2, a2)
    Q_MF(a1)   += alpha1 (Q2(s2, a2) - Q_MF(a1)) + alpha1 lambda delta
    Q2(s2, a2) += alpha2 delta

(Daw et al. 2011, supplement). Choices: P(a1) ~ exp(beta1 Q1(a1) + pi rep(a1)), rep = 1 for the first-stage
choice of the trial before; P(a2) ~ exp(beta2 Q2(s2, a2)). All values start at `initial`, 0 by
default.

The reported `rpe` is max_a2 Q2(s2, a2) - Q1(a1) on arrival, which is the mean of the model-based and the
model-free prediction error weighted by w, and delta at the outcome, where the two agree.

Departs from the paper: the common transition probability is known; pi is not multiplied by beta1;
stimulation adds to the prediction error of its step and teaches the model-free values.
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
    alpha1: Float[Array, ""] = param(0.5, unit, symbol="α₁", doc="learning rate, first stage")
    alpha2: Float[Array, ""] = param(0.5, unit, symbol="α₂", doc="learning rate, second stage")
    beta1: Float[Array, ""] = param(
        10.0, Interval(0, 20), symbol="β₁", doc="inverse temperature, stage 1", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    beta2: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β₂", doc="inverse temperature, stage 2", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    pi: Float[Array, ""] = param(
        0.0, Interval(-5, 5), symbol="π", doc="perseveration of the first-stage choice", prior=Gaussian(0.0, 1.0)
    )
    w: Float[Array, ""] = param(0.5, unit, symbol="w", doc="weight of model-based values")
    lam: Float[Array, ""] = param(0.95, unit, symbol="λ", doc="eligibility of the first-stage choice at the outcome")


class State(eqx.Module):
    q_mf: Float[Array, "2"]
    q2: Float[Array, "2 n_options"]
    choices: Choices


class Latents(eqx.Module):
    """Prediction error and first-stage values before the step, reward units."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]


@dataclass(frozen=True)
class Hybrid(Agent):
    """Weighted model-based and model-free control on a two-stage task."""

    layout: TwoStage
    p_common: float
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("choices",)
    card: ClassVar[Card] = Card(
        title="Hybrid: model-based and model-free, weighted by w",
        summary="Mixes cached and planned first-stage values; w = 0 is the model-free learner, w = 1 the model-based "
        "one.",
        refs=("daw2011:supplement", "glascher2010"),
        tags=("two-step", "model-based", "model-free"),
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
        return State(
            jnp.full(2, self.initial, float),
            jnp.full((2, self.layout.n_options), self.initial, float),
            Choices.none(),
        )

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        first = params.beta1 * self._first_values(params, state) + params.pi * state.choices.last
        return state, Categorical(self.layout.logits(obs, first, params.beta2 * state.q2))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        q_mf, q2, a1 = state.q_mf, state.q2, state.choices.trial
        side, answer = self.layout.first_choice(transition), self.layout.second_answer(transition)
        delta = outcome_rpe(self.layout, transition, q2)
        stage_error = jnp.where(answer.sum() > 0, (answer * q2).sum() - a1 @ q_mf, 0.0)
        taught = a1 * (stage_error + params.lam * delta) + side * transition.stim
        q1 = self._first_values(params, state)
        rpe = delta + arrival_rpe(self.layout, transition, q1, q2.max(axis=1))
        choices = state.choices.after(side, transition.discount)
        after = State(q_mf + params.alpha1 * taught, q2 + params.alpha2 * delta * answer, choices)
        return after, Latents(rpe, q1[0], q1[1])

    def _first_values(self, params: Params, state: State) -> Float[Array, "2"]:
        q_mb = plan(state.q2.max(axis=1), self.p_common)
        return params.w * q_mb + (1 - params.w) * state.q_mf


AGENT = Hybrid
