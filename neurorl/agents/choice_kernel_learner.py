"""Learning of return beside a choice kernel: values, and a leaning towards what was done of late.

    rpe = r + stim - v[s, a]
    v[s, a] <- v[s, a] + alpha rpe,    alpha = alpha_pos if rpe > 0 else alpha_neg
    c[s, b] <- c[s, b] + rate (1[b = a] - c[s, b])        for every answer b
    p(a | s) = softmax(beta (v[s, :] + omega c[s, :]))

This is RL3, "choice kernel", of Trepka et al. 2021. Values start at `initial`, 0.5 as in the paper; the kernel starts
even. Both are kept for each observation separately.

Departs from the paper: its learning rates go by reward and none, which is the same where rewards are 0 or 1. The
priors are ours.

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
from neurorl.ops.delta import delta_by_sign
from neurorl.ops.displays import Displays
from neurorl.ops.kernels import choice_kernel
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    alpha_pos: Float[Array, ""] = param(
        0.4, unit, symbol="α₊", doc="learning rate after positive prediction errors", prior=Beta(1.5, 1.5)
    )
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 100), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    alpha_neg: Float[Array, ""] = param(
        0.3, unit, symbol="α₋", doc="learning rate after other prediction errors", prior=Beta(1.5, 1.5)
    )
    rate: Float[Array, ""] = param(
        0.3, unit, symbol="α_c", doc="learning rate of the choice kernel", prior=Beta(1.5, 1.5)
    )
    omega: Float[Array, ""] = param(
        0.3, unit, symbol="ω", doc="weight of the kernel relative to values", units="reward"
    )


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]
    kernel: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Prediction error (reward units), and the values and the kernel of the actions at the moment of choice."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]
    kernel: Float[Array, " n_actions"]


@dataclass(frozen=True)
class ChoiceKernelLearner(Agent):
    """Delta-rule learner with a choice kernel; values start at `initial`, reward units."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")

    GOES_ON: ClassVar[tuple[str, ...]] = ("kernel",)
    card: ClassVar[Card] = Card(
        title="Learning of return with a choice kernel",
        summary="Learns values from gains and losses at different rates and tends to repeat its own recent choices, "
        "whatever their outcomes.",
        refs=("trepka2021:RL3", "lau2005", "wilson2019"),
        tags=("model-free", "bandit", "values", "habit", "foraging"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        shape = require_one_step(self.spaces)
        return State(jnp.full(shape, self.initial, float), jnp.zeros(shape))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        at = Displays.of(self.spaces).row(obs)
        leaning = read_row(state.q, at) + params.omega * read_row(state.kernel, at)
        return state, Categorical(jnp.where(legal, params.beta * leaning, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        q, kernel = read_row(state.q, at), read_row(state.kernel, at)
        chosen = jax.nn.one_hot(t.action, q.shape[0], dtype=q.dtype)
        learned, rpe = delta_by_sign(q, chosen, t.reward + t.stim, params.alpha_pos, params.alpha_neg)
        kept = jnp.where(displays.on_offer(t.obs), choice_kernel(kernel, chosen, params.rate), kernel)
        after = State(write_row(state.q, at, learned), write_row(state.kernel, at, kept))
        return after, Latents(rpe, q, kernel)


AGENT = ChoiceKernelLearner
