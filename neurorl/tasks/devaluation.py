"""Devaluation: lever presses for food, devaluation of the food, and a test in extinction.

A trial has two steps: at the levers one presses one or rests, then one takes what came. A session has three phases:

1. training, `training` trials: lever i brings outcome i with probability `p_outcome`, and taking it pays 1;
2. devaluation, `feeding` trials in the home cage: the outcomes are found without pressing, in turn, and now pay
   `worth_after`: 0 for one that was devalued (the animal is sated with it, or was made ill by it);
3. test, for as long as the loop asks: the levers are back and bring nothing (extinction), so that only
   earlier learning distinguishes a lever with a devalued outcome from one with a valued outcome.

Resting brings nothing. One lever and one outcome is the schedule of Adams & Dickinson; with `levers=2` each has its own
outcome (Colwill & Rescorla 1985), of which the first is devalued. For the group whose food keeps its worth set
`worth_after` to 1.

Departs from the papers: presses are trials, one press each; there is no interval or ratio schedule other than
`p_outcome`; outcomes are paid at once.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.instrumental import Instrumental, instrumental_spaces

TRAINING, FEEDING, TEST = range(3)
_CAGE = 1  # observation code; the levers are 0


class Params(eqx.Module):
    worth_after: Float[Array, " levers"] = eqx.field(converter=jnp.asarray)  # of each outcome, reward units
    training: Int[Array, ""] = eqx.field(default=100, converter=jnp.asarray)  # trials
    feeding: Int[Array, ""] = eqx.field(default=10, converter=jnp.asarray)  # trials
    p_outcome: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # of a press in training


class State(eqx.Module):
    obs: Int[Array, ""]
    trial: Int[Array, ""]


class Truth(eqx.Module):
    """Trial of the session and its phase (0 training, 1 devaluation, 2 test)."""

    trial: Int[Array, ""]
    phase: Int[Array, ""]


@dataclass(frozen=True)
class Devaluation(Task):
    """Devaluation with this many `levers`, each with its own outcome."""

    levers: int = 1

    card: ClassVar[Card] = Card(
        title="Outcome devaluation",
        summary="Training with food, devaluation of the food, and a test in extinction: continued presses show a "
        "habit, reduced presses goal-directed control.",
        refs=("adams1982", "balleine1998", "colwill1985", "daw2005"),
        tags=("habit", "devaluation", "instrumental", "model-based", "deterministic"),
    )

    @property
    def spaces(self) -> Spaces:
        return instrumental_spaces(self.levers)

    def params(self) -> Params:
        return Params(worth_after=jnp.where(jnp.arange(self.levers) == 0, 0.0, 1.0))

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        trial = jnp.asarray(0, jnp.int32)
        obs = self._begin(params, trial)
        return State(obs, trial), obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        layout, found = Instrumental.of(self.spaces), jnp.asarray(Instrumental.of(self.spaces).found, jnp.int32)
        phase = _phase(params, state.trial)
        begins = state.obs <= _CAGE

        pays_off = (phase == TRAINING) & (action < self.levers) & (jax.random.uniform(key) < params.p_outcome)
        brought = jnp.where(pays_off, found[jnp.clip(action, 0, self.levers - 1)], found[-1])
        offered = found[(state.trial - params.training).astype(jnp.int32) % self.levers]
        arrives = jnp.where(layout.at_levers(state.obs), brought, offered)

        worth = jnp.where(phase == TRAINING, jnp.ones_like(params.worth_after), params.worth_after)
        reward = jnp.sum(layout.what(state.obs)[:-1] * worth)
        trial = state.trial + ~begins
        obs = jnp.where(begins, arrives, self._begin(params, trial)).astype(jnp.int32)
        outcome = Outcome(
            obs=obs,
            reward=reward,
            discount=begins.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(state.trial, phase),
        )
        return State(obs, trial), outcome

    def _begin(self, params: Params, trial: Int[Array, ""]) -> Int[Array, ""]:
        """What a trial begins with: the levers or the home cage."""
        return jnp.where(_phase(params, trial) == FEEDING, _CAGE, 0).astype(jnp.int32)


def _phase(params: Params, trial: Int[Array, ""]) -> Int[Array, ""]:
    fed = trial >= params.training + params.feeding
    return (trial >= params.training).astype(jnp.int32) + fed.astype(jnp.int32)


TASK = Devaluation()
