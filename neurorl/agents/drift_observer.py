"""Bayesian observer of Daw's two-stage task: a grid filter for each drifting reward probability.

It knows the task: each option's reward probability p is a Gaussian random walk (standard deviation sd per
trial) between reflecting bounds. Its belief b about each p lives on a grid of `n_bins`:

    b(p) <- b(p) p^r (1 - p)^(1 - r) / sum   for the option answered, at the outcome r
    b    <- b K                               for every option, at the end of the trial (K: diffusion)

V(s2, a2) = E_b[p], Q1(a1) = sum_s2 P(s2 | a1) max_a2 V(s2, a2); greedy at both stages, ties split equally. The
task is that of Daw et al. 2011; the filter is ours (a forward algorithm, Rabiner 1989). Being myopic it never
explores for information's sake, so it lies close to the ceiling but need not be the optimum.

The reported `rpe` is max_a2 V(s2, a2) - Q1(a1) on arrival and r - V(s2, a2) at the outcome.

Departs from the paper: not a model of the paper's; it serves as a ceiling. Stimulation adds to the reported
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
from neurorl.ops.drift_belief import after_outcome, bin_centres, reflected_diffusion
from neurorl.ops.two_stage import TwoStage
from neurorl.ops.two_stage_values import arrival_rpe, greedy_logits, outcome_rpe, plan


class Params(eqx.Module):
    pass


class State(eqx.Module):
    belief: Float[Array, "2 2 n_bins"]


class Latents(eqx.Module):
    """Prediction error and first-stage values before the step, reward units."""

    rpe: Float[Array, ""]
    q_left: Float[Array, ""]
    q_right: Float[Array, ""]


@dataclass(frozen=True)
class DriftObserver(Agent):
    """The observer that knows the task's `p_common`, the walk's `sd` and its bounds `low` and `high`."""

    layout: TwoStage
    p_common: float = option(0.7, "probability of the common transition", low=0, high=1)
    sd: float = option(0.025, "standard deviation of a step of the walk", low=0)
    low: float = option(0.25, "lower bound of the walk", low=0, high=1)
    high: float = option(0.75, "upper bound of the walk", low=0, high=1)
    n_bins: int = option(21, "grid points of each belief", low=2)

    card: ClassVar[Card] = Card(
        title="Bayesian observer of drifting rewards",
        summary="Tracks the drifting reward probability of each second-stage option on a grid and chooses greedily: "
        "close to the ceiling of Daw's task.",
        refs=("daw2011", "rabiner1989"),
        tags=("two-step", "inference", "optimal", "hidden state"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        layout = TwoStage.of(spaces)
        if not layout.second_choice:
            raise DoesNotFit(
                "This observer tracks the drifting rewards of second-stage options, but here the second stage is not "
                "a choice; use bayes_two_step."
            )
        return cls(layout)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full((2, 2, self.n_bins), 1 / self.n_bins))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        v = state.belief @ self._grid()
        q1 = plan(v.max(axis=1), self.p_common)
        return state, Categorical(self.layout.logits(obs, greedy_logits(q1), greedy_logits(v)))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        v = state.belief @ self._grid()
        v2 = v.max(axis=1)
        q1 = plan(v2, self.p_common)
        rpe = arrival_rpe(self.layout, transition, q1, v2) + outcome_rpe(self.layout, transition, v)
        answer = self.layout.second_answer(transition)
        belief = after_outcome(state.belief, answer, transition.reward > 0, self._grid())
        diffusion = jnp.asarray(reflected_diffusion(self.low, self.high, self.n_bins, self.sd), belief.dtype)
        belief = jnp.where(transition.discount > 0, belief, belief @ diffusion)
        return State(belief), Latents(rpe, q1[0], q1[1])

    def _grid(self) -> Float[Array, " n_bins"]:
        return jnp.asarray(bin_centres(self.low, self.high, self.n_bins), float)


AGENT = DriftObserver
