"""A bandit with delayed outcomes: the reward of choice k is paid at trial k + `delay`.

A trial shows one of `n_problems` problems at random and asks for the left or the right arm. One arm of each problem
earns 1 with probability `p_good`, the other with `p_bad`; which is which is drawn at the start of a session. The reward
on a trial belongs to the choice `delay` trials before, most likely on another problem, so that it is independent of the
choice just made (after the interleaved choices of Neftci & Averbeck 2019, "remembered over time"; Walton et al. 2010).

Departs from the papers, which name no such task: its numbers are ours.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome


class Params(eqx.Module):
    delay: Int[Array, ""] = eqx.field(default=3, converter=jnp.asarray)  # trials, 0 to `longest`
    p_good: Float[Array, ""] = eqx.field(default=0.9, converter=jnp.asarray)
    p_bad: Float[Array, ""] = eqx.field(default=0.1, converter=jnp.asarray)


class State(eqx.Module):
    problem: Int[Array, ""]
    left_is_good: Bool[Array, " problems"]
    due: Float[Array, " longest+1"]  # what is to be paid on this trial, the next, ...


class Truth(eqx.Module):
    """The better arm of the problem that was shown (0 left, 1 right), and what this choice earned."""

    best: Int[Array, ""]
    earned: Float[Array, ""]


@dataclass(frozen=True)
class DelayedBandit(Task):
    """Bandit with `n_problems` interleaved problems and outcomes up to `longest` trials late."""

    n_problems: int = 4
    longest: int = 6

    card: ClassVar[Card] = Card(
        title="Bandit with delayed outcomes",
        summary="Each reward belongs to a choice some trials before, with choices about other problems in between. "
        "Tests credit assignment over time.",
        refs=("neftci2019", "walton2010"),
        tags=("bandit", "credit", "traces"),
    )

    def __post_init__(self) -> None:
        if self.n_problems < 1 or self.longest < 0:
            raise BadValue(
                f"n_problems is {self.n_problems} and longest is {self.longest}, but they must be at least 1 and 0."
            )

    @property
    def spaces(self) -> Spaces:
        problems = tuple(f"problem_{i + 1}" for i in range(self.n_problems))
        return Spaces(Discrete(problems), Discrete(("left", "right")), (0.0, 1.0))

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        u = jax.random.uniform(key, (1 + self.n_problems,))
        state = State(self._problem(u[0]), u[1:] < 0.5, jnp.zeros(self.longest + 1))
        return state, state.problem

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (2,))
        left_is_good = jnp.any(state.left_is_good & (jnp.arange(self.n_problems) == state.problem))
        p = jnp.where((action == 0) == left_is_good, params.p_good, params.p_bad)
        earned = (u[0] < p).astype(state.due.dtype)
        due = jnp.where(jnp.arange(self.longest + 1) == params.delay, earned, state.due)
        after = State(self._problem(u[1]), state.left_is_good, jnp.append(due[1:], 0.0))
        outcome = Outcome(
            obs=after.problem,
            reward=due[0],
            discount=jnp.zeros_like(earned),
            stim=jnp.zeros_like(earned),
            truth=Truth((~left_is_good).astype(jnp.int32), earned),
        )
        return after, outcome

    def _problem(self, u: Float[Array, ""]) -> Int[Array, ""]:
        return jnp.floor(u * self.n_problems).astype(jnp.int32)


TASK = DelayedBandit()
