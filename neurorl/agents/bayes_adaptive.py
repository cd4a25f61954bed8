"""The Bayes-adaptive optimum for two arms: the optimal policy given the family of bandits.

`arms="independent"`: both reward probabilities are drawn from Beta(a, b), here (1, 1), and a session has `horizon`
trials. The choice is the one that dynamic programming over all beliefs (s1, f1, s2, f2) finds best
(`ops/bayes_adaptive.py`; Bellman 1956). `arms="correlated"`: they are theta and 1 - theta with theta ~ Beta(1, 1). Each
outcome is then equally informative about both arms, exploration has no value, and the arm with the larger posterior
mean is the best: left where s1 + f2 > f1 + s2 (Wang et al. 2016, 2018, Fig. 1).

Ties are split equally. After `horizon` trials the choice goes by the posterior means alone. Beliefs and trials are
kept for each observation separately. Counts are rounded where rewards lie between 0 and 1. Nothing here is free;
stimulation shows in `rpe` and changes no choice.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.options import option
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step, require_probabilities
from neurorl.ops.bayes_adaptive import place, solve_two_arms
from neurorl.ops.beliefs import beta_bernoulli
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    """None: the constants of the problem are fields of the agent."""


class State(eqx.Module):
    """Wins and losses so far, without the prior's."""

    wins: Float[Array, "n_obs 2"]
    losses: Float[Array, "n_obs 2"]


class Latents(eqx.Module):
    """Reward minus its posterior mean, and the posterior mean of each arm before it."""

    rpe: Float[Array, ""]
    q: Float[Array, "2"]


@dataclass(frozen=True)
class BayesAdaptive(Agent):
    """Bayes-optimal player of two-armed bandits with a known number of trials."""

    spaces: Spaces
    horizon: int = option(100, "trials in a session", low=1)
    arms: Literal["independent", "correlated"] = option("independent", "family from which the two arms are drawn")

    card: ClassVar[Card] = Card(
        title="Bayes-adaptive optimum, two arms",
        summary="Plays a two-armed bandit optimally, given the family from which it is drawn, by dynamic programming "
        "over beliefs. The lower bound of regret.",
        refs=("bellman1956", "gittins1979", "wang2018:Fig. 1"),
        tags=("bandit", "exploration", "bayesian", "optimal"),
    )

    def __post_init__(self) -> None:
        if self.arms not in ("independent", "correlated"):
            raise BadValue(f"arms is '{self.arms}', but must be independent or correlated.")

    @classmethod
    def for_spaces(cls, spaces: Spaces, horizon: int = 100, arms: str = "independent") -> Self:
        _, n_actions = require_one_step(spaces)
        require_probabilities(spaces)
        if n_actions != 2:
            raise DoesNotFit(f"This agent plays two arms, but the task has {n_actions} actions; choose gittins.")
        if spaces.legal and not all(map(all, spaces.legal)):
            raise DoesNotFit("This agent compares two arms, but the task does not always accept both.")
        return cls(spaces, horizon, arms)  # type: ignore[arg-type]

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        none = jnp.zeros(require_one_step(self.spaces))
        return State(none, none)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        wins, losses = read_row(state.wins, obs), read_row(state.losses, obs)
        q = self._mean(wins, losses)
        prefers = jnp.sign(jnp.round((q[0] - q[1]) * 1e6)).astype(jnp.int32)  # rounding must not break a tie
        if self.arms == "independent":
            s, f = jnp.round(wins).astype(jnp.int32), jnp.round(losses).astype(jnp.int32)
            trial = jnp.sum(s + f)
            here = jnp.where(trial < self.horizon, place(trial, s[0] + f[0], s[0], s[1]), 0)
            table = jnp.asarray(solve_two_arms(self.horizon).prefers)
            prefers = jnp.where(trial < self.horizon, table[here].astype(jnp.int32), prefers)
        refused = jnp.stack([prefers < 0, prefers > 0])
        return state, Categorical(jnp.where(refused, ILLEGAL, jnp.zeros_like(q)))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        wins, losses = read_row(state.wins, t.obs), read_row(state.losses, t.obs)
        q = self._mean(wins, losses)
        latents = Latents(t.reward + t.stim - q[t.action], q)
        wins, losses = beta_bernoulli(wins, losses, jax.nn.one_hot(t.action, 2), t.reward)
        return State(write_row(state.wins, t.obs, wins), write_row(state.losses, t.obs, losses)), latents

    def _mean(self, wins: Float[Array, "2"], losses: Float[Array, "2"]) -> Float[Array, "2"]:
        """Posterior means; with correlated arms a loss of one counts as a win of the other."""
        if self.arms == "correlated":
            wins, losses = wins + losses[::-1], losses + wins[::-1]
        return (1.0 + wins) / (2.0 + wins + losses)


AGENT = BayesAdaptive
