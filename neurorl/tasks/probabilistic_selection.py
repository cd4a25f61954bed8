"""Probabilistic selection: learn from three pairs of signs, then choose among all of them without being told.

In training one of the pairs AB, CD, EF is shown and one of its signs is taken; A pays 1 with probability 0.8, B with
0.2, C and D with 0.7 and 0.3, E and F with 0.6 and 0.4. Each pair comes `trials_per_pair` times (200), once in every
round of three, in random order. Then follow `test_rounds` rounds (4) in which each of the 15 pairs of the six signs is
shown once and no outcome is shown: these steps have `informed` False and observations that end in "_untold"; their
choices are scored, and no agent learns from them. A subject that takes A wherever it is shown has learned from reward,
one that avoids B from its absence (Frank, Seeberger & O'Reilly 2004).

Departs from the paper: fixed rounds instead of blocks of sixty trials to a criterion; signs have no side.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.ops.arms import pull
from neurorl.ops.options import UNTOLD

SIGNS = ("A", "B", "C", "D", "E", "F")
TRAINING = ((0, 1), (2, 3), (4, 5))
TEST = tuple(combinations(range(len(SIGNS)), 2))
_SHOWN = (*TRAINING, *TEST)  # by observation code


class Params(eqx.Module):
    p_reward: Float[Array, "6"] = eqx.field(default=(0.8, 0.2, 0.7, 0.3, 0.6, 0.4), converter=jnp.asarray)
    trials_per_pair: Int[Array, ""] = eqx.field(default=200, converter=jnp.asarray)
    test_rounds: Int[Array, ""] = eqx.field(default=4, converter=jnp.asarray)


class State(eqx.Module):
    trial: Int[Array, ""]  # from 0, training and test together
    order: Float[Array, " n_test"]  # pairs of this round come in the order of these numbers
    obs: Int[Array, ""]


@dataclass(frozen=True)
class ProbabilisticSelection(Task):
    """Three training pairs with feedback, then all pairs without."""

    card: ClassVar[Card] = Card(
        title="Probabilistic selection",
        summary="Three pairs of signs with different reward probabilities, then all pairs of signs without feedback: "
        "distinguishes learning what to choose from learning what to avoid.",
        refs=("frank2004", "collins2014"),
        tags=("bandit", "dopamine", "transfer"),
    )

    @property
    def spaces(self) -> Spaces:
        told, untold = (
            tuple(f"{SIGNS[a]}_or_{SIGNS[b]}{end}" for a, b in pairs) for pairs, end in ((TRAINING, ""), (TEST, UNTOLD))
        )
        legal = tuple(tuple(i in pair for i in range(len(SIGNS))) for pair in _SHOWN)
        informed = (*[True] * len(TRAINING), *[False] * len(TEST))
        return Spaces(Discrete((*told, *untold)), Discrete(SIGNS), (0.0, 1.0), legal=legal, informed=informed)

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        state = _begun(params, jnp.asarray(0, jnp.int32), jax.random.uniform(key, (len(TEST),)))
        return state, state.obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        u = jax.random.uniform(key, (1 + len(TEST),))
        offered = self.spaces.legal_table()[state.obs]
        told = state.obs < len(TRAINING)
        trial = state.trial + 1
        order = jnp.where(_position(params, trial) == 0, u[1:], state.order)
        after = _begun(params, trial, order)
        outcome = pull(u[0], jnp.where(offered & told, params.p_reward, 0.0), action, after.obs)
        best = jnp.argmax(jnp.where(offered, params.p_reward, -1.0)).astype(jnp.int32)
        return after, replace(outcome, truth=replace(outcome.truth, best=best), informed=told)

    def over(self, params: Params, state: State) -> Bool[Array, ""]:
        return state.trial >= _training(params) + len(TEST) * params.test_rounds


def _training(params: Params) -> Int[Array, ""]:
    return len(TRAINING) * params.trials_per_pair


def _position(params: Params, trial: Int[Array, ""]) -> Int[Array, ""]:
    """How far a trial is in its round, from 0."""
    past = trial - _training(params)
    return jnp.where(past < 0, trial % len(TRAINING), past % len(TEST))


def _begun(params: Params, trial: Int[Array, ""], order: Float[Array, " n_test"]) -> State:
    """The state as a trial begins: the pair that is next in the order of the round is shown."""
    training = trial < _training(params)
    among = jnp.where(training & (jnp.arange(len(TEST)) >= len(TRAINING)), jnp.inf, order)
    rank = jnp.sum(among[:, None] > among[None, :], axis=1)
    pair = jnp.argmax(rank == _position(params, trial))
    return State(trial, order, jnp.where(training, pair, len(TRAINING) + pair).astype(jnp.int32))


TASK = ProbabilisticSelection()
