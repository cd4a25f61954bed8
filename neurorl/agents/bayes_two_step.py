"""Bayes-optimal observer of the reversing two-step task: the ceiling, and the model-based reference signal.

It knows the task: p_common, p_good and the hazard h. H = P(A is the good stage), updated by Bayes' rule with
the outcome of the stage reached and then by the hazard at the end of each trial:

    H <- H P(r | A good) / (H P(r | A good) + (1 - H) P(r | B good));   H <- (1 - h) H + h (1 - H)
    V(A) = p_good H + (1 - p_good) (1 - H);   V(B) = 1 - V(A)
    Q(left) = p_common V(A) + (1 - p_common) V(B);   Q(right) mirrored

The choice is greedy and ties are split equally. Nothing an agent does changes what it will learn (each outcome
is equally informative about both stages), so greedy is optimal. The reported `rpe` is the model-based
prediction error of Wang et al. 2018, Fig. 5f,g: V(S) - Q(a) on arrival, r - V(S) at the outcome.

Departs from the paper: nowhere; that greedy choice is optimal is our remark. Stimulation adds to the reported
`rpe` and teaches nothing.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.reversal_belief import after_hazard, after_outcome, option_values
from neurorl.ops.two_stage import TwoStage
from neurorl.ops.two_stage_values import arrival_rpe, greedy_logits, outcome_rpe, plan


class Params(eqx.Module):
    pass


class State(eqx.Module):
    belief: Float[Array, "2 1"]


class Latents(eqx.Module):
    """Prediction error, first-stage values (reward units) and belief that A is the good stage, before the step."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]
    p_a_good: Float[Array, ""]


@dataclass(frozen=True)
class BayesTwoStep(Agent):
    """The observer that knows the task's `p_common`, `p_good` and `hazard` (probability of a reversal per trial)."""

    layout: TwoStage
    p_common: float = option(0.8, "probability of the common transition", low=0, high=1)
    p_good: float = option(0.9, "reward probability of the good stage", low=0, high=1)
    hazard: float = option(0.025, "probability of a reversal, 1/trial", low=0, high=1)

    card: ClassVar[Card] = Card(
        title="Bayes-optimal observer of the two-step task",
        summary="Knows the task and infers which second stage is the better one: the ceiling of reward, and the "
        "model-based prediction error with which others are compared.",
        refs=("wang2018:Fig. 5", "miller2017"),
        tags=("two-step", "inference", "optimal", "hidden state"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        layout = TwoStage.of(spaces)
        if layout.second_choice:
            raise DoesNotFit(
                "This observer plays the two-step task in which one of two second stages is the better one, but here "
                "the second stage is a choice; use drift_observer."
            )
        return cls(layout)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full((2, 1), 0.5))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        q1 = plan(option_values(state.belief, self.p_good)[:, 0], self.p_common)
        return state, Categorical(self.layout.logits(obs, greedy_logits(q1), jnp.zeros((2, 1))))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        v = option_values(state.belief, self.p_good)
        q1 = plan(v[:, 0], self.p_common)
        rpe = arrival_rpe(self.layout, transition, q1, v[:, 0]) + outcome_rpe(self.layout, transition, v)
        answer = self.layout.second_answer(transition)  # all zeros, and so without effect, where no outcome
        belief = after_outcome(state.belief, answer, transition.reward > 0, self.p_good)
        belief = jnp.where(transition.discount > 0, belief, after_hazard(belief, self.hazard))
        return State(belief), Latents(rpe, q1[0], q1[1], state.belief[0, 0])


AGENT = BayesTwoStep
