"""Bush and Mosteller's linear operators: probabilities that are learned directly, without values.

    choice i rewarded:      p_i <- p_i + alpha_reward (1 - p_i),      p_j <- (1 - alpha_reward) p_j
    choice i not rewarded:  p_i <- (1 - alpha_none) p_i,              p_j <- p_j + alpha_none (1/(n-1) - p_j)

Linear reward-penalty learning, kept for each observation separately. With equal rates and two arms it matches: p_1
settles where c_1 p_1 = c_2 p_2, c_i the chance that arm i pays nothing. With alpha_none = 0 (reward-inaction) it ends
on one arm for good (Bush & Mosteller 1951; Narendra & Thathachar 1974). Rewards between 0 and 1 mix both operators.

Departs from the papers: any number of arms; `stim`, added to the reward, is cut to [0, 1] with it, since there is no
prediction error that it could join. Dopamine as reward, not as error.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.params import Beta, param, unit
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.arms import require_one_step, require_probabilities
from neurorl.ops.operators import reward_penalty
from neurorl.ops.rows import read_row, write_row


class Params(eqx.Module):
    alpha_reward: Float[Array, ""] = param(0.1, unit, symbol="α₁", doc="step after a reward", prior=Beta(1.5, 4.0))
    alpha_none: Float[Array, ""] = param(0.1, unit, symbol="α₂", doc="step after none", prior=Beta(1.5, 4.0))


class State(eqx.Module):
    p: Float[Array, "n_obs n_actions"]


class Latents(eqx.Module):
    """Probabilities of the actions at the moment of choice."""

    p: Float[Array, " n_actions"]


@dataclass(frozen=True)
class BushMosteller(Agent):
    """Linear reward-penalty learner; all legal actions are equally likely at first."""

    spaces: Spaces

    card: ClassVar[Card] = Card(
        title="Bush-Mosteller learner",
        summary="Updates choice probabilities directly, towards rewarded choices and away from unrewarded ones. "
        "Explains probability matching; a precursor of learning from prediction errors.",
        refs=("bush1951", "neftci2019", "narendra1974"),
        tags=("model-free", "bandit", "matching"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        require_one_step(spaces)
        require_probabilities(spaces)
        return cls(spaces)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        legal = self.spaces.legal_table().astype(jnp.result_type(float))
        return State(legal / legal.sum(axis=1, keepdims=True))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        p = read_row(state.p, obs)
        # Absorption drives a probability below the smallest number; its logarithm must stay finite.
        logits = jnp.log(jnp.maximum(p, jnp.finfo(p.dtype).tiny))
        return state, Categorical(jnp.where(self.spaces.legal_table()[obs], logits, ILLEGAL))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        p, legal = read_row(state.p, t.obs), self.spaces.legal_table()[t.obs]
        chosen = jax.nn.one_hot(t.action, p.shape[0], dtype=p.dtype)
        received = jnp.clip(t.reward + t.stim, 0.0, 1.0)
        moved = reward_penalty(p, chosen, received, params.alpha_reward, params.alpha_none, legal)
        return State(write_row(state.p, t.obs, moved)), Latents(p)


AGENT = BushMosteller
