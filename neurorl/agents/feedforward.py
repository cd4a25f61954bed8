"""A network without memory: one hidden layer, a policy and a value.

h_t = tanh(W o_t + b); policy softmax(W_pi h_t + b_pi), value w_v . h_t + b_v. It sees the observation of this step and
nothing else, neither its last action nor its last reward, so it suits tasks whose observation says all that matters,
such as games and mazes, and cannot learn within a session. Weights are trained by `neurorl train`.

Initial weights: hidden layer normal with standard deviation 1/sqrt(inputs), heads normal with standard deviation
1/sqrt(hidden), biases 0.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Transition
from neurorl.ops.heads import Latents, head_weights, policy_and_value


class Params(eqx.Module):
    weight: Float[Array, "n_in n"]
    bias: Float[Array, " n"]
    heads: Float[Array, "n n_actions+1"]  # policy logits, then the value
    heads_bias: Float[Array, " n_actions+1"]


class State(eqx.Module):
    h: Float[Array, " n"]
    value: Float[Array, ""]


@dataclass(frozen=True)
class Feedforward(Agent):
    """Actor-critic with one layer of `hidden` tanh units and no memory."""

    spaces: Spaces
    hidden: int = option(64, "hidden units", low=1)

    card: ClassVar[Card] = Card(
        title="Network without memory: feedforward actor-critic",
        summary="One hidden layer from the observation to policy and value, for tasks whose observation says all that "
        "matters.",
        refs=("mnih2016", "espeholt2018"),
        tags=("network", "actor-critic", "deep-rl"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces, hidden: int = 64) -> Self:
        if not isinstance(spaces.obs, Discrete) and len(spaces.obs.shape) != 1:
            raise DoesNotFit(
                f"This network reads codes or vectors, but the observations have shape {spaces.obs.shape}."
            )
        spaces.discrete_action()  # raises DoesNotFit where the action is not a choice
        return cls(spaces, hidden)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        key_weight, key_heads = jax.random.split(jax.random.key(0) if key is None else key)
        n_in = self.spaces.obs.n if isinstance(self.spaces.obs, Discrete) else self.spaces.obs.shape[0]
        n, n_actions = self.hidden, self.spaces.discrete_action().n
        return Params(
            weight=jax.random.normal(key_weight, (n_in, n)) / n_in**0.5,
            bias=jnp.zeros(n),
            heads=head_weights(key_heads, n, n_actions),
            heads_bias=jnp.zeros(n_actions + 1),
        )

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        return State(jnp.zeros_like(params.bias), jnp.zeros((), params.bias.dtype))

    def act(self, params: Params, state: State, obs: Array) -> tuple[State, Categorical]:
        is_code = isinstance(self.spaces.obs, Discrete)
        seen = jax.nn.one_hot(obs, params.weight.shape[0], dtype=params.weight.dtype) if is_code else obs
        h = jnp.tanh(seen @ params.weight + params.bias)
        policy, value = policy_and_value(params.heads, params.heads_bias, h)
        return State(h, value), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        return state, Latents(state.value, state.h)


AGENT = Feedforward
