"""A task and an agent of a few numbers, on which algorithms are checked."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome, Transition


class Truth(eqx.Module):
    """A coin that is tossed at each step and has no effect, times the params of the task."""

    coin: Float[Array, ""]


@dataclass(frozen=True)
class Signals(Task):
    """One of two signals is shown; the answer of the same number pays 1, the other one 0. A trial is one step."""

    card: ClassVar[Card] = Card(title="Two signals", summary="Each of two signals asks for its own answer.")

    @property
    def spaces(self) -> Spaces:
        return Spaces(Discrete(("a", "b")), Discrete(("left", "right")), (0.0, 1.0))

    def params(self) -> Float[Array, ""]:
        return jnp.asarray(1.0)

    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[Int[Array, ""], Int[Array, ""]]:
        signal = jax.random.bernoulli(key).astype(jnp.int32)
        return signal, signal

    def step(self, key: PRNGKeyArray, params: Any, state: Any, action: Any) -> tuple[Any, Outcome]:
        shown, coin = jax.random.bernoulli(key, shape=(2,))
        signal = shown.astype(jnp.int32)
        zero = jnp.zeros(())
        return signal, Outcome(signal, (action == state).astype(zero.dtype), zero, zero, Truth(coin * params))


class Weights(eqx.Module):
    """For each signal, the logits of the answers and a value."""

    logits: Float[Array, "2 2"]
    value: Float[Array, " 2"]


class Latents(eqx.Module):
    """The value that an actor-critic reads."""

    value: Float[Array, ""]


@dataclass(frozen=True)
class Table(Agent):
    """Logits and a value for each signal."""

    card: ClassVar[Card] = Card(title="Table of logits", summary="Logits and a value for each of two signals.")

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls()

    def params(self, key: PRNGKeyArray | None = None) -> Weights:
        key = jax.random.key(0) if key is None else key
        return Weights(0.01 * jax.random.normal(key, (2, 2)), jnp.zeros(2))

    def init(self, key: PRNGKeyArray, params: Weights) -> Float[Array, ""]:
        return jnp.zeros(())  # the value of what was seen last

    def act(self, params: Weights, state: Any, obs: Any) -> tuple[Any, Categorical]:
        return params.value[obs], Categorical(params.logits[obs])

    def update(self, params: Weights, state: Any, transition: Transition) -> tuple[Any, Latents]:
        return state, Latents(state)
