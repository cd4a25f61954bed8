"""Q(lambda): Q-learning with eligibility traces, which reach back to the start of the trial.

    rpe = r + stim + discount max_a' Q[s', a'] - Q[s, a]
    e <- e + 1[s, a];   Q <- Q + alpha rpe e;   e <- discount lambda e
    p(a | s) = softmax(beta Q[s, :])

`discount` is the task's: 0 at the end of a trial, which clears the traces. With lambda = 1, the default, it is Q(1):
apart from the best-next values, which cancel along a greedy walk, each pair learns the sum of what followed it
(Watkins 1989; Sutton & Barto 2018, sec. 12.10). Values are never forgotten: within a session they carry over from
trial to trial, also where a new trial pays anew. On maps it sees where it is and not what the states pay, and learns
nothing while pondering.

Departs from the papers: traces are not cut after an answer that was not the best (Watkins cuts them). Wang et al. 2018
(Supp. Fig. 7) name Q(1) without its settings; the defaults are ours.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Interval, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Box, Spaces
from neurorl.core.types import Transition
from neurorl.ops.revaluation import Revaluation
from neurorl.ops.rows import read_row
from neurorl.ops.td import td_error


class Params(eqx.Module):
    alpha: Float[Array, ""] = param(0.1, unit, symbol="α", doc="learning rate", prior=Beta(1.1, 1.1))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(1.2, 5.0)
    )


class State(eqx.Module):
    q: Float[Array, "n_states n_actions"]
    trace: Float[Array, "n_states n_actions"]


class Latents(eqx.Module):
    """Prediction error and the values of the answers before it, reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class QTrace(Agent):
    """Q-learner whose traces fade by `lam` a step; for codes, and for maps (whose states it takes as codes)."""

    spaces: Spaces
    lam: float = option(1.0, "share of a trace that is left after one step", low=0, high=1)
    initial: float = option(0.0, "value of every choice before the first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("trace",)
    card: ClassVar[Card] = Card(
        title="Q-learning with eligibility traces, Q(1)",
        summary="Model-free values with traces, updated by every later reward of the trial; does not use the rewards "
        "of states that are shown.",
        refs=("watkins1989", "sutton2018", "wang2018:Supp. Fig. 7"),
        tags=("model-free", "values", "traces", "revaluation"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        agent = cls(spaces)
        _ = agent._layout if isinstance(spaces.obs, Box) else spaces.discrete()
        return agent

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n = self._layout.n_states if isinstance(self.spaces.obs, Box) else self.spaces.obs.n
        shape = (n, self.spaces.discrete_action().n)
        return State(jnp.full(shape, self.initial, float), jnp.zeros(shape))

    def act(self, params: Params, state: State, obs: Any) -> tuple[State, Categorical]:
        here, acting = self._where(obs)
        logits = jnp.where(acting, params.beta * read_row(state.q, here), 0.0)
        return state, Categorical(jnp.where(self._legal(here), logits, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        here, acting = self._where(t.obs)
        there, _ = self._where(t.next_obs)
        q = read_row(state.q, here)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        best_next = jnp.max(read_row(state.q, there), where=self._legal(there), initial=-jnp.inf)
        rpe = jnp.where(acting, td_error(jnp.sum(chosen * q), t.reward, t.discount, best_next, t.stim), 0.0)
        at_state = (jnp.arange(state.q.shape[0]) == here) & acting
        trace = state.trace + at_state[:, None] * chosen
        learned = state.q + params.alpha * rpe * trace
        return State(learned, t.discount * self.lam * trace), Latents(rpe, q)

    @property
    def _layout(self) -> Revaluation:
        return Revaluation.of(self.spaces)

    def _where(self, obs: Any) -> tuple[Int[Array, ""], Bool[Array, ""]]:
        """The state, and whether an answer moves."""
        if isinstance(self.spaces.obs, Box):
            return self._layout.state(obs), self._layout.acting(obs)
        return obs, jnp.asarray(True)

    def _legal(self, state: Int[Array, ""]) -> Bool[Array, " n_actions"]:
        if self.spaces.legal:
            return self.spaces.legal_table()[state]
        return jnp.ones(self.spaces.discrete_action().n, bool)


AGENT = QTrace
