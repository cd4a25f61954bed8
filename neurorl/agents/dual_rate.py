"""Two learners at two rates: values that follow the last outcomes beside values that keep the long run.

    rpe_k = r + stim - v_k[s, a];   v_k[s, a] <- v_k[s, a] + alpha_k rpe_k      for the fast and the slow one
    p(a | s) = softmax(beta (w v_fast[s, :] + (1 - w) v_slow[s, :]))

Each learns from its own error, so that together they weigh past outcomes by a mixture of two exponentials (after
Neftci & Averbeck 2019, fast amygdala beside slow striatum, with a fixed weight). So that the two cannot change places,
the slow rate is a share of the fast one: alpha_slow = ratio alpha_fast. Values start at `initial`.

Departs from the paper: the weight does not follow the learners' reliabilities. `rpe` is the error of the mixture.

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
    alpha: Float[Array, ""] = param(
        0.5, unit, symbol="α_f", doc="learning rate of the fast learner", prior=Beta(1.5, 1.5)
    )
    ratio: Float[Array, ""] = param(
        0.2,
        unit,
        symbol="ρ",
        doc="learning rate of the slow learner, as a share of the fast one's",
        prior=Beta(1.5, 1.5),
    )
    w: Float[Array, ""] = param(0.5, unit, symbol="w", doc="weight of the fast learner", prior=Beta(1.5, 1.5))
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )


class State(eqx.Module):
    fast: Float[Array, "n_obs n_actions"]
    slow: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Error of the mixture, its values, and those of both learners, at the moment of choice, reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]
    fast: Float[Array, " n_actions"]
    slow: Float[Array, " n_actions"]


@dataclass(frozen=True)
class DualRate(Agent):
    """Two delta-rule learners whose values are added; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    card: ClassVar[Card] = Card(
        title="Two learning rates at once",
        summary="A fast and a slow delta rule learn side by side, and choices depend on a weighted sum of their "
        "values. Follows the last outcomes and keeps a long-term average.",
        refs=("neftci2019", "averbeck2017"),
        tags=("model-free", "bandit", "values", "timescales"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        start = jnp.full(require_one_step(self.spaces), self.initial, float)
        return State(start, start)

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        at = Displays.of(self.spaces).row(obs)
        q = _mixed(params, read_row(state.fast, at), read_row(state.slow, at))
        return state, Categorical(jnp.where(legal, params.beta * q, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        fast, slow = read_row(state.fast, at), read_row(state.slow, at)
        chosen = jax.nn.one_hot(t.action, fast.shape[0], dtype=fast.dtype)
        received = t.reward + t.stim
        faster, _ = delta_rule(fast, chosen, received, params.alpha)
        slower, _ = delta_rule(slow, chosen, received, params.alpha * params.ratio)
        q = _mixed(params, fast, slow)
        after = State(write_row(state.fast, at, faster), write_row(state.slow, at, slower))
        return after, Latents(received - jnp.sum(chosen * q), q, fast, slow)


def _mixed(params: Params, fast: Float[Array, " n"], slow: Float[Array, " n"]) -> Float[Array, " n"]:
    return params.w * fast + (1.0 - params.w) * slow


AGENT = DualRate
