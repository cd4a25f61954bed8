"""Reward-as-cue learner of two-stage tasks (Akam et al. 2015): the last trial's end is the stimulus of this one.

The state of the first stage is c = (second stage reached, reward or none) on the trial before; each of the
four has its own model-free values, so that a stay pattern like a planner's needs no planning:

    Q1(c, a1) += alpha1 (r - Q1(c, a1))

Akam et al. 2015, reward-as-cue agent; Wang et al. 2018, Supp. Fig. 6. Choices: P(a1) ~ exp(beta1 Q1(c, a1) +
pi rep(a1)), rep = 1 for the first-stage choice of the trial before. Values start at `initial`, 0 by default.
Before the first outcome there is no cue, both values are alike and nothing is learned. Where the second stage
is a choice, it is made by Q2(s2, a2) += alpha2 (r - Q2(s2, a2)), P(a2) ~ exp(beta2 Q2(s2, a2)).

The reported `rpe` is r - Q1(c, a1) at the outcome; there is no prediction error on arrival.

Departs from the paper: perseveration pi; the rule for second stages that are choices; stimulation adds to
the prediction error.
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
from neurorl.ops.two_stage_values import Choices, outcome_rpe


class Params(eqx.Module):
    alpha1: Float[Array, ""] = param(0.05, unit, symbol="α₁", doc="learning rate, first stage")
    alpha2: Float[Array, ""] = param(0.5, unit, symbol="α₂", doc="learning rate, second stage")
    beta1: Float[Array, ""] = param(
        14.0, Interval(0, 20), symbol="β₁", doc="inverse temperature, stage 1", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    beta2: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β₂", doc="inverse temperature, stage 2", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    pi: Float[Array, ""] = param(
        0.0, Interval(-5, 5), symbol="π", doc="perseveration of the first-stage choice", prior=Gaussian(0.0, 1.0)
    )


class State(eqx.Module):
    q1: Float[Array, "2 2 2"]  # second stage before, rewarded before, left or right
    cue: Float[Array, "2 2"]  # one-hot; zeros before the first outcome
    q2: Float[Array, "2 n_options"]
    choices: Choices


class Latents(eqx.Module):
    """Prediction error and first-stage values under the present cue before the step, reward units."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]


@dataclass(frozen=True)
class RewardAsCue(Agent):
    """Model-free learner whose first-stage state is how the last trial ended."""

    layout: TwoStage
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("choices",)
    card: ClassVar[Card] = Card(
        title="Reward as cue",
        summary="Treats the last trial's second stage and outcome as the stimulus for the next first-stage choice; "
        "resembles a planner over one trial but not over longer lags.",
        refs=("akam2015", "wang2018:Supp. Fig. 6"),
        tags=("two-step", "model-free"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(TwoStage.of(spaces))

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Parameters that have no influence on scored choices here."""
        return () if self.layout.second_choice else ("alpha2", "beta2")

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        q1 = jnp.full((2, 2, 2), self.initial, float)
        q2 = jnp.full((2, self.layout.n_options), self.initial, float)
        return State(q1, jnp.zeros((2, 2)), q2, Choices.none())

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        first = params.beta1 * _under_cue(state) + params.pi * state.choices.last
        return state, Categorical(self.layout.logits(obs, first, params.beta2 * state.q2))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        q, a1 = _under_cue(state), state.choices.trial
        answer = self.layout.second_answer(transition)
        delta = outcome_rpe(self.layout, transition, jnp.full_like(state.q2, a1 @ q))
        delta2 = outcome_rpe(self.layout, transition, state.q2)
        q1 = state.q1 + params.alpha1 * delta * state.cue[..., None] * a1
        q2 = state.q2 + params.alpha2 * delta2 * answer
        rewarded = transition.reward > 0
        ended = answer.sum(axis=1)[:, None] * jnp.where(jnp.stack([~rewarded, rewarded]), 1.0, 0.0)
        cue = jnp.where(answer.sum() > 0, ended, state.cue)
        choices = state.choices.after(self.layout.first_choice(transition), transition.discount)
        return State(q1, cue, q2, choices), Latents(delta, q[0], q[1])


def _under_cue(state: State) -> Float[Array, "2"]:
    return (state.cue[..., None] * state.q1).sum(axis=(0, 1))


AGENT = RewardAsCue
