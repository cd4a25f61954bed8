"""Model-free learner of two-stage tasks: SARSA(lambda), as in Daw et al. 2011.

When the outcome r of second-stage state s2 and answer a2 is known, for the first-stage choice a1:

    delta = r - Q2(s2, a2)
    Q1(a1)     += alpha1 (Q2(s2, a2) - Q1(a1)) + alpha1 lambda delta
    Q2(s2, a2) += alpha2 delta

with Q2 on the right as it was before the outcome (Daw et al. 2011, supplement, SARSA(lambda)). lambda = 0
is SARSA(0); lambda = 1 is TD(1), Q1(a1) += alpha1 (r - Q1(a1)), the Q(1) agent of Akam et al. 2015.
Choices: P(a1) ~ exp(beta1 Q1(a1) + pi rep(a1)), rep = 1 for the first-stage choice of the trial before;
P(a2) ~ exp(beta2 Q2(s2, a2)). All values start at `initial`, 0 by default. Where both second-stage
answers pay the same (Wang et al. 2018), each second stage has one value and beta2 plays no part.

The reported `rpe` is max_a2 Q2(s2, a2) - Q1(a1) on arrival at the second stage and delta at the outcome.

Departs from the paper: pi is not multiplied by beta1; stimulation adds to the prediction error of its
step; the arrival error reported where the second stage is a choice takes the best answer, because the
answer is not yet known (learning uses the answer given, as in the paper).
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
from neurorl.ops.two_stage_values import Choices, arrival_rpe, outcome_rpe


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
    lam: Float[Array, ""] = param(0.95, unit, symbol="λ", doc="eligibility of the first-stage choice at the outcome")


class State(eqx.Module):
    q1: Float[Array, "2"]
    q2: Float[Array, "2 n_options"]
    choices: Choices


class Latents(eqx.Module):
    """Prediction error and first-stage values before the step, reward units."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]


@dataclass(frozen=True)
class ModelFree(Agent):
    """SARSA(lambda) on a two-stage task."""

    layout: TwoStage
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("choices",)
    card: ClassVar[Card] = Card(
        title="Model-free: SARSA(lambda)",
        summary="Caches the value of each answer from prediction errors, without knowledge of the transitions.",
        refs=("daw2011:supplement", "akam2015", "wang2018:Fig. 5"),
        tags=("two-step", "model-free", "value learning"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(TwoStage.of(spaces))

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
        first = params.beta1 * state.q1 + params.pi * state.choices.last
        return state, Categorical(self.layout.logits(obs, first, params.beta2 * state.q2))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        q1, q2, a1 = state.q1, state.q2, state.choices.trial
        side, answer = self.layout.first_choice(transition), self.layout.second_answer(transition)
        delta = outcome_rpe(self.layout, transition, q2)
        stage_error = jnp.where(answer.sum() > 0, (answer * q2).sum() - a1 @ q1, 0.0)
        taught = a1 * (stage_error + params.lam * delta) + side * transition.stim
        rpe = delta + arrival_rpe(self.layout, transition, q1, q2.max(axis=1))
        choices = state.choices.after(side, transition.discount)
        after = State(q1 + params.alpha1 * taught, q2 + params.alpha2 * delta * answer, choices)
        return after, Latents(rpe, q1[0], q1[1])


AGENT = ModelFree
