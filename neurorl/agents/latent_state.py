"""Latent-state learner of two-stage tasks (Akam et al. 2015): infers which option is the good one.

The agent believes that exactly one second-stage option z pays with probability p_good and every other with
1 - p_good, and that z changes with probability p_r after each trial. After outcome r of option j, and then
at the end of the trial,

    b(z) <- b(z) P(r | j, z) / sum_z' b(z') P(r | j, z')
    b(z) <- (1 - p_r) b(z) + p_r (1 - b(z)) / (n - 1)

V(z) = p_good b(z) + (1 - p_good) (1 - b(z)) and Q1(a1) = sum_s2 P(s2 | a1) max V(s2, .). With two
second stages of one option each it is the latent-state agent of Akam et al. 2015 (Wang et al. 2018, Supp.
Fig. 6). Choices: P(a1) ~ exp(beta1 Q1(a1) + pi rep(a1)), rep = 1 for the first-stage choice of the trial
before; P(a2) ~ exp(beta2 V(s2, a2)). All options start equally likely.

The reported `rpe` is V(s2) - Q1(a1) on arrival (best option) and r - V of the answer at the outcome; it
teaches nothing here, the belief does.

Departs from the paper: softmax choice instead of a deterministic choice with lapses; perseveration pi;
where the second stage is a choice, the good one is one of four options and any other is equally likely next.
The defaults earn well on Wang's form and are ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.reversal_belief import after_hazard, after_outcome, option_values
from neurorl.ops.two_stage import TwoStage
from neurorl.ops.two_stage_values import Choices, arrival_rpe, outcome_rpe, plan


class Params(eqx.Module):
    # Below 1, so that no outcome is ever impossible and the belief never 0/0.
    p_good: Float[Array, ""] = param(
        0.9, Interval(0.5, 0.999), symbol="p", doc="reward probability of the good option", prior=Beta(1.1, 1.1)
    )
    p_reversal: Float[Array, ""] = param(
        0.025, Interval(0, 0.5), symbol="p_r", doc="probability of a change per trial", prior=Beta(1.1, 1.1)
    )
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
    belief: Float[Array, "2 n_options"]
    choices: Choices


class Latents(eqx.Module):
    """Prediction error, first-stage values (reward units) and belief that the good option is in A, before the step."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]
    p_a_good: Float[Array, ""]


@dataclass(frozen=True)
class LatentState(Agent):
    """Hidden-state inference on a two-stage task that leads left to A and right to B with `p_common`."""

    layout: TwoStage
    p_common: float

    GOES_ON: ClassVar[tuple[str, ...]] = ("choices",)
    card: ClassVar[Card] = Card(
        title="Latent-state inference",
        summary="Infers which second-stage option is the better one and plans on that belief; every outcome also "
        "informs about the options not taken.",
        refs=("akam2015", "wang2018:Supp. Fig. 6"),
        tags=("two-step", "inference", "hidden state"),
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
        n = self.layout.n_options
        return State(jnp.full((2, n), 1 / (2 * n)), Choices.none())

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        v = option_values(state.belief, params.p_good)
        first = params.beta1 * plan(v.max(axis=1), self.p_common) + params.pi * state.choices.last
        return state, Categorical(self.layout.logits(obs, first, params.beta2 * v))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        v = option_values(state.belief, params.p_good)
        v2 = v.max(axis=1)
        q1 = plan(v2, self.p_common)
        rpe = arrival_rpe(self.layout, transition, q1, v2) + outcome_rpe(self.layout, transition, v)
        answer = self.layout.second_answer(transition)  # all zeros, and so without effect, where no outcome
        belief = after_outcome(state.belief, answer, transition.reward > 0, params.p_good)
        belief = jnp.where(transition.discount > 0, belief, after_hazard(belief, params.p_reversal))
        choices = state.choices.after(self.layout.first_choice(transition), transition.discount)
        return State(belief, choices), Latents(rpe, q1[0], q1[1], state.belief[0].sum())


AGENT = LatentState
