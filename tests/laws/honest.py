"""A small honest agent and a small honest task; each cheat changes one thing."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Interval, param, unit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.testing import Report


class Nothing(eqx.Module):
    pass


@dataclass(frozen=True)
class Arms(Task):
    card: ClassVar[Card] = Card(title="Two arms", summary="A small honest task.")
    paid: float = 1.0

    @property
    def spaces(self) -> Spaces:
        return Spaces(Discrete(("choice",)), Discrete(("left", "right")), (0.0, 1.0))

    def params(self) -> Nothing:
        return Nothing()

    def reset(self, key, params):
        return Nothing(), jnp.asarray(0, jnp.int32)

    def step(self, key, params, state, action):
        pays = jax.random.uniform(key) < jnp.array([0.8, 0.2])[action]
        zero = jnp.zeros(())
        return state, Outcome(jnp.asarray(0, jnp.int32), self.paid * pays, zero, zero, Nothing())


class Params(eqx.Module):
    alpha: Any = param(0.4, unit, symbol="α", doc="learning rate")
    beta: Any = param(5.0, Interval(0, 20), symbol="β", doc="inverse temperature")


class Said(eqx.Module):
    rpe: Any


@dataclass(frozen=True)
class Learner(Agent):
    """Q-learning with two parameters."""

    card: ClassVar[Card] = Card(title="Learner", summary="A small honest agent.")

    @classmethod
    def for_spaces(cls, spaces):
        return cls()

    def params(self, key=None):
        return Params()

    def init(self, key, params):
        return jnp.zeros(2)

    def act(self, params, state, obs):
        return state, Categorical(params.beta * state)

    def update(self, params, state, transition):
        rpe = transition.reward - state[transition.action]
        return state.at[transition.action].add(params.alpha * rpe), Said(rpe)


def broken(report: Report) -> set[str]:
    return {result.law for result in report.broken}
