"""Upper confidence bounds: choose the arm that could be best.

    index_i = m_i + sqrt(c log(t) / n_i)

with m_i the mean reward of arm i, n_i how often it was chosen and t the number of choices so far; arms
not yet tried come first (Auer et al. 2002, UCB1). `exploration` is c: 0.5 gives sqrt(log t / (2 n)), the
curve in Wang et al. 2018, Fig. 1d; UCB1 itself has c = 2. Ties are split equally. With `temperature` > 0
the choice is softmax(index / temperature) instead of the largest index. Means and counts are kept for
each observation separately.

Departs from the paper: c, see above; the softmax. Nothing here is free: c and the temperature are
settings. Stimulation shows in `rpe` and enters the mean.

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
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step
from neurorl.ops.delta import delta_rule
from neurorl.ops.displays import Displays
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    """None: the constants of the algorithm are fields of the agent."""


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]
    n: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Reward minus its mean so far, and mean reward and count of each arm before it."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]
    n: Float[Array, " n_actions"]


@dataclass(frozen=True)
class UCB(Agent):
    """Upper-confidence-bound chooser for tasks with one choice a trial."""

    spaces: Spaces
    exploration: float = option(0.5, "c, the weight of uncertainty", low=0)
    temperature: float = option(0.0, "temperature of a softmax over the indices; 0 takes the largest", low=0)

    card: ClassVar[Card] = Card(
        title="Upper confidence bounds (UCB)",
        summary="Chooses the arm with the largest mean reward plus a bonus that decreases with the number of trials "
        "of the arm. Deterministic except for ties.",
        refs=("auer2002", "wang2018:Fig. 1d"),
        tags=("bandit", "exploration"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        shape = require_one_step(self.spaces)
        return State(jnp.zeros(shape), jnp.zeros(shape))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        at = Displays.of(self.spaces).row(obs)
        q, n = read_row(state.q, at), read_row(state.n, at)
        bonus = jnp.sqrt(self.exploration * jnp.log(jnp.maximum(n.sum(), 1.0)) / jnp.maximum(n, 1.0))
        untried = legal & (n == 0)
        index = jnp.where(legal, q + bonus, -jnp.inf)
        best = index >= index.max() - 1e-6  # rounding must not break a tie
        if self.temperature > 0:
            preference = jnp.where(legal, index / self.temperature, ILLEGAL)
        else:
            preference = jnp.where(best, 0.0, ILLEGAL)
        return state, Categorical(jnp.where(untried.any(), jnp.where(untried, 0.0, ILLEGAL), preference))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        q, n = read_row(state.q, at), read_row(state.n, at)
        chosen = jax.nn.one_hot(t.action, q.shape[0])
        more = n + chosen
        mean, rpe = delta_rule(q, chosen, t.reward + t.stim, 1.0 / jnp.maximum(more, 1.0))
        after = State(write_row(state.q, at, mean), write_row(state.n, at, more))
        return after, Latents(rpe, q, n)


AGENT = UCB
