"""The meta-reinforcement-learning agent of Wang et al. 2018: an LSTM actor-critic.

Input x_t = [observation, one-hot(a_{t-1}), r_{t-1}]; h_t, c_t = LSTM(x_t, h_{t-1}, c_{t-1}); policy
softmax(W_pi h_t + b_pi), value w_v . h_t + b_v (Wang et al. 2018, Methods). The initial state is
learned. The weights are trained slowly over many sessions (`neurorl train`); within a session they
do not change, and whatever learning there is happens in the activations.

Initial weights: recurrent uniform within +-`scale`/sqrt(n), forget-gate bias 1, heads normal with
standard deviation 1/sqrt(n). A small policy head (0.01) never leaves chance on tasks in which the
useful signal is an interaction, such as the two-step task with fixation.

Departs from the paper: the initialisation, which is not stated there.
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
from neurorl.ops.cells import lstm
from neurorl.ops.encoding import encode, encoded_size
from neurorl.ops.feedback import Feedback, require_feedback, told
from neurorl.ops.heads import Latents, head_weights, policy_and_value, recurrent_weights


class Params(eqx.Module):
    weight: Float[Array, "n_in+n 4*n"]
    bias: Float[Array, " 4*n"]
    h0: Float[Array, " n"]
    c0: Float[Array, " n"]
    heads: Float[Array, "n n_actions+1"]  # policy logits, then the value
    heads_bias: Float[Array, " n_actions+1"]


class State(eqx.Module):
    h: Float[Array, " n"]
    c: Float[Array, " n"]
    last_action: Float[Array, " n_actions"]
    told: Float[Array, ""]  # of the last outcome
    value: Float[Array, ""]


@dataclass(frozen=True)
class LSTM(RecurrentAgent):
    """LSTM actor-critic with `hidden` units, with `feedback` as input from outcomes."""

    spaces: Spaces
    hidden: int = option(48, "hidden units", low=1)
    scale: float = option(3.0, "initial recurrent weights are uniform within +-scale/sqrt(hidden)", low=0)
    feedback: Feedback = option("reward", "input from the last outcome")

    card: ClassVar[Card] = Card(
        title="Meta-RL network: LSTM actor-critic",
        summary="A recurrent network whose weights are trained over a family of tasks by a dopamine-like "
        "prediction error and whose activity then learns within each session.",
        refs=("wang2018:Methods", "wang2016", "duan2016", "hochreiter1997"),
        tags=("network", "meta-rl", "actor-critic"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces, hidden: int = 48, scale: float = 3.0, feedback: Feedback = "reward") -> Self:
        require_feedback(feedback)
        encoded_size(spaces)  # raises DoesNotFit where the spaces cannot be encoded
        return cls(spaces, hidden, scale, feedback)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        key = jax.random.key(0) if key is None else key
        key_weight, key_heads = jax.random.split(key)
        n, n_in = self.hidden, encoded_size(self.spaces)
        n_actions = self.spaces.discrete_action().n
        return Params(
            weight=recurrent_weights(key_weight, n_in, n, 4 * n, self.scale),
            bias=jnp.zeros(4 * n).at[n : 2 * n].set(1.0),
            h0=jnp.zeros(n),
            c0=jnp.zeros(n),
            heads=head_weights(key_heads, n, n_actions),
            heads_bias=jnp.zeros(n_actions + 1),
        )

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        n_actions = self.spaces.discrete_action().n
        zero = jnp.zeros((), params.h0.dtype)
        return State(params.h0, params.c0, jnp.zeros(n_actions, params.h0.dtype), zero, zero)

    def perceive(self, params: Params, state: State, obs: Array) -> State:
        x = encode(self.spaces, obs, state.last_action, state.told)
        h, c = lstm(params.weight, params.bias, x, state.h, state.c)
        return State(h, c, state.last_action, state.told, state.value)

    def decide(self, params: Params, state: State) -> tuple[State, Categorical]:
        policy, value = policy_and_value(params.heads, params.heads_bias, state.h)
        return State(state.h, state.c, state.last_action, state.told, value), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        last_action = jax.nn.one_hot(transition.action, state.last_action.shape[0], dtype=state.h.dtype)
        outcome = told(self.feedback, transition.reward, state.value)
        next_state = State(state.h, state.c, last_action, outcome, state.value)
        return next_state, Latents(state.value, state.h)


AGENT = LSTM
