"""Ways for experience to reach a learner, each written once for every `Learner` (Neftci & Averbeck 2019, Fig. 1).

- `copies(agent, n)`: n bodies, one learner, one `learn` a tick, for the task `Copies(task, n)`;
- `batches(agent, k)`: one `learn` for each k experiences, in the order in which they came;
- `replayed(agent, n, capacity)`: each `learn` takes n experiences drawn from the last `capacity`;
- `lagged(agent, k)`: actors act on the weights of k updates ago (A3C, Mnih et al. 2016; IMPALA, Espeholt et al. 2018);
- `frozen(agent)`: nothing is learned (a probe, a test);
- `carried(agent)`: a session begins with what was learned before.

All but `copies` return a `Learner` and may be nested: `lagged(replayed(agent, 32), 8)`. `copies` comes last. With 1
copy, batches of 1, 0 replayed beside the new experience, or lag 0 the learner is as it was.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.learner import AroundLearner, Learner, Streams
from neurorl.core.policy import Policy
from neurorl.core.ring import Ring, draw, empty_ring, last, push
from neurorl.core.types import Transition
from neurorl.core.units import Touch, untouched
from neurorl.core.wrapped import AroundAgent
from neurorl.loop.shared import Policies, Seen, keys_of

_DRAWS = 1  # folded into the session's key for draws from memory, so that the learner's own key is as before


@dataclass(frozen=True)
class Frozen(AroundLearner):
    """A learner that does not learn."""

    def learn(self, params: Any, learner: Any, experiences: Any) -> Any:
        return learner


class From(eqx.Module):
    """The parameters of a learner, and what it has learned before the session."""

    inner: Any
    learner: Any


@dataclass(frozen=True)
class Carried(AroundLearner):
    """A learner that begins with `params.learner`."""

    def params(self, key: PRNGKeyArray | None = None) -> From:
        """The learner's parameters, and nothing learned yet."""
        inner = self.agent.params(key)
        return From(inner, self.agent.begin(jax.random.key(0) if key is None else key, inner)[0])

    def begin(self, key: PRNGKeyArray, params: From) -> tuple[Any, Any]:
        return params.learner, self.agent.begin(key, params.inner)[1]

    def perceive(self, params: From, weights: Any, actor: Any, obs: Any, touch: Touch) -> tuple[Any, Policy]:
        return self.agent.perceive(params.inner, weights, actor, obs, touch)

    def observe(self, params: From, weights: Any, actor: Any, transition: Transition) -> tuple[Any, Any, Any]:
        return self.agent.observe(params.inner, weights, actor, transition)

    def learn(self, params: From, learner: Any, experiences: Any) -> Any:
        return self.agent.learn(params.inner, learner, experiences)


class Stored(eqx.Module):
    """A learner and the experiences that it is given later, or again."""

    learner: Any
    ring: Ring
    key: PRNGKeyArray | None = None  # of the draws still to come


@dataclass(frozen=True)
class Batches(AroundLearner):
    """A learner that is given `k` experiences at a time."""

    k: int

    def begin(self, key: PRNGKeyArray, params: Any) -> tuple[Stored, Any]:
        learner, actor = self.agent.begin(key, params)
        return Stored(learner, empty_ring(self.agent.experience(params), self.k)), actor

    def weights(self, learner: Stored) -> Any:
        return self.agent.weights(learner.learner)

    def learn(self, params: Any, learner: Stored, experiences: Any) -> Stored:
        n = _number(experiences)
        if self.k % n:
            raise BadValue(
                f"Batches of {self.k} experiences are not a whole number of ticks of {n}; choose a multiple."
            )
        ring = push(learner.ring, experiences)
        after = jax.lax.cond(
            ring.met % self.k == 0,
            lambda: self.agent.learn(params, learner.learner, last(ring, self.k)),
            lambda: learner.learner,
        )
        return Stored(after, ring)


@dataclass(frozen=True)
class Replayed(AroundLearner):
    """A learner that is given `n` remembered experiences, and the new ones too with `fresh`."""

    n: int
    capacity: int
    fresh: bool

    @property
    def draws_in_private(self) -> bool:
        """What is replayed is drawn."""
        return self.n > 0 or self.agent.draws_in_private

    def begin(self, key: PRNGKeyArray, params: Any) -> tuple[Stored, Any]:
        learner, actor = self.agent.begin(key, params)
        ring = empty_ring(self.agent.experience(params), self.capacity)
        return Stored(learner, ring, jax.random.fold_in(key, _DRAWS)), actor

    def weights(self, learner: Stored) -> Any:
        return self.agent.weights(learner.learner)

    def learn(self, params: Any, learner: Stored, experiences: Any) -> Stored:
        m = _number(experiences)
        if m > self.capacity:
            raise BadValue(f"A memory of {self.capacity} experiences does not hold the {m} of one tick; enlarge it.")
        ring, key = push(learner.ring, experiences), learner.key
        given = experiences
        if self.n and key is not None:
            key, now = jax.random.split(key)
            given = draw(now, ring, self.n, spare=m)
            if self.fresh:
                given = jax.tree.map(lambda new, old: jnp.concatenate([new.astype(old.dtype), old]), experiences, given)
        return Stored(self.agent.learn(params, learner.learner, given), ring, key)


class Delayed(eqx.Module):
    """A learner, its weights before each of the last k updates, and the number of updates."""

    learner: Any
    past: Any
    updates: Int[Array, ""]


@dataclass(frozen=True)
class Lagged(AroundLearner):
    """A learner whose actors act on the weights of `k` updates ago, at first on the initial ones."""

    k: int

    def begin(self, key: PRNGKeyArray, params: Any) -> tuple[Delayed, Any]:
        learner, actor = self.agent.begin(key, params)
        past = jax.tree.map(lambda leaf: jnp.stack([leaf] * self.k), self.agent.weights(learner))
        return Delayed(learner, past, jnp.asarray(0, jnp.int32)), actor

    def weights(self, learner: Delayed) -> Any:
        at = learner.updates % self.k
        return jax.tree.map(lambda leaf: jax.lax.dynamic_index_in_dim(leaf, at, keepdims=False), learner.past)

    def learn(self, params: Any, learner: Delayed, experiences: Any) -> Delayed:
        after = self.agent.learn(params, learner.learner, experiences)
        at, now = learner.updates % self.k, self.agent.weights(learner.learner)
        past = jax.tree.map(lambda past, new: past.at[at].set(new), learner.past, now)
        return Delayed(after, past, learner.updates + 1)


@dataclass(frozen=True)
class Bodies(AroundAgent, Agent):
    """One learner for `n` bodies, for the task `Copies(task, n)`."""

    agent: Learner
    n: int
    card: ClassVar[Card] = Card(title="One learner for several bodies", summary="One update a tick from all of them.")
    INSTEAD: ClassVar[str] = "One learner for several bodies is made from another learner: copies(agent, n)."

    def init(self, key: PRNGKeyArray, params: Any) -> Streams:
        learner, _ = self.agent.begin(key, params)
        return Streams(learner, jax.vmap(lambda key: self.agent.begin(key, params)[1])(keys_of(key, self.n)))

    def act(self, params: Any, state: Streams, obs: Seen) -> tuple[Streams, Policies]:
        if obs.live is not None:
            raise DoesNotFit(
                "Sessions of this task end by themselves, at another time for each copy, and a learner takes one "
                "experience from each copy at each tick. Let the session go on (trials=0) or learn on behaviour."
            )
        weights = self.agent.weights(state.learner)
        actors, policies = jax.vmap(lambda a, o: self.agent.perceive(params, weights, a, o, untouched))(
            state.actor, obs.obs
        )
        return Streams(state.learner, actors), Policies(policies, self.n)

    def update(self, params: Any, state: Streams, transition: Transition) -> tuple[Streams, Any]:
        if transition.informed is not None:
            raise DoesNotFit(
                "This task has steps that show no outcome, and a learner takes one experience from each copy at each "
                "tick; learn on behaviour."
            )
        each = replace(transition, obs=transition.obs.obs, next_obs=transition.next_obs.obs)
        weights = self.agent.weights(state.learner)
        actors, experiences, latents = jax.vmap(lambda a, t: self.agent.observe(params, weights, a, t))(
            state.actor, each
        )
        return Streams(self.agent.learn(params, state.learner, experiences), actors), latents


def copies(agent: Learner, n: int) -> Bodies:
    """The learner with `n` bodies, for the task `Copies(task, n)`; `learn(..., Parallel(n))` makes both.

    At each tick all bodies answer with the same weights; then the learner learns once from their n experiences.
    """
    return Bodies(_learner(agent, "copies"), _at_least(n, 1, "copies"))


def batches(agent: Learner, k: int) -> Batches:
    """The learner that waits for `k` experiences and then learns once from all of them."""
    return Batches(_learner(agent, "batches"), _at_least(k, 1, "experiences in a batch"))


def replayed(agent: Learner, n: int = 32, capacity: int = 5_000, *, fresh: bool = False) -> Replayed:
    """The learner that learns from remembered experiences.

    Args:
        agent: who learns.
        n: experiences drawn for each update, with replacement; 0 gives it the new ones alone.
        capacity: how many of the last experiences are remembered. With m bodies the m oldest are never drawn.
        fresh: whether it is given the new experiences beside those drawn.
    """
    _at_least(capacity, 1, "experiences of memory")
    return Replayed(_learner(agent, "replayed"), _at_least(n, 0, "experiences replayed"), capacity, fresh)


def lagged(agent: Learner, k: int) -> Learner:
    """The learner whose actors have the weights of `k` updates ago; k = 0 is the learner itself."""
    _at_least(k, 0, "updates of lag")
    return Lagged(_learner(agent, "lagged"), k) if k else agent


def frozen(agent: Learner) -> Frozen:
    """The learner whose weights stay as they are, for a test or a probe; actors (activity, traces) go on."""
    return Frozen(_learner(agent, "frozen"))


def carried(agent: Learner) -> Carried:
    """The learner whose sessions begin with what was learned before: `From(params, learner)` are its parameters."""
    return Carried(_learner(agent, "carried"))


def _learner(agent: Any, name: str) -> Learner:
    if not isinstance(agent, Learner):
        raise DoesNotFit(
            f"{name} takes a Learner (neurorl.core.learner), and {type(agent).__name__} is not one. Any agent learns "
            "from copies, in batches or from memory by neurorl.loop.learn(..., Parallel(n))."
        )
    return agent


def _number(experiences: Any) -> int:
    return jax.tree.leaves(experiences)[0].shape[0]


def _at_least(value: int, least: int, what: str) -> int:
    if value < least:
        raise BadValue(f"The number of {what} is {value}, but must be at least {least}.")
    return value
