"""Prioritised sweeping: surprises are carried back through the map, the largest first.

    model(s, a) <- s', r, discount;  queue (s, a) with priority |r + gamma discount max_b Q(s', b) - Q(s, a)|
    n times, while a priority exceeds theta: take the pair (s, a) of the largest,
        Q(s, a) <- Q(s, a) + alpha [r + gamma discount max_b Q(s', b) - Q(s, a)]  by the model, and
        queue every pair that is known to lead to s by what its value is now off

Moore & Atkeson 1993; Sutton & Barto 2018, sec. 8.4. Nothing is drawn at random, so that a fit scores it exactly.
Answers: (1 - epsilon) softmax(beta Q) + epsilon / n_legal; with `greedy` the best answer takes the place of the
softmax.

Departs from the sources: stimulation is remembered as if it had been reward. The defaults are ours.
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
from neurorl.ops.value_choice import best_value, value_logits
from neurorl.ops.world_model import WorldModel, sweep


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.5, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        10.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(1.2, 8.0)
    )
    gamma: Float[Array, ""] = param(0.95, unit, symbol="γ", doc="discount of one step", prior=Beta(3.0, 1.1))
    epsilon: Float[Array, ""] = param(
        0.1, Interval(0, 0.5), symbol="ε", doc="share of random answers", prior=Beta(1.1, 3.0)
    )


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]
    priority: Float[Array, "n_obs n_actions"]  # reward units; 0 for what is not queued
    model: WorldModel


class Latents(eqx.Module):
    """Prediction error of the step and the values of the answers before it, reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class PrioritisedSweeping(Agent):
    """Up to `n` updates a step, for pairs whose value is off by more than `theta` (reward units)."""

    spaces: Spaces
    n: int = option(5, "updates after each step", low=0)
    theta: float = option(1e-4, "smallest error that is queued, reward units", low=0)
    greedy: bool = option(False, "True: always the best answer, in place of the softmax")
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Prioritised sweeping",
        summary="A planner that updates predecessors of surprising states, the largest surprise first; needs fewer "
        "updates than random rehearsal.",
        refs=("moore1993", "sutton2018:sec. 8.4"),
        tags=("model-based", "planning", "replay", "values"),
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
        q = jnp.full((obs.n, action.n), self.initial, float)
        return State(q, jnp.zeros_like(q), WorldModel.blank(obs.n, action.n))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        q = read_row(state.q, obs)
        return state, Categorical(value_logits(q, legal, params.beta, params.epsilon, greedy=self.greedy))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, legal = transition, self.spaces.legal_table()
        q = read_row(state.q, t.obs)
        received = t.reward + t.stim
        ahead = best_value(read_row(state.q, t.next_obs), legal[t.next_obs])
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        rpe = received + params.gamma * t.discount * ahead - jnp.sum(chosen * q)
        here = (jnp.arange(state.q.shape[0]) == t.obs)[:, None] & (chosen > 0)
        priority = jnp.where(here, jnp.abs(rpe), state.priority)
        model = state.model.after(eqx.tree_at(lambda step: step.reward, t, received))
        learned, priority = sweep(state.q, priority, model, legal, params.alpha, params.gamma, self.n, self.theta)
        return State(learned, priority, model), Latents(rpe, q)


AGENT = PrioritisedSweeping
