"""Risk-sensitive learning of action values: one learning rate for good news, another for bad.

    rpe = r + stim - v[s, a]
    v[s, a] <- v[s, a] + alpha rpe,    alpha = alpha_pos if rpe > 0 else alpha_neg       (Niv et al. 2012)
    p(a | s) = softmax(beta v[s, :])

A learner with alpha_neg above alpha_pos avoids risk, the other way round it seeks it. Where rewards are 0 or 1 this is
the learner of *return* (RL1) of Trepka et al. 2021, whose two rates go by reward and none: the value of an answer
follows what it brought when it was given. `income_learner` adds forgetting. Zorowitz et al. 2023 fit it to three arms.
Values start at `initial`, 0.5 as in both papers, and are kept for each observation separately.

Departs from the papers: Zorowitz et al. let beta be negative. The prior is ours.

Where the answers are stimuli ("A_or_B"), a stimulus has one value in all displays (`ops/displays.py`).
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
from neurorl.ops.arms import require_one_step
from neurorl.ops.delta import delta_by_sign
from neurorl.ops.displays import Displays
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    alpha_pos: Float[Array, ""] = param(
        0.4, unit, symbol="α₊", doc="learning rate after positive prediction errors", prior=Beta(1.5, 1.5)
    )
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    alpha_neg: Float[Array, ""] = param(
        0.3, unit, symbol="α₋", doc="learning rate after other prediction errors", prior=Beta(1.5, 1.5)
    )


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Prediction error and the values of the actions at the moment of choice, both in reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class RiskSensitiveTD(Agent):
    """Delta-rule learner with two learning rates; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Risk-sensitive TD: learning of return",
        summary="Learns from positive and from negative prediction errors at different rates. Fitted to foraging "
        "mice, reversing monkeys and online participants.",
        refs=("niv2012", "trepka2021:RL1", "zorowitz2023"),
        tags=("model-free", "bandit", "values", "risk", "foraging"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full(require_one_step(self.spaces), self.initial, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        return state, Categorical(
            jnp.where(legal, params.beta * read_row(state.q, Displays.of(self.spaces).row(obs)), ILLEGAL)
        )

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        q = read_row(state.q, at)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        learned, rpe = delta_by_sign(q, chosen, t.reward + t.stim, params.alpha_pos, params.alpha_neg)
        return State(write_row(state.q, at, learned)), Latents(rpe, q)


AGENT = RiskSensitiveTD
