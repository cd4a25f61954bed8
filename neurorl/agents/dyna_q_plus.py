"""Dyna-Q+: Dyna-Q that is curious about what it has not tried for long.

    Q(s, a) <- Q(s, a) + alpha [r + stim + gamma discount max_b Q(s', b) - Q(s, a)]
    model(s, a) <- s', r, discount
    n times: the same rule for a state met before and any answer there, with the reward of the model
        plus kappa sqrt(tau), tau the steps since that answer was last given

Sutton 1991; Sutton & Barto 2018, sec. 8.3. An answer that was never given is taken to lead nowhere and pay nothing,
and its tau counts from the start of the session. So old knowledge becomes doubtful with time, and a world that has
changed is found out. `n`, `greedy` and the note on what a fit scores are as in `dyna_q`.

Departs from the book: nowhere else. alpha, gamma and epsilon by default as in the book's maze; kappa and beta are ours.
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
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.rows import read_row
from neurorl.ops.td import td_error
from neurorl.ops.value_choice import best_value, value_logits
from neurorl.ops.world_model import WorldModel, rehearse


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        10.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(1.2, 8.0)
    )
    kappa: Float[Array, ""] = param(
        1e-3, Interval(0, 0.1), symbol="κ", doc="curiosity", units="reward/√step", prior=Beta(1.1, 10.0)
    )
    gamma: Float[Array, ""] = param(0.95, unit, symbol="γ", doc="discount of one step", prior=Beta(3.0, 1.1))
    epsilon: Float[Array, ""] = param(
        0.1, Interval(0, 0.5), symbol="ε", doc="share of random answers", prior=Beta(1.1, 3.0)
    )


class State(eqx.Module):
    key: PRNGKeyArray
    q: Float[Array, "n_obs n_actions"]
    model: WorldModel


class Latents(eqx.Module):
    """Prediction error of the step and the values of the answers before it, reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class DynaQPlus(Agent):
    """Q-learner that rehearses `n` remembered or imagined steps after each of experience."""

    spaces: Spaces
    n: int = option(5, "rehearsed steps after each step", low=0)
    greedy: bool = option(False, "True: always the best answer, in place of the softmax")
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Dyna-Q+: rehearsal with an exploration bonus",
        summary="Dyna-Q with a bonus for actions not tried recently, so that it detects changes of the environment, "
        "including improvements.",
        refs=("sutton1991dyna", "sutton2018:sec. 8.3"),
        tags=("model-based", "planning", "exploration", "values"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        spaces.discrete()
        return cls(spaces)

    @property
    def draws_in_private(self) -> bool:
        """Which steps are rehearsed is drawn."""
        return self.n > 0

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Parameters that have no influence on choices here."""
        return ("beta",) if self.greedy else ()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        obs, action = self.spaces.discrete()
        return State(key, jnp.full((obs.n, action.n), self.initial, float), WorldModel.blank(obs.n, action.n))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        q = read_row(state.q, obs)
        return state, Categorical(value_logits(q, legal, params.beta, params.epsilon, greedy=self.greedy))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, legal = transition, self.spaces.legal_table()
        q = read_row(state.q, t.obs)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        ahead = best_value(read_row(state.q, t.next_obs), legal[t.next_obs])
        rpe = td_error(jnp.sum(chosen * q), t.reward, params.gamma * t.discount, ahead, t.stim)
        here = jnp.arange(state.q.shape[0]) == t.obs
        learned = state.q + params.alpha * rpe * here[:, None] * chosen
        model = state.model.after(t)
        key, now = jax.random.split(state.key)
        met = model.tried.any(axis=1, keepdims=True) & legal
        bonus = params.kappa * jnp.sqrt(model.steps_since.astype(q.dtype))
        learned = rehearse(now, learned, model, met, legal, params.alpha, params.gamma, self.n, bonus)
        return State(key, learned, model), Latents(rpe, q)


AGENT = DynaQPlus
