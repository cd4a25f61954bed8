"""Temporal differences over beliefs about a hidden state: what dopamine does while a reward is awaited.

    V(b) = sum_s w_s b_s;   delta = r + stim + gamma V(b') - V(b);   w_s <- w_s + alpha delta b_s

The states are the bins between cue and reward and the intertrial interval; b is the exact belief about them
(`ops/hidden_reward.py`), given that a reward is omitted with probability `p_omission`. Where it never is, waiting makes
it more and more certain to come in the next bin, so that the error at the reward falls with the delay. Where it may be
omitted, waiting makes it likelier that it will not come at all, and the error rises (Starkweather et al. 2017).

Other `features` than "belief" are controls: "time" values each bin since the cue whether or not the reward has come
(a complete serial compound, which does not know states); "time_until_reward" does so until it has come, and thereby
tells the two states apart and behaves like the belief.

Departs from the paper: weights start at 0, and values do not reach across trials (the discount of a trial's last step
is 0), where the paper's intertrial interval is long. There is nothing to choose, so nothing can be fitted to choices:
the constants are fields.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self, get_args

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops import hidden_reward as hidden
from neurorl.ops.td import td_error

Features = Literal["belief", "time", "time_until_reward"]
CUE = 1  # its code


class Params(eqx.Module):
    """None: with nothing to choose, nothing can be fitted; the constants are fields of the agent."""


class State(eqx.Module):
    w: Float[Array, " n"]
    belief: Float[Array, " states"]
    time: Int[Array, ""]  # bins since the cue
    rewarded: Float[Array, ""]  # 1 once this trial's reward has come


class Latents(eqx.Module):
    """Prediction error and value (reward units), and the belief that the reward is still to come, before the step."""

    rpe: Float[Array, ""]
    value: Float[Array, ""]
    p_waiting: Float[Array, ""]


@dataclass(frozen=True)
class BeliefTD(Agent):
    """TD learner of hidden states; `discount` is that of a step of 0.2 s."""

    features: Features = option("belief", "features that values depend on")
    p_omission: float = option(0.0, "probability that a reward is omitted", low=0, high=1)
    alpha: float = option(0.1, "learning rate", low=0, high=1)
    discount: float = option(0.98, "discount of a step of 0.2 s", low=0, high=1)

    GOES_ON: ClassVar[tuple[str, ...]] = ("time",)
    card: ClassVar[Card] = Card(
        title="TD over belief states",
        summary="Learns values of beliefs about a hidden state instead of values of observations. Its error at a "
        "late reward is small if the reward is certain and large if it may be omitted.",
        refs=("starkweather2017", "neftci2019", "sutton1988"),
        tags=("model-free", "dopamine", "timing", "inference", "pavlovian"),
    )

    def __post_init__(self) -> None:
        if self.features not in get_args(Features):
            raise BadValue(f"features is '{self.features}', but must be one of {', '.join(get_args(Features))}.")

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        if spaces != hidden.waiting_spaces():
            raise DoesNotFit(
                "This agent waits for a reward after a cue, in steps of 0.2 s, as in the task hidden_reward; this "
                "task is different."
            )
        return cls()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n = hidden.N_STATES if self.features == "belief" else hidden.STEPS + 1
        zero = jnp.asarray(0, jnp.int32)
        return State(jnp.zeros(n), hidden.at_cue(self.p_omission), zero, jnp.zeros(()))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        return state, Categorical(jnp.zeros(1))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        cue, came = t.next_obs == CUE, t.reward > 0
        waited = jnp.where(came, hidden.in_interval(), hidden.after_nothing(state.belief))
        after = State(
            w=state.w,
            belief=jnp.where(cue, hidden.at_cue(self.p_omission), waited),
            time=jnp.where(cue, 0, jnp.minimum(state.time + 1, hidden.STEPS - 1)),
            rewarded=jnp.where(cue, 0.0, jnp.maximum(state.rewarded, came)),
        )
        x = self._seen(state)
        value = jnp.sum(state.w * x)
        rpe = td_error(value, t.reward, self.discount * t.discount, jnp.sum(state.w * self._seen(after)), t.stim)
        learned = eqx.tree_at(lambda s: s.w, after, state.w + self.alpha * rpe * x)
        return learned, Latents(rpe, value, 1.0 - state.belief[-1])

    def _seen(self, state: State) -> Float[Array, " n"]:
        """What values are learned of: the belief, or the bin since the cue."""
        if self.features == "belief":
            return state.belief
        ended = (state.rewarded > 0) if self.features == "time_until_reward" else jnp.asarray(False)
        return jax.nn.one_hot(jnp.where(ended, hidden.STEPS, state.time), hidden.STEPS + 1, dtype=state.w.dtype)


AGENT = BeliefTD
