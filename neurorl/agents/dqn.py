"""Deep Q-learning (DQN): a network of action values, trained from replayed experience towards a slow copy of itself.

    y = r + stim + gamma discount max_b Q(s', b; target)                  (Mnih et al. 2015, algorithm 1)
    y = r + stim + gamma discount Q(s', argmax_b Q(s', b); target)        with `double` (van Hasselt et al. 2016)
    loss = mean of huber(Q(s, a) - y) over `batch` experiences drawn from the last `capacity`, with replacement
    theta <- theta - Adam(grad loss);  target <- theta every `copy_every` updates

Q is a network with two layers of rectified units, [observation] -> hidden -> hidden -> [actions]. Answers are
epsilon-greedy: one of the best legal actions with probability 1 - epsilon, any legal action with equal probability
otherwise. `discount` is the task's: 0 at the end of a trial. Experiences are transitions. With `capacity` 0 the network
learns from new experiences alone, each once.

Initial weights are uniform within +-1/sqrt(inputs) of a layer, biases too, and belong to the parameters. Adam has beta
.9 and .999; 1e-16 is added within its square root, so that derivatives with respect to its rate are finite.

What is replayed is drawn from the key of the session: the agent draws in private and is scored by particles
(`docs/learners.md`). With `capacity` 0 nothing is drawn.

Departs from the paper: Adam in place of RMSProp; vectors in place of pictures; a constant epsilon; learning starts with
the first step. The defaults are ours, for small tasks such as `catch`.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.learner import Learner
from neurorl.core.options import option
from neurorl.core.params import Beta, Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.ring import Ring, draw, empty_ring, push
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.core.units import Touch, untouched
from neurorl.ops.dense import Layer, dense, dense_layers
from neurorl.ops.encoding import legal_at, vector, vector_size
from neurorl.ops.value_choice import best_value, value_logits


class Params(eqx.Module):
    epsilon: Float[Array, ""] = param(
        0.1, Interval(0, 1), symbol="ε", doc="share of random answers", prior=Beta(1.1, 3.0)
    )
    rate: Float[Array, ""] = param(1e-3, Interval(0, 0.1), symbol="η", doc="step size of Adam")
    gamma: Float[Array, ""] = param(0.99, unit, symbol="γ", doc="discount of one step", prior=Beta(3.0, 1.1))
    layers: tuple[Layer, ...] = ()


class Experience(eqx.Module):
    obs: Float[Array, " n_in"]
    action: Int[Array, ""]
    reward: Float[Array, ""]
    discount: Float[Array, ""]
    next_obs: Float[Array, " n_in"]


class Weights(eqx.Module):
    online: tuple[Layer, ...]
    target: tuple[Layer, ...]


class Learned(eqx.Module):
    """`memory` is None where nothing is replayed."""

    weights: Weights
    adam: optax.OptState
    updates: Int[Array, ""]
    memory: Ring | None
    key: PRNGKeyArray


class Actor(eqx.Module):
    """What the last observation made of the units and the values."""

    hidden1: Float[Array, " n"]
    hidden2: Float[Array, " n"]
    q: Float[Array, " n_actions"]


class Latents(eqx.Module):
    """Value of the answer; error of the step under the target copy; values of all answers; hidden units."""

    value: Float[Array, ""]
    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]
    hidden1: Float[Array, " n"]
    hidden2: Float[Array, " n"]


@dataclass(frozen=True)
class DQN(Learner):
    """Deep Q-learning with two layers of `hidden` units."""

    spaces: Spaces
    hidden: int = option(50, "units of each of two layers", low=1)
    capacity: int = option(5_000, "number of experiences in the replay memory; 0 learns from new ones only", low=0)
    batch: int = option(32, "experiences drawn for one update", low=1)
    copy_every: int = option(100, "number of updates between copies of the target network", low=1)
    double: bool = option(False, "whether the online network chooses the action that the target network evaluates")

    card: ClassVar[Card] = Card(
        title="Deep Q-learning (DQN)",
        summary="A network learns the values of actions from replayed experience while it acts. The standard deep "
        "reinforcement learner for discrete actions.",
        refs=("mnih2015", "vanhasselt2016", "neftci2019"),
        tags=("network", "deep-rl", "replay", "value"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        vector_size(spaces)  # raises DoesNotFit where the observations are not vectors
        return cls(spaces)

    @property
    def draws_in_private(self) -> bool:
        """What is replayed is drawn."""
        return self.capacity > 0

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        sizes = (vector_size(self.spaces), self.hidden, self.hidden, self.spaces.discrete_action().n)
        return Params(layers=dense_layers(jax.random.key(0) if key is None else key, sizes))

    def begin(self, key: PRNGKeyArray, params: Params) -> tuple[Learned, Actor]:
        first, last = params.layers[0].bias, params.layers[-1].bias
        actor = Actor(jnp.zeros_like(first), jnp.zeros_like(first), jnp.zeros_like(last))
        seen, number = jnp.zeros(vector_size(self.spaces), first.dtype), jnp.zeros((), first.dtype)
        one = Experience(seen, jnp.asarray(0, jnp.int32), number, number, seen)
        memory = empty_ring(one, self.capacity) if self.capacity else None
        adam = _adam(params).init(params.layers)
        learned = Learned(Weights(params.layers, params.layers), adam, jnp.asarray(0, jnp.int32), memory, key)
        return learned, actor

    def weights(self, learner: Learned) -> Weights:
        return learner.weights

    def perceive(
        self, params: Params, weights: Weights, actor: Actor, obs: Array, touch: Touch
    ) -> tuple[Actor, Categorical]:
        seen = vector(self.spaces, obs, actor.q.dtype)
        now, legal = _forward(weights.online, seen, touch), legal_at(self.spaces, seen)
        return now, Categorical(value_logits(now.q, legal, jnp.ones(()), params.epsilon, greedy=True))

    def observe(
        self, params: Params, weights: Weights, actor: Actor, transition: Transition
    ) -> tuple[Actor, Experience, Latents]:
        dtype = actor.q.dtype
        experience = Experience(
            vector(self.spaces, transition.obs, dtype),
            transition.action.astype(jnp.int32),
            (transition.reward + transition.stim).astype(dtype),
            transition.discount.astype(dtype),
            vector(self.spaces, transition.next_obs, dtype),
        )
        value = _at(actor.q, transition.action)
        rpe = self._goal(params, weights, experience) - value
        return actor, experience, Latents(value, rpe, actor.q, actor.hidden1, actor.hidden2)

    # Compiled as one program where nothing around it is; inside a compiled session `inline` makes it part of that.
    @partial(jax.jit, static_argnums=0, inline=True)
    def learn(self, params: Params, learner: Learned, experiences: Experience) -> Learned:
        memory, key, weights = learner.memory, learner.key, learner.weights
        if memory is not None:
            key, now = jax.random.split(key)
            n = experiences.reward.shape[0]
            memory = push(memory, experiences)
            experiences = draw(now, memory, self.batch, spare=n)
        goals = jax.lax.stop_gradient(jax.vmap(lambda e: self._goal(params, weights, e))(experiences))

        def loss(layers: tuple[Layer, ...]) -> Float[Array, ""]:
            q = _forward(layers, experiences.obs, untouched).q
            return optax.huber_loss(jax.vmap(_at)(q, experiences.action), goals).mean()

        change, adam = _adam(params).update(jax.grad(loss)(weights.online), learner.adam)
        online = jax.tree.map(jnp.add, weights.online, change)
        updates = learner.updates + 1
        copied = updates % self.copy_every == 0
        target = jax.tree.map(lambda new, old: jnp.where(copied, new, old), online, weights.target)
        return Learned(Weights(online, target), adam, updates, memory, key)

    def _goal(self, params: Params, weights: Weights, e: Experience) -> Float[Array, ""]:
        """What the value of the answer should have been, reward units."""
        legal = legal_at(self.spaces, e.next_obs)
        q = _forward(weights.target, e.next_obs, untouched).q
        if self.double:
            online = _forward(weights.online, e.next_obs, untouched).q
            best = _at(q, jnp.argmax(jnp.where(legal, online, -jnp.inf)))
        else:
            best = best_value(q, legal)
        return e.reward + params.gamma * e.discount * best


def _forward(layers: tuple[Layer, ...], seen: Float[Array, "*batch n_in"], touch: Touch) -> Actor:
    hidden1 = touch("hidden1", jax.nn.relu(dense(layers[0], seen)))
    hidden2 = touch("hidden2", jax.nn.relu(dense(layers[1], hidden1)))
    return Actor(hidden1, hidden2, dense(layers[2], hidden2))


def _at(q: Float[Array, " n"], action: Int[Array, ""]) -> Float[Array, ""]:
    """The value of one answer, without a gather."""
    return jnp.sum(jnp.where(jnp.arange(q.shape[0]) == action, q, 0.0))


def _adam(params: Params) -> Any:
    return optax.adam(params.rate, eps_root=1e-16)


AGENT = DQN
