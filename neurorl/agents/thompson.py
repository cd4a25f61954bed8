"""Thompson sampling: choose each arm as often as it is believed to be the best.

    theta_i ~ Beta(wins_i, losses_i), starting at the prior Beta(a, b)
    p(choose i) = P(theta_i > theta_j for all j)                                (Thompson 1933)
    wins_i <- wins_i + r, losses_i <- losses_i + 1 - r  for the chosen arm

Drawing a theta for each arm and taking the largest, as the algorithm is usually run, chooses with
exactly these probabilities; here they are computed, by quadrature, so that a choice can be scored.
The posteriors are kept for each observation separately.

Departs from the paper: any number of arms. Stimulation shows in `rpe`, but counts are not moved by a
prediction error, so it changes no choice.

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
from neurorl.core.params import Gamma, Interval, param
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step, require_probabilities
from neurorl.ops.beliefs import best_arm_probability, beta_bernoulli
from neurorl.ops.displays import Displays
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    prior_wins: Float[Array, ""] = param(
        1.0, Interval(0, 10), symbol="a", doc="wins counted before the first trial", prior=Gamma(2.0, 1.0)
    )
    prior_losses: Float[Array, ""] = param(
        1.0, Interval(0, 10), symbol="b", doc="losses counted before the first trial", prior=Gamma(2.0, 1.0)
    )


class State(eqx.Module):
    wins: Float[Array, "n_obs n_actions"]
    losses: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Reward minus its posterior mean, and the posterior mean and standard deviation of each arm before it."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]
    sd: Float[Array, " n_actions"]


@dataclass(frozen=True)
class Thompson(Agent):
    """Thompson sampling with Beta posteriors, for tasks with one choice a trial and rewards within [0, 1]."""

    spaces: Spaces

    card: ClassVar[Card] = Card(
        title="Thompson sampling",
        summary="Keeps a Beta posterior of each arm's reward probability and chooses each arm with the "
        "probability that it is the best.",
        refs=("thompson1933", "wang2018:Fig. 1d"),
        tags=("bandit", "exploration", "bayesian"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        require_probabilities(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        none = jnp.zeros(require_one_step(self.spaces))
        return State(none + params.prior_wins, none + params.prior_losses)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        at = Displays.of(self.spaces).row(obs)
        p = best_arm_probability(read_row(state.wins, at), read_row(state.losses, at), legal)
        return state, Categorical(jnp.where(legal, jnp.log(jnp.maximum(p, 1e-30)), ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        wins, losses = read_row(state.wins, at), read_row(state.losses, at)
        n = wins + losses
        q = wins / n
        rpe = t.reward + t.stim - q[t.action]
        latents = Latents(rpe, q, jnp.sqrt(q * (1 - q) / (n + 1)))
        wins, losses = beta_bernoulli(wins, losses, jax.nn.one_hot(t.action, q.shape[0]), t.reward)
        return State(write_row(state.wins, at, wins), write_row(state.losses, at, losses)), latents


AGENT = Thompson
