"""Gittins indices: choose the arm whose index is largest.

    index_i = sup_tau E[sum_{t<tau} gamma^t r_t] / E[sum_{t<tau} gamma^t]     (Gittins 1979)

under a Beta posterior of the arm's reward probability: the sure reward a trial for which one would just give the
arm up. With `discount` = 1 there are `horizon` trials and each index looks as far ahead as trials are left (the
finite-horizon index of Kaufmann 2018; all but optimal). With `discount` < 1 the future has no end and the rule is
optimal for independent arms; `horizon` then says how many pulls of an arm the table knows. Beyond the table an arm is
worth its posterior mean. Ties are split equally. Posteriors and trials are kept for each observation separately.
Counts are rounded where rewards lie between 0 and 1.

Departs from the paper (Wang et al. 2018, Fig. 1d): which of the two indices was used is not stated there.
Nothing here is free. Stimulation shows in `rpe`, but counts are not moved by a prediction error, so it changes no
choice.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step, require_probabilities
from neurorl.ops.beliefs import beta_bernoulli
from neurorl.ops.gittins import discounted_indices, finite_horizon_indices
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    """None: the constants of the algorithm are fields of the agent."""


class State(eqx.Module):
    """Wins and losses so far, without the prior's."""

    wins: Float[Array, "n_obs n_actions"]
    losses: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Reward minus its posterior mean; posterior mean and index of each arm before it."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]
    index: Float[Array, " n_actions"]


@dataclass(frozen=True)
class Gittins(Agent):
    """Gittins-index chooser for tasks with one choice a trial and rewards within [0, 1]."""

    spaces: Spaces
    horizon: int = option(
        100, "trials in a session or, with a discount below 1, the pulls of an arm covered by the table", low=1
    )
    discount: float = option(1.0, "discount of one trial", low=0, high=1)
    prior_wins: float = option(1.0, "a of the Beta(a, b) prior of each arm", low=0.001)
    prior_losses: float = option(1.0, "b of the Beta(a, b) prior of each arm", low=0.001)

    card: ClassVar[Card] = Card(
        title="Gittins indices",
        summary="Weighs the reward of an arm against the value of information about it: chooses the arm with the "
        "largest Gittins index, for a known number of trials or a discounted future.",
        refs=("gittins1979", "wang2018:Fig. 1d"),
        tags=("bandit", "exploration", "bayesian", "optimal"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces, horizon: int = 100, discount: float = 1.0) -> Self:
        require_one_step(spaces)
        require_probabilities(spaces)
        return cls(spaces, horizon, discount)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        none = jnp.zeros(require_one_step(self.spaces))
        return State(none, none)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        index = jnp.where(legal, self._index(read_row(state.wins, obs), read_row(state.losses, obs)), -jnp.inf)
        best = index >= index.max() - 1e-6  # rounding must not break a tie
        return state, Categorical(jnp.where(best, 0.0, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        wins, losses = read_row(state.wins, t.obs), read_row(state.losses, t.obs)
        q = self._mean(wins, losses)
        latents = Latents(t.reward + t.stim - q[t.action], q, self._index(wins, losses))
        wins, losses = beta_bernoulli(wins, losses, jax.nn.one_hot(t.action, q.shape[0]), t.reward)
        return State(write_row(state.wins, t.obs, wins), write_row(state.losses, t.obs, losses)), latents

    def _mean(self, wins: Float[Array, " n"], losses: Float[Array, " n"]) -> Float[Array, " n"]:
        return (self.prior_wins + wins) / (self.prior_wins + self.prior_losses + wins + losses)

    def _index(self, wins: Float[Array, " n"], losses: Float[Array, " n"]) -> Float[Array, " n"]:
        """Index of each arm, from the table; NumPy computes the table once, however often this is traced."""
        prior = (self.prior_wins, self.prior_losses)
        s, f = jnp.round(wins).astype(jnp.int32), jnp.round(losses).astype(jnp.int32)
        if self.discount < 1:
            table = discounted_indices(self.discount, self.horizon, *prior)[None]
            left = jnp.zeros((), jnp.int32)
            known = s + f < self.horizon
        else:
            table = finite_horizon_indices(self.horizon, *prior)
            left = self.horizon - jnp.sum(s + f)
            known = left >= 1
        table = jnp.asarray(np.nan_to_num(table), wins.dtype)
        last = self.horizon - 1
        at = table[jnp.maximum(left, 0), jnp.minimum(s, last), jnp.minimum(f, last)]
        return jnp.where(known, at, self._mean(wins, losses))


AGENT = Gittins
