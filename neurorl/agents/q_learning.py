"""Q-learning with what people and animals add to it.

    rpe = r + stim + discount max_a' Q[s', a'] - Q[s, a]                          (Watkins & Dayan 1992)
    Q[s, a] <- Q[s, a] + alpha rpe,  alpha = alpha_pos if rpe > 0 else alpha_neg  (Niv et al. 2012)
    Q[s, b] <- Q[s, b] + phi (initial - Q[s, b])  for the actions b not chosen    (Ito & Doya 2009)
    K[s, b] <- K[s, b] + kernel_rate (1[b = a] - K[s, b])                         (Wilson & Collins 2019)
    p(b | s) = (1 - epsilon) softmax(beta Q[s, :] + kappa K[s, :]) + epsilon / n_legal

`discount` is the task's: 0 at the end of a trial, so that on one-step trials the target is the reward
alone. With `kernel_rate` 1, K marks the last choice in that state. `rescorla_wagner` is the special case
alpha_pos = alpha_neg, phi = kappa = epsilon = 0; in a fit, fix a parameter there to switch it off
(`fit_map(..., fixed={"kappa": 0.0})`).

Values start at `initial`: at 0.5 where a trial has one choice, as in the other learners of such tasks, and at 0 where
it has several, as in the two-stage learners and in Dyna.

Departs from the papers: they add these terms one or two at a time; what is remembered is kept for each
observation separately. The defaults are mild versions of each effect, and ours.

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
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.delta import forget
from neurorl.ops.displays import Displays
from neurorl.ops.kernels import choice_kernel
from neurorl.ops.lapse import lapse
from neurorl.ops.rows import read_row, write_row
from neurorl.ops.td import td_error


class Params(eqx.Module):
    alpha_pos: Float[Array, ""] = param(
        0.4, unit, symbol="α₊", doc="learning rate after positive prediction errors", prior=Beta(1.5, 1.5)
    )
    alpha_neg: Float[Array, ""] = param(
        0.3, unit, symbol="α₋", doc="learning rate after other prediction errors", prior=Beta(1.5, 1.5)
    )
    beta: Float[Array, ""] = param(
        5.0, Interval(0, 20), symbol="β", doc="inverse temperature", units="1/reward", prior=Gamma(2.0, 3.0)
    )
    phi: Float[Array, ""] = param(
        0.1, unit, symbol="φ", doc="decay of the values of unchosen actions", prior=Beta(1.1, 3.0)
    )
    kappa: Float[Array, ""] = param(
        0.2, Interval(-5, 5), symbol="κ", doc="perseveration; alternation below 0", prior=Gaussian(0.0, 1.0)
    )
    epsilon: Float[Array, ""] = param(0.02, Interval(0, 0.5), symbol="ε", doc="lapse rate", prior=Beta(1.1, 8.0))


class State(eqx.Module):
    q: Float[Array, "n_obs n_actions"]
    kernel: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Prediction error and the values of the actions at the moment of choice, both in reward units."""

    rpe: Float[Array, ""]
    q: Float[Array, " n_actions"]


@dataclass(frozen=True)
class QLearning(Agent):
    """Q-learner; values start at, and are forgotten towards, `initial` (reward units)."""

    spaces: Spaces
    initial: float = option(0.5, "value of an option before its first outcome, reward units")
    kernel_rate: float = option(1.0, "rate of the choice kernel; 1 keeps the last choice only", low=0, high=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("kernel",)
    card: ClassVar[Card] = Card(
        title="Q-learning with forgetting, perseveration and lapses",
        summary="Two learning rates, forgetting of unchosen actions, perseveration and a lapse rate: the model-free "
        "learner that is commonly fitted to people and animals.",
        refs=("watkins1992", "niv2012", "ito2009", "wilson2019"),
        tags=("model-free", "bandit", "values"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        spaces.discrete()
        return cls(spaces) if spaces.steps_per_trial == 1 else cls(spaces, initial=0.0)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        obs, action = self.spaces.discrete()
        return State(jnp.full((obs.n, action.n), self.initial, float), jnp.zeros((obs.n, action.n)))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        legal = self.spaces.legal_table()[obs]
        at = Displays.of(self.spaces).row(obs)
        logits = params.beta * read_row(state.q, at) + params.kappa * read_row(state.kernel, at)
        return state, Categorical(lapse(jnp.where(legal, logits, ILLEGAL), legal, params.epsilon))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t, displays = transition, Displays.of(self.spaces)
        at = displays.row(t.obs)
        q, before = read_row(state.q, at), read_row(state.kernel, at)
        chosen = jax.nn.one_hot(t.action, q.shape[0])
        best_next = jnp.max(
            read_row(state.q, displays.row(t.next_obs)), where=self.spaces.legal_table()[t.next_obs], initial=-jnp.inf
        )
        rpe = td_error(jnp.sum(chosen * q), t.reward, t.discount, best_next, t.stim)
        alpha = jnp.where(rpe > 0, params.alpha_pos, params.alpha_neg)
        here = displays.on_offer(t.obs)
        learned = forget(q + alpha * rpe * chosen, jnp.where(here, chosen, 1.0), self.initial, params.phi)
        kernel = jnp.where(here, choice_kernel(before, chosen, self.kernel_rate), before)
        after = State(write_row(state.q, at, learned), write_row(state.kernel, at, kernel))
        return after, Latents(rpe, q)


AGENT = QLearning
