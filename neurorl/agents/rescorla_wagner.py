"""Rescorla-Wagner learning of action values, with one learning rate.

    rpe = r + stim - v[s, a];  v[s, a] <- v[s, a] + alpha rpe        (Neftci & Averbeck 2019, eq. 1)
    p(a | s) = softmax(beta v[s, :])

Values start at `initial` and are kept for each observation s separately, so that a bandit with cues is
learned as one bandit a cue. `stim` is dopamine stimulation, added to the prediction error.

The default start of all learners of one-choice tasks is 0.5, the middle of rewards from 0 to 1 (Wilson & Collins 2019;
Trepka et al. 2021); many papers and packages start at 0 (`initial=0`), where an option that was not tried is the worst.

Departs from the paper: Rescorla & Wagner 1972 wrote the rule for cues shown together, without choice;
the softmax is the usual addition.

Where the answers are stimuli ("A_or_B"), a stimulus has one value in all displays (`ops/displays.py`).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step
from neurorl.ops.delta import delta_rule
from neurorl.ops.displays import Displays
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.3, unit, symbol="α", doc="learning rate", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Prediction error and the values of the actions at the moment of choice, both in reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class RescorlaWagner(Agent):
    """Delta-rule learner for tasks with one choice a trial; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Rescorla-Wagner learner",
        summary="Moves the value of the chosen option towards its reward by a fraction alpha of the difference, and "
        "chooses by softmax. The simplest model-free learner.",
        refs=("rescorla1972", "neftci2019:eq. 1", "sutton2018"),
        tags=("model-free", "bandit", "values"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.full(require_one_step(self.spaces), self.initial, float))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        return state, Categorical(
            jnp.where(legal, params.beta * read_row(state.q, Displays.of(self.spaces).row(obs)), ILLEGAL)
        )

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        displays = Displays.of(self.spaces)
        at = displays.row(transition.obs)
        q = read_row(state.q, at)
        chosen = jax.nn.one_hot(transition.action, q.shape[0])
        learned, rpe = delta_rule(q, chosen, transition.reward + transition.stim, params.alpha)
        return State(write_row(state.q, at, learned)), Latents(rpe, q)


AGENT = RescorlaWagner
