"""Values, prediction errors and choice memory of two-stage tasks, shared by the agents of that family."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.policy import ILLEGAL
from neurorl.core.types import Transition
from neurorl.ops.two_stage import TwoStage


class Choices(eqx.Module):
    """First-stage choices an agent still needs, each one-hot over left and right, or zeros where there is none.

    Attributes:
        trial: the choice of the present trial, until its outcome.
        last: the most recent choice, for perseveration.
    """

    trial: Float[Array, "2"]
    last: Float[Array, "2"]

    @staticmethod
    def none() -> "Choices":
        """The memory at the start of a session."""
        return Choices(jnp.zeros(2), jnp.zeros(2))

    def after(self, side: Float[Array, "2"], discount: Float[Array, ""]) -> "Choices":
        """The memory after a step in which `side` was chosen (zeros: no first-stage choice)."""
        chose = side.sum() > 0
        trial = jnp.where(chose, side, self.trial)
        return Choices(jnp.where(discount > 0, trial, 0.0), jnp.where(chose, side, self.last))


def plan(v: Float[Array, "2"], p_common: float | Float[Array, ""]) -> Float[Array, "2"]:
    """Values of left and right from the values of second stages A and B.

    Q(left) = p V(A) + (1-p) V(B); Q(right) = (1-p) V(A) + p V(B). Daw et al. 2011, supplement.

    Args:
        v: values of second stages A and B, reward units.
        p_common: probability of a common transition.
    """
    return p_common * v + (1 - p_common) * v[::-1]


def arrival_rpe(
    layout: TwoStage, transition: Transition, q_first: Float[Array, "2"], v_second: Float[Array, "2"]
) -> Float[Array, ""]:
    """Prediction error on arrival at the second stage: V(s2) - Q(a1) + stimulation; 0 on every other step.

    Daw et al. 2011, eq. 1 with the reward of the first stage being zero; Wang et al. 2018, Fig. 5f.

    Args:
        layout: where things are in the task's codes.
        transition: the step.
        q_first: values of left and right, reward units.
        v_second: values of second stages A and B, reward units.
    """
    side = layout.first_choice(transition)
    arrived = (side.sum() > 0) & layout.is_second(transition.next_obs) & (transition.discount > 0)
    error = v_second[layout.stage(transition.next_obs)] - side @ q_first + transition.stim
    return jnp.where(arrived, error, 0.0)


def outcome_rpe(layout: TwoStage, transition: Transition, q_second: Float[Array, "2 n_options"]) -> Float[Array, ""]:
    """Prediction error at the outcome: r - Q(s2, a2) + stimulation; 0 on every other step.

    Args:
        layout: where things are in the task's codes.
        transition: the step.
        q_second: values of the options of second stages A and B, reward units.
    """
    answer = layout.second_answer(transition)
    error = transition.reward - (answer * q_second).sum() + transition.stim
    return jnp.where(answer.sum() > 0, error, 0.0)


def greedy_logits(values: Float[Array, "*n n_actions"], tolerance: float = 1e-6) -> Float[Array, "*n n_actions"]:
    """Logits of a choice of the best value in the last axis, split equally among ties.

    Args:
        values: values, reward units.
        tolerance: differences below this are ties; it only has to exceed rounding.
    """
    best = values.max(axis=-1, keepdims=True)
    return jnp.where(values >= best - tolerance, 0.0, ILLEGAL)
