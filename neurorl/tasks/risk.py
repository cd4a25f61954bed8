"""A safe and a risky arm, the task in which dopamine was overridden (Wang et al. 2018, simulation 6, Fig. 7).

A trial: *fixation* (only the centre is accepted), then one or both arms are shown. The safe arm always pays 1; the
risky one pays 4 with probability 0.125 (the safe arm is better) or 0.5 (the risky arm is better). Which of the two
probabilities holds and on which side the risky arm stands are drawn at the start of a session and stay.
The first ten trials are *forced*: one arm is shown and the other side is not accepted; they come in pairs, each pair
showing both sides in random order. All later trials are *free*. A session of the paper has 20 free trials, 60 steps
in all. A response that a step does not accept costs 1 and pulls nothing; time goes on.

After the rats' task of Stopper et al. 2014.

Departs from the paper: how forced trials are shown and what follows an invalid response are not stated there; the
rules above are ours.
"""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome

FIXATION, BOTH, ONLY_LEFT, ONLY_RIGHT = range(4)  # observation codes
NOTHING, SAFE, RISKY = -1, 0, 1  # what was pulled


class Params(eqx.Module):
    p_large: Float[Array, " k"] = eqx.field(  # a session draws one of these
        default_factory=lambda: jnp.asarray([0.125, 0.5]), converter=jnp.asarray
    )
    reward_safe: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)  # reward units
    reward_large: Float[Array, ""] = eqx.field(default=4.0, converter=jnp.asarray)
    cost_invalid: Float[Array, ""] = eqx.field(default=1.0, converter=jnp.asarray)


class State(eqx.Module):
    obs: Int[Array, ""]
    trial: Int[Array, ""]
    p_large: Float[Array, ""]
    risky_is_left: Bool[Array, ""]
    left_first: Bool[Array, " pairs"]  # whether the first forced trial of each pair shows the left arm


class Truth(eqx.Module):
    """Chance that the risky arm pays, its side, and what was pulled: 0 safe, 1 risky, -1 nothing."""

    p_large: Float[Array, ""]
    risky_is_left: Bool[Array, ""]
    pulled: Int[Array, ""]


@dataclass(frozen=True)
class Risk(Task):
    """Safe or risky arm; a session begins with `pairs` pairs of forced trials."""

    pairs: int = 5

    card: ClassVar[Card] = Card(
        title="Risk: a safe and a risky arm",
        summary="A certain small reward or an uncertain large one, whose probability must be learned anew in each "
        "session. Shows the effect of stimulating or blocking dopamine on choices.",
        refs=("wang2018:simulation 6", "stopper2014"),
        tags=("bandit", "risk", "dopamine", "meta-rl"),
    )

    @property
    def spaces(self) -> Spaces:
        return Spaces(
            obs=Discrete(("fixation", "both", "only_left", "only_right")),
            action=Discrete(("centre", "left", "right")),
            reward=(-1.0, 4.0),
            legal=((True, False, False), (False, True, True), (False, True, False), (False, False, True)),
            free=(False, True, False, False),
            steps_per_trial=2,
        )

    def params(self) -> Params:
        return Params()

    def reset(self, key: PRNGKeyArray, params: Params) -> tuple[State, Int[Array, ""]]:
        u = jax.random.uniform(key, (2 + self.pairs,))
        which = jnp.floor(u[0] * params.p_large.shape[0])
        p_large = jnp.where(jnp.arange(params.p_large.shape[0]) == which, params.p_large, 0.0).sum()
        obs = jnp.asarray(FIXATION, jnp.int32)
        return State(obs, jnp.zeros_like(obs), p_large, u[1] < 0.5, u[2:] < 0.5), obs

    def step(self, key: PRNGKeyArray, params: Params, state: State, action: Int[Array, ""]) -> tuple[State, Outcome]:
        fixating = state.obs == FIXATION
        left, right = action == 1, action == 2
        may_left = (state.obs == BOTH) | (state.obs == ONLY_LEFT)
        may_right = (state.obs == BOTH) | (state.obs == ONLY_RIGHT)
        pulls = (left & may_left) | (right & may_right)
        valid = pulls | (fixating & ~left & ~right)

        risky = pulls & (left == state.risky_is_left)
        large = risky & (jax.random.uniform(key) < state.p_large)
        paid = jnp.where(risky, jnp.where(large, params.reward_large, 0.0), jnp.where(pulls, params.reward_safe, 0.0))
        reward = jnp.where(valid, paid, -params.cost_invalid)

        trial = state.trial + ~fixating
        outcome = Outcome(
            obs=jnp.where(fixating, self._shown(state), FIXATION).astype(jnp.int32),
            reward=reward,
            discount=fixating.astype(reward.dtype),
            stim=jnp.zeros_like(reward),
            truth=Truth(
                state.p_large, state.risky_is_left, jnp.where(pulls, risky.astype(jnp.int32), NOTHING).astype(jnp.int32)
            ),
        )
        return State(outcome.obs, trial, state.p_large, state.risky_is_left, state.left_first), outcome

    def _shown(self, state: State) -> Int[Array, ""]:
        """What the choice step of this trial shows."""
        of_pair = jnp.arange(self.pairs) == state.trial // 2
        first = jnp.any(of_pair & state.left_first)
        shows_left = first ^ (state.trial % 2 == 1)
        forced = jnp.where(shows_left, ONLY_LEFT, ONLY_RIGHT)
        return jnp.where(state.trial < 2 * self.pairs, forced, BOTH)


TASK = Risk()
