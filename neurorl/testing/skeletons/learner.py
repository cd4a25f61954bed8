"""My learner: action values that are linear in what is observed, learned by temporal differences.

    Q(x, a) = x . w_a,   delta = r + stim + gamma discount max_b Q(x', b) - Q(x, a)
    w_a <- w_a + alpha delta x, summed over the experiences that arrive at once

Write the equations here, each with its source (paper, equation number).

Departs from the paper: nowhere yet.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.learner import Learner
from neurorl.core.params import Beta, Interval, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.core.units import Touch
from neurorl.ops.encoding import legal_at, vector, vector_size


class Params(eqx.Module):
    """Free parameters, which are fitted, and the initial weights."""

    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward")
    gamma: Float[Array, ""] = param(0.9, unit, symbol="γ", doc="discount of one step", prior=Beta(3.0, 1.1))
    initial: Float[Array, "n_in n_actions"] = ()  # type: ignore[assignment]  # always given by params()


class Actor(eqx.Module):
    """State of one body: its observation and the values of its answers."""

    seen: Float[Array, " n_in"]
    q: Float[Array, " n_actions"]


class Experience(eqx.Module):
    """The factors of an update; their product, as large as the weights, is made in `learn`, once for all bodies."""

    pre: Float[Array, " n_in"]
    error: Float[Array, " n_actions"]


class Latents(eqx.Module):
    """What an analyst wants to see of each step, reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class MyLearner(Learner):
    """A linear learner of action values."""

    spaces: Spaces

    card: ClassVar[Card] = Card(
        title="My learner",
        summary="Learns the values of actions as weights on what is observed, by temporal differences.",
        refs=(),
        tags=("network", "value"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        vector_size(spaces)  # raises DoesNotFit where the observations are not vectors or codes
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params(initial=jnp.zeros((vector_size(self.spaces), self.spaces.discrete_action().n)))

    def begin(self, key: PRNGKeyArray, params: Params) -> tuple[Array, Actor]:
        return params.initial, Actor(jnp.zeros_like(params.initial[:, 0]), jnp.zeros_like(params.initial[0]))

    def perceive(
        self, params: Params, weights: Array, actor: Actor, obs: Array, touch: Touch
    ) -> tuple[Actor, Categorical]:
        seen = vector(self.spaces, obs, weights.dtype)
        q = touch("q", seen @ weights)  # a group of units that can be shifted, held and lesioned by this name
        return Actor(seen, q), Categorical(jnp.where(legal_at(self.spaces, seen), params.beta * q, ILLEGAL))

    def observe(
        self, params: Params, weights: Array, actor: Actor, transition: Transition
    ) -> tuple[Actor, Experience, Latents]:
        after = vector(self.spaces, transition.next_obs, weights.dtype)
        best = jnp.max(jnp.where(legal_at(self.spaces, after), after @ weights, -jnp.inf))
        chosen = jax.nn.one_hot(transition.action, actor.q.shape[0], dtype=weights.dtype)
        goal = transition.reward + transition.stim + params.gamma * transition.discount * best
        rpe = goal - chosen @ actor.q
        return actor, Experience(actor.seen, chosen * rpe), Latents(rpe, actor.q)

    def learn(self, params: Params, learner: Array, experiences: Experience) -> Array:
        return learner + params.alpha * experiences.pre.T @ experiences.error


AGENT = MyLearner
