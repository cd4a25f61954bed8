"""Model-based control on a learned model: estimates of the world, taken for the truth and planned in.

    SPE = 1 - T(s, a, s');  T(s, a, s') += eta SPE, the other T(s, a, .) scaled by (1 - eta)      (Gläscher et al. 2010)
    R(s, a) += alpha (r + stim - R(s, a));  C(s, a) += eta (discount - C(s, a))
    u_0 = 0;  u_k(s) = max_a Q_k(s, a);  Q_{k+1}(s, a) = R(s, a) + gamma C(s, a) sum_s' T(s, a, s') u_k(s')

and answers (1 - epsilon) softmax(beta Q) + epsilon / n_legal, with Q the values `depth` steps ahead and C the
probability that the trial goes on. Before the first step every state may follow any other. Planning starts from
nothing each time, so that no value outlives the reward it came from. With eta = alpha = 1 the model is what was seen
last, as in Dyna; with `greedy` the best answer takes the place of the softmax.

Departs from the paper: rewards and ends of trials are learned as well (there rewards were instructed), and a trial may
be any walk through states, not a two-stage tree. The defaults are ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.learned_model import LearnedModel
from neurorl.ops.markov_decision import look_ahead
from neurorl.ops.rows import read_row
from neurorl.ops.value_choice import best_value, value_logits


class Params(eqx.Module):
    eta: Float[Array, ""] = param(0.2, unit, symbol="η", doc="learning rate of transitions", prior=Beta(1.5, 1.5))
    alpha: Float[Array, ""] = param(0.4, unit, symbol="α", doc="learning rate of rewards", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(1.2, 5.0)
    )
    gamma: Float[Array, ""] = param(0.95, unit, symbol="γ", doc="discount of one step", prior=Beta(3.0, 1.1))
    epsilon: Float[Array, ""] = param(
        0.02, Interval(0, 0.5), symbol="ε", doc="share of random answers", prior=Beta(1.1, 8.0)
    )


class State(eqx.Module):
    model: LearnedModel
    q: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """State prediction error (1), reward prediction error and values of the answers before the step (reward units)."""

    spe: Float[Array, ""]
    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class CertaintyEquivalent(Agent):
    """Plans `depth` steps ahead in what it has learned of the world."""

    spaces: Spaces
    depth: int = option(4, "steps planned ahead", low=1)
    greedy: bool = option(False, "True: always the best answer, in place of the softmax")

    card: ClassVar[Card] = Card(
        title="Model-based control over learned transitions",
        summary="Learns transitions from state prediction errors and rewards from reward prediction errors, and "
        "plans in the learned model as if it were true.",
        refs=("glascher2010", "neftci2019:eq. 4", "sutton2018:sec. 4.4"),
        tags=("model-based", "planning", "two-step", "maze"),
    )

    def __post_init__(self) -> None:
        if self.depth < 1:
            raise BadValue(f"depth is {self.depth}, but must be at least 1: the agent plans that many steps ahead.")

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
        return State(LearnedModel.blank(obs.n, action.n), jnp.zeros((obs.n, action.n)))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        q = read_row(state.q, obs)
        return state, Categorical(value_logits(q, legal, params.beta, params.epsilon, greedy=self.greedy))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        model, spe = state.model.after(transition, params.eta, params.alpha)
        rpe = self._rpe(params, state, transition)
        return State(model, self._plan(params, model)), Latents(spe, rpe, read_row(state.q, transition.obs))

    def _plan(self, params: Params, model: LearnedModel) -> Float[Array, "n_obs n_actions"]:
        legal = self.spaces.legal_table()
        p = model.p * model.go_on[..., None]

        def deeper(q: Float[Array, "n a"], _: None) -> tuple[Float[Array, "n a"], None]:
            return look_ahead(p, model.reward, params.gamma, best_value(q, legal)), None

        return jax.lax.scan(deeper, model.reward, None, length=self.depth - 1)[0]

    def _rpe(self, params: Params, state: State, t: Transition) -> Float[Array, ""]:
        """r + stim + gamma discount max_b Q(s', b) - Q(s, a): what a cached value would have been taught."""
        legal = self.spaces.legal_table()[t.next_obs]
        ahead = best_value(read_row(state.q, t.next_obs), legal)
        return t.reward + t.stim + params.gamma * t.discount * ahead - state.q[t.obs, t.action]


AGENT = CertaintyEquivalent
