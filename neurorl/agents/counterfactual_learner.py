"""A learner that also learns from the outcomes of the options that it did not choose.

    rpe     = r + stim - Q[s, c]                      for the chosen option c
    rpe_u   = r_u - Q[s, u]                           for each other option u whose outcome was shown
    Q[s, c] <- Q[s, c] + alpha_c rpe,    alpha_c = alpha_chosen_pos if rpe > 0 else alpha_chosen_neg
    Q[s, u] <- Q[s, u] + alpha_u rpe_u,  alpha_u = alpha_unchosen_pos if rpe_u > 0 else alpha_unchosen_neg
    p(a | s) = softmax(beta Q[s, :])                                            (Palminteri et al. 2017)

Confirmation bias: outcomes that speak for the choice (a positive error of the chosen, a negative one of the unchosen
option) weigh more than outcomes that speak against it. With the option `confirmatory` there are two rates, of
confirming outcomes (alpha_chosen_pos) and of others (alpha_chosen_neg), the model that described people best.

Departs from the paper: values start at `initial` = 0.5 where outcomes are 0 and 1; the defaults are a mild
confirmation bias, and ours.
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
from neurorl.ops.arms import require_all_outcomes, require_one_step
from neurorl.ops.delta import delta_by_sign
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    alpha_chosen_pos: Float[Array, ""] = param(
        0.3, unit, symbol="α₊", doc="learning rate of the chosen option, positive errors", prior=Beta(1.1, 1.1)
    )
    alpha_chosen_neg: Float[Array, ""] = param(
        0.15, unit, symbol="α₋", doc="learning rate of the chosen option, other errors", prior=Beta(1.1, 1.1)
    )
    alpha_unchosen_pos: Float[Array, ""] = param(
        0.15, unit, symbol="α′₊", doc="learning rate of options not chosen, positive errors", prior=Beta(1.1, 1.1)
    )
    alpha_unchosen_neg: Float[Array, ""] = param(
        0.3, unit, symbol="α′₋", doc="learning rate of options not chosen, other errors", prior=Beta(1.1, 1.1)
    )
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Errors of the chosen and of the other options (0 where there was none), and values at choice; reward units."""

    rpe: Float[Array, ""]
    rpe_unchosen: Float[Array, " n_actions"]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class CounterfactualLearner(Agent):
    """Delta-rule learner of factual and counterfactual outcomes; values start at `initial` (reward units)."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")
    confirmatory: bool = option(False, "True: one rate for outcomes that confirm the choice, one for the others")

    card: ClassVar[Card] = Card(
        title="Counterfactual learner (confirmation bias)",
        summary="Learns from the outcomes of the chosen and of the unchosen options, each with rates for positive and "
        "negative errors.",
        refs=("palminteri2015", "palminteri2017"),
        tags=("model-free", "bandit", "values", "feedback", "counterfactual"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        require_all_outcomes(spaces)
        return cls(spaces)

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Rates that have no influence."""
        return ("alpha_unchosen_pos", "alpha_unchosen_neg") if self.confirmatory else ()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full(require_one_step(self.spaces), self.initial, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        return state, Categorical(jnp.where(legal, params.beta * read_row(state.q, obs), ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, q = transition, read_row(state.q, transition.obs)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        shown = jnp.isfinite(t.feedback) & (chosen == 0)
        # The NaN of an outcome that was not shown is replaced before anything is computed from it.
        unchosen = jnp.where(shown, jnp.where(shown, t.feedback, 0.0) - q, 0.0)
        p = params
        confirming, other = p.alpha_chosen_pos, p.alpha_chosen_neg
        if self.confirmatory:
            positive, negative = other, confirming
        else:
            positive, negative = p.alpha_unchosen_pos, p.alpha_unchosen_neg
        learned, rpe = delta_by_sign(q, chosen, t.reward + t.stim, confirming, other)
        learned = learned + jnp.where(unchosen > 0, positive, negative) * unchosen
        return State(write_row(state.q, t.obs, learned)), Latents(rpe, unchosen, q)


AGENT = CounterfactualLearner
