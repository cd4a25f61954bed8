"""Sample averages: the value of an action is the mean of its rewards so far, R/C.

    C[s, a] <- C[s, a] + 1;   R[s, a] <- R[s, a] + r + stim;   Q = R/C
    p(a | s) = softmax(beta Q[s, :])

The delta rule with a learning rate of 1/C, so that every outcome counts alike, however long ago (Neftci & Averbeck
2019, Fig. 1a). The best there is while nothing changes, and ever slower when something does. `initial` is the value of
what was never tried, 0.5 as in `rescorla_wagner`.

Departs from the paper: the softmax is the usual addition.

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
from neurorl.core.params import Gamma, Interval, param
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step
from neurorl.ops.displays import Displays
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )


class State(eqx.Module):
    total: Float[Array, "n_obs n_actions"]  # R, reward units
    count: Float[Array, "n_obs n_actions"]  # C


class Latents(eqx.Module):
    """Prediction error, and the values of the actions at the moment of choice; reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class SampleAverage(Agent):
    """Learner of mean rewards; what was never tried is worth `initial`."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Sample averages, R/C",
        summary="Averages the rewards of each action. Its learning rate falls with experience, so that it is exact "
        "in a stationary environment and slow after a reversal.",
        refs=("neftci2019:Fig. 1", "sutton2018:sec. 2.2"),
        tags=("model-free", "bandit", "values"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        zeros = jnp.zeros(require_one_step(self.spaces))
        return State(zeros, zeros)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        at = Displays.of(self.spaces).row(obs)
        q = self._values(read_row(state.total, at), read_row(state.count, at))
        return state, Categorical(jnp.where(self.spaces.legal_table()[obs], params.beta * q, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        total, count = read_row(state.total, at), read_row(state.count, at)
        q, received = self._values(total, count), t.reward + t.stim
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        after = State(write_row(state.total, at, total + received * chosen), write_row(state.count, at, count + chosen))
        return after, Latents(received - jnp.sum(chosen * q), q)

    def _values(self, total: Float[Array, " n_actions"], count: Float[Array, " n_actions"]) -> Array:
        return jnp.where(count > 0, total / jnp.maximum(count, 1.0), self.initial)


AGENT = SampleAverage
