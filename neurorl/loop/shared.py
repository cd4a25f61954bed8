"""Several copies of a task that feed one learner, written as a task and an agent for the one loop.

At each step all copies are answered by the same policy; then the learner learns from their transitions in turn.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.informed import updated
from neurorl.core.policy import Policy
from neurorl.core.ring import went_on
from neurorl.core.types import Outcome, Transition
from neurorl.core.wrapped import AroundAgent, AroundTask
from neurorl.loop.run import choose


class Seen(eqx.Module):
    """What the copies show, and which of their sessions go on (None where none ever ends)."""

    obs: Any
    live: Bool[Array, " copies"] | None


class Policies(eqx.Module):
    """One policy a copy, as one policy: it draws [copies] answers and gives each its log-probability."""

    each: Any
    n: int = eqx.field(static=True)

    def sample(self, key: PRNGKeyArray) -> Any:
        return jax.vmap(lambda policy, key: policy.sample(key))(self.each, keys_of(key, self.n))

    def log_prob(self, action: Any) -> Float[Array, " copies"]:
        return jax.vmap(lambda policy, action: policy.log_prob(action))(self.each, action)

    def entropy(self) -> Float[Array, " copies"]:
        return jax.vmap(lambda policy: policy.entropy())(self.each)


@dataclass(frozen=True)
class Copies(AroundTask):
    """`n` copies of a task with the same settings and luck of their own; a copy whose session is over stands still."""

    n: int

    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Seen]:
        states, obs = jax.vmap(self.task.reset, (0, None))(keys_of(key, self.n), params)
        seen = self._seen(params, states, obs)
        return (states, seen), seen

    def step(self, key: PRNGKeyArray, params: Any, state: Any, action: Any) -> tuple[Any, Outcome]:
        before, seen = state
        keys = keys_of(key, self.n)
        states, outcome = jax.vmap(self.task.step, (0, None, 0, 0))(keys, params, before, action)
        obs = outcome.obs
        if seen.live is not None:
            states, obs = jax.vmap(choose)(seen.live, (states, obs), (before, seen.obs))
        seen = self._seen(params, states, obs)
        return (states, seen), replace(outcome, obs=seen)

    def over(self, params: Any, state: Any) -> Bool[Array, ""]:
        live = state[1].live
        return jnp.asarray(False) if live is None else ~live.any()

    def _seen(self, params: Any, states: Any, obs: Any) -> Seen:
        return Seen(obs, ~jax.vmap(self.task.over, (None, 0))(params, states) if self.ends else None)


@dataclass(frozen=True)
class Shared(AroundAgent, Agent):
    """One learner for `n` copies."""

    agent: Agent
    n: int
    card: ClassVar[Card] = Card(title="One learner for several copies", summary="Answers all, then learns in turn.")
    INSTEAD: ClassVar[str] = "A learner that is shared by copies is made from another agent: `Parallel(n)`."

    def act(self, params: Any, state: Any, obs: Seen) -> tuple[Any, Policies]:
        return state, Policies(jax.vmap(lambda one: answer(self.agent, params, state, one))(obs.obs), self.n)

    def update(self, params: Any, state: Any, transition: Transition) -> tuple[Any, Any]:
        seen, after = transition.obs, transition.next_obs
        return in_turn(self.agent, params, state, replace(transition, obs=seen.obs, next_obs=after.obs), seen.live)


def answer(agent: Agent, params: Any, state: Any, obs: Any) -> Policy:
    """The agent's policy; `DoesNotFit` where answering changes its state, which is known when it is traced."""
    after, policy = agent.act(params, state, obs)
    if any(a is not b for a, b in zip(jax.tree.leaves(after), jax.tree.leaves(state), strict=True)):
        raise DoesNotFit(
            f"{type(agent).__name__} changes its state while it answers (it keeps something of what it sees), so that "
            "its experience must come in one unbroken stream; let it learn on behaviour."
        )
    return policy


def in_turn(
    agent: Agent, params: Any, state: Any, transitions: Transition, happened: Bool[Array, " n"] | None = None
) -> tuple[Any, Any]:
    """Learn from transitions [n] one after the other, but not from those that did not happen.

    Returns:
        the state afterwards, and latents [n].
    """

    def learn(state: Any, row: tuple[Transition, Any]) -> tuple[Any, Any]:
        transition, here = row
        if here is None:
            return updated(agent, params, state, transition)
        # A missing reward is NaN, and a NaN would survive `choose` in the gradient.
        transition = replace(transition, reward=jnp.where(here, transition.reward, 0.0))
        after, latents = updated(agent, params, state, transition)
        return went_on(here, after, state), latents

    return jax.lax.scan(learn, state, (transitions, happened))


def keys_of(key: PRNGKeyArray, n: int) -> PRNGKeyArray:
    """A key for each copy; a single copy has the key itself, so that it meets the luck of the task alone."""
    return key[None] if n == 1 else jax.random.split(key, n)
