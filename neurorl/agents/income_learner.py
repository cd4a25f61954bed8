"""Learning of income: the value of an answer that is left alone fades towards nothing.

    rpe = r + stim - v[s, a]
    v[s, a] <- v[s, a] + alpha rpe,    alpha = alpha_pos if rpe > 0 else alpha_neg
    v[s, b] <- (1 - decay) v[s, b]     for the answers b not given
    p(a | s) = softmax(beta v[s, :])

This is RL2 of Trepka et al. 2021: with forgetting, a value follows what an answer brings in a trial (income) rather
than what it brings when given (return; `risk_sensitive_td`). Values start at `initial`, 0.5 as in the paper, fade
towards 0, and are kept for each observation separately.

Departs from the paper: its learning rates go by reward and none, which is the same where rewards are 0 or 1. The
priors are ours.
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
from neurorl.ops.delta import delta_by_sign, forget
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
    decay: Float[Array, ""] = param(
        0.2, unit, symbol="γ", doc="decay of the values of unchosen options", prior=Beta(1.1, 1.5)
    )


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Prediction error and the values of the actions at the moment of choice, both in reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class IncomeLearner(Agent):
    """Delta-rule learner that forgets what it leaves alone; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Learning of income: unchosen values decay",
        summary="Learns from gains and losses at different rates and forgets the values of unchosen options; "
        "describes foraging mice and reversing monkeys far better than a learner of return.",
        refs=("trepka2021:RL2", "ito2009"),
        tags=("model-free", "bandit", "values", "forgetting", "foraging"),
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
        return state, Categorical(jnp.where(legal, params.beta * read_row(state.q, obs), ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        q = read_row(state.q, t.obs)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        learned, rpe = delta_by_sign(q, chosen, t.reward + t.stim, params.alpha_pos, params.alpha_neg)
        learned = forget(learned, chosen, 0.0, params.decay)
        return State(write_row(state.q, t.obs, learned)), Latents(rpe, q)


AGENT = IncomeLearner
