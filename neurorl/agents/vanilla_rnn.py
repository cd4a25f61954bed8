"""Meta-reinforcement-learning agent with a plain recurrent network in place of the LSTM.

Input x_t = [observation, one-hot(a_{t-1}), r_{t-1}]; h_t = tanh(W [x_t, h_{t-1}] + b) (Elman 1990); policy
softmax(W_pi h_t + b_pi), value w_v . h_t + b_v. The initial state is learned. As with `lstm`, the weights
are trained slowly over many sessions and stay put within a session. Without gates it forgets sooner:
a control for what the gates buy.

Initial weights: recurrent uniform within +-`scale`/sqrt(n); `scale` sqrt(3) gives the recurrent matrix a
spectral radius of about 1, the edge between forgetting and chaos. Heads normal with standard deviation
1/sqrt(n).

Departs from the paper: Elman's units are logistic; the initialisation is ours.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.cells import vanilla
from neurorl.ops.encoding import encode, encoded_size
from neurorl.ops.feedback import Feedback, require_feedback, told
from neurorl.ops.heads import Latents, head_weights, policy_and_value, recurrent_weights


class Params(eqx.Module):
    weight: Float[Array, "n_in+n n"]
    bias: Float[Array, " n"]
    h0: Float[Array, " n"]
    heads: Float[Array, "n n_actions+1"]  # policy logits, then the value
    heads_bias: Float[Array, " n_actions+1"]


class State(eqx.Module):
    h: Float[Array, " n"]
    last_action: Float[Array, " n_actions"]
    told: Float[Array, ""]  # of the last outcome
    value: Float[Array, ""]


@dataclass(frozen=True)
class VanillaRNN(RecurrentAgent):
    """Plain recurrent actor-critic with `hidden` units, with `feedback` as input from outcomes."""

    spaces: Spaces
    hidden: int = option(48, "hidden units", low=1)
    scale: float = option(3.0**0.5, "initial recurrent weights are uniform within +-scale/sqrt(hidden)", low=0)
    feedback: Feedback = option("reward", "input from the last outcome")

    card: ClassVar[Card] = Card(
        title="Meta-RL network: plain recurrent actor-critic",
        summary="Like the LSTM actor-critic, with tanh units and no gates: a control for the effect of gating.",
        refs=("elman1990", "wang2018:Methods"),
        tags=("network", "meta-rl", "actor-critic"),
    )

    @classmethod
    def for_spaces(
        cls, spaces: Spaces, hidden: int = 48, scale: float = 3.0**0.5, feedback: Feedback = "reward"
    ) -> Self:
        require_feedback(feedback)
        encoded_size(spaces)  # raises DoesNotFit where the spaces cannot be encoded
        return cls(spaces, hidden, scale, feedback)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        key = jax.random.key(0) if key is None else key
        key_weight, key_heads = jax.random.split(key)
        n, n_in = self.hidden, encoded_size(self.spaces)
        n_actions = self.spaces.discrete_action().n
        return Params(
            weight=recurrent_weights(key_weight, n_in, n, n, self.scale),
            bias=jnp.zeros(n),
            h0=jnp.zeros(n),
            heads=head_weights(key_heads, n, n_actions),
            heads_bias=jnp.zeros(n_actions + 1),
        )

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n_actions = self.spaces.discrete_action().n
        zero = jnp.zeros((), params.h0.dtype)
        return State(params.h0, jnp.zeros(n_actions, params.h0.dtype), zero, zero)

    def perceive(self, params: Params, state: State, obs: Array) -> State:
        x = encode(self.spaces, obs, state.last_action, state.told)
        h = vanilla(params.weight, params.bias, x, state.h)
        return State(h, state.last_action, state.told, state.value)

    def decide(self, params: Params, state: State) -> tuple[State, Categorical]:
        policy, value = policy_and_value(params.heads, params.heads_bias, state.h)
        return State(state.h, state.last_action, state.told, value), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        last_action = jax.nn.one_hot(transition.action, state.last_action.shape[0], dtype=state.h.dtype)
        outcome = told(self.feedback, transition.reward, state.value)
        next_state = State(state.h, last_action, outcome, state.value)
        return next_state, Latents(state.value, state.h)


AGENT = VanillaRNN
