"""Dyna-Q: Q-learning that rehearses what it remembers between two steps.

    Q(s, a) <- Q(s, a) + alpha [r + stim + gamma discount max_b Q(s', b) - Q(s, a)]
    model(s, a) <- s', r, discount
    n times: the same rule for a state met before, an answer given there, and what the model says it brought

Sutton 1991; Sutton & Barto 2018, sec. 8.2. `discount` is the task's: 0 at the end of a trial. With `n` = 0 nothing is
rehearsed and this is Q-learning. Answers: (1 - epsilon) softmax(beta Q) + epsilon / n_legal; with `greedy` the best
answer takes the place of the softmax, which is the epsilon-greedy policy of the book.

What is rehearsed is drawn from the key of the session. A fit or a replay therefore scores one draw of it, which has
the noise of `n` random steps; with another key the same choices have another probability.

Departs from the book: stimulation adds to the prediction error of the step and is not remembered. The defaults are
those of the maze in Sutton & Barto 2018, Fig. 8.2, where answers are greedy; beta is ours.
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
class DynaQ(Agent):
    """Q-learner that rehearses `n` remembered steps after each of experience."""

    spaces: Spaces
    n: int = option(5, "rehearsed steps after each step", low=0)
    greedy: bool = option(False, "True: always the best answer, in place of the softmax")
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Dyna-Q: learning from remembered experience",
        summary="A Q-learner with a model of the environment: between two steps it rehearses remembered ones, and so "
        "propagates a reward over the map in a few trials. Without rehearsal it is Q-learning.",
        refs=("sutton1991dyna", "sutton2018:sec. 8.2"),
        tags=("model-based", "planning", "replay", "values"),
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
        learned = rehearse(now, learned, model, model.tried, legal, params.alpha, params.gamma, self.n)
        return State(key, learned, model), Latents(rpe, q)


AGENT = DynaQ
