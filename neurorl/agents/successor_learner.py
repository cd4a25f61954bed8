"""Successor representation, learned: expected visits to each pair of state and answer, times the reward of each.

    Q(x) = sum_y M(x, y) w(y),   x = (s, a)
    M(x, .) <- M(x, .) + alpha [1(x, .) + gamma discount M(x', .) - M(x, .)],   x' = (s', argmax_b Q(s', b))
    w(x) <- w(x) + alpha_r (r + stim - w(x))

Dayan 1993; over pairs, with the best next answer, as SR-TD in Russek et al. 2017. A reward that has changed changes
all values at once, since w is learned where it is met; where answers lead is cached in M and must be lived through
anew. Answers: (1 - epsilon) softmax(beta Q) + epsilon / n_legal; with `greedy` the best answer takes the place of the
softmax. `successor_representation` is its exact form on a map that is known.

Departs from the papers: nowhere in the equations. The defaults are ours.
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
from neurorl.ops.successor import successor_td
from neurorl.ops.td import td_error
from neurorl.ops.value_choice import value_logits


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate of visits", prior=Beta(1.5, 1.5))
    alpha_r: Float[Array, ""] = param(0.5, unit, symbol="α_r", doc="learning rate of rewards", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        10.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(1.2, 8.0)
    )
    gamma: Float[Array, ""] = param(0.95, unit, symbol="γ", doc="discount of one step", prior=Beta(3.0, 1.1))
    epsilon: Float[Array, ""] = param(
        0.1, Interval(0, 0.5), symbol="ε", doc="share of random answers", prior=Beta(1.1, 3.0)
    )


class State(eqx.Module):
    visits: Float[Array, "n a n*a"]  # M, from each pair to every other
    worth: Float[Array, " n*a"]  # w, reward units


class Latents(eqx.Module):
    """Prediction error of the step and the values of the answers before it, reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class SuccessorLearner(Agent):
    """Learner of the successor representation over pairs of state and answer."""

    spaces: Spaces
    greedy: bool = option(False, "True: always the best answer, in place of the softmax")

    card: ClassVar[Card] = Card(
        title="Successor representation, learned",
        summary="Learns the long-run visits to states and, separately, their rewards: revalues at once when rewards "
        "change, but not when transitions do. Intermediate between model-free and model-based.",
        refs=("dayan1993", "russek2017"),
        tags=("successor representation", "planning", "values", "maze"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        spaces.discrete()
        return cls(spaces)

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Parameters that have no influence on choices here."""
        return ("beta",) if self.greedy else ()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        obs, action = self.spaces.discrete()
        pairs = obs.n * action.n
        return State(jnp.eye(pairs).reshape(obs.n, action.n, pairs), jnp.zeros(pairs))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        q = state.visits[obs] @ state.worth
        return state, Categorical(value_logits(q, legal, params.beta, params.epsilon, greedy=self.greedy))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        q, q_next = state.visits[t.obs] @ state.worth, state.visits[t.next_obs] @ state.worth
        best_next = jnp.argmax(jnp.where(self.spaces.legal_table()[t.next_obs], q_next, -jnp.inf))
        discount = params.gamma * t.discount
        rpe = td_error(q[t.action], t.reward, discount, q_next[best_next], t.stim)
        here = jax.nn.one_hot(t.obs * q.shape[0] + t.action, state.worth.shape[0], dtype=q.dtype)
        after = state.visits[t.next_obs, best_next]
        row = successor_td(state.visits[t.obs, t.action], here, after, discount, params.alpha)
        worth = state.worth + params.alpha_r * here * (t.reward + t.stim - state.worth)
        return State(state.visits.at[t.obs, t.action].set(row), worth), Latents(rpe, q)


AGENT = SuccessorLearner
