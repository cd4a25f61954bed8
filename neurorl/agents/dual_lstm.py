"""Actor and critic as two LSTMs, joined by the critic's prediction error alone (Wang et al. 2018, simulation 6).

The critic sees x_t = [observation, one-hot(a_{t-1}), r_{t-1}] and gives the value V_t = w . h_t + b. The actor sees
[observation, one-hot(a_{t-1}), delta_{t-1}] and gives the policy, where

    delta_{t-1} = r_{t-1} + gamma V_t - V_{t-1} + stim_{t-1}

is computed once the critic has perceived step t, and is 0 at the first step. So the actor knows of rewards only what
dopamine tells it: a protocol that adds stimulation (`neurorl.perturb.stimulated`) reaches the actor's activity and
nothing else, and weights can stay frozen. No gradient flows through delta; each network is trained by its own
loss. `discount` is gamma, and should be the one the network is trained with.

Departs from the paper: the initialisation, which is not stated there; `feedback="reward"` and `"none"`, which give
the actor the reward itself, or nothing, for comparison.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops.cells import lstm
from neurorl.ops.encoding import encode, encoded_size
from neurorl.ops.feedback import Feedback, require_feedback
from neurorl.ops.heads import recurrent_weights


class Half(eqx.Module):
    """One of the two networks: its cell, its initial state and its read-out."""

    weight: Float[Array, "n_in+n 4*n"]
    bias: Float[Array, " 4*n"]
    h0: Float[Array, " n"]
    c0: Float[Array, " n"]
    head: Float[Array, "n n_out"]
    head_bias: Float[Array, " n_out"]


class Params(eqx.Module):
    actor: Half  # n_out = n_actions
    critic: Half  # n_out = 1


class State(eqx.Module):
    h: Float[Array, " n"]  # of the actor
    c: Float[Array, " n"]
    critic_h: Float[Array, " n"]
    critic_c: Float[Array, " n"]
    last_action: Float[Array, " n_actions"]
    reward: Float[Array, ""]  # of the last step
    stim: Float[Array, ""]
    value: Float[Array, ""]
    told: Float[Array, ""]
    begun: Float[Array, ""]  # 0 before the first step, 1 afterwards


class Latents(eqx.Module):
    """Value before the action; the actor's input from the last step (delta_{t-1}); units of actor and critic."""

    value: Float[Array, ""]
    told: Float[Array, ""]
    h: Float[Array, " n"]
    critic_h: Float[Array, " n"]


@dataclass(frozen=True)
class DualLSTM(RecurrentAgent):
    """Actor and critic with `hidden` units each; `feedback` is the actor's input from outcomes."""

    spaces: Spaces
    hidden: int = option(48, "units of the actor and of the critic", low=1)
    scale: float = option(2.0, "initial recurrent weights are uniform within +-scale/sqrt(hidden)", low=0)
    discount: float = option(0.9, "discount of one step in the prediction error", low=0, high=1)
    feedback: Feedback = option("rpe", "input of the actor from the last outcome")

    card: ClassVar[Card] = Card(
        title="Meta-RL network with dopamine as input: separate actor and critic",
        summary="Two LSTMs. The critic receives rewards; the actor receives the critic's prediction error in their "
        "place, so that stimulating or blocking dopamine changes behaviour within a session.",
        refs=("wang2018:simulation 6", "stopper2014", "hochreiter1997"),
        tags=("network", "meta-rl", "actor-critic", "dopamine"),
    )

    def __post_init__(self) -> None:
        require_feedback(self.feedback)
        if not 0 <= self.discount <= 1:
            raise BadValue(
                f"discount is {self.discount:g}, but must lie between 0 and 1: it is the discount of one step."
            )

    @classmethod
    def for_spaces(
        cls,
        spaces: Spaces,
        hidden: int = 48,
        scale: float = 2.0,
        discount: float = 0.9,
        feedback: Feedback = "rpe",
    ) -> Self:
        encoded_size(spaces)  # raises DoesNotFit where the spaces cannot be encoded
        return cls(spaces, hidden, scale, discount, feedback)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        key_actor, key_critic = jax.random.split(jax.random.key(0) if key is None else key)
        return Params(self._half(key_actor, self.spaces.discrete_action().n), self._half(key_critic, 1))

    def _half(self, key: PRNGKeyArray, n_out: int) -> Half:
        key_weight, key_head = jax.random.split(key)
        n = self.hidden
        return Half(
            weight=recurrent_weights(key_weight, encoded_size(self.spaces), n, 4 * n, self.scale),
            bias=jnp.zeros(4 * n).at[n : 2 * n].set(1.0),
            h0=jnp.zeros(n),
            c0=jnp.zeros(n),
            head=jax.random.normal(key_head, (n, n_out)) / n**0.5,
            head_bias=jnp.zeros(n_out),
        )

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        actor, critic = params.actor, params.critic
        zero = jnp.zeros((), actor.h0.dtype)
        last_action = jnp.zeros(self.spaces.discrete_action().n, actor.h0.dtype)
        return State(actor.h0, actor.c0, critic.h0, critic.c0, last_action, zero, zero, zero, zero, zero)

    def perceive(self, params: Params, state: State, obs: Array) -> State:
        actor, critic = params.actor, params.critic
        x = encode(self.spaces, obs, state.last_action, state.reward)
        critic_h, critic_c = lstm(critic.weight, critic.bias, x, state.critic_h, state.critic_c)
        value = (critic_h @ critic.head + critic.head_bias)[0]
        told = state.begun * self._told(state, value)
        x = encode(self.spaces, obs, state.last_action, told)
        h, c = lstm(actor.weight, actor.bias, x, state.h, state.c)
        return State(h, c, critic_h, critic_c, state.last_action, state.reward, state.stim, value, told, state.begun)

    def _told(self, state: State, value: Float[Array, ""]) -> Float[Array, ""]:
        """The actor's input from the last step, computed after the critic has valued this one."""
        if self.feedback == "rpe":
            delta = state.reward + self.discount * value - state.value + state.stim
            return jax.lax.stop_gradient(delta)
        return state.reward if self.feedback == "reward" else jnp.zeros_like(state.reward)

    def decide(self, params: Params, state: State) -> tuple[State, Categorical]:
        return state, Categorical(state.h @ params.actor.head + params.actor.head_bias)

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        last_action = jax.nn.one_hot(transition.action, state.last_action.shape[0], dtype=state.h.dtype)
        next_state = State(
            h=state.h,
            c=state.c,
            critic_h=state.critic_h,
            critic_c=state.critic_c,
            last_action=last_action,
            reward=transition.reward.astype(state.h.dtype),
            stim=transition.stim.astype(state.h.dtype),
            value=state.value,
            told=state.told,
            begun=jnp.ones_like(state.begun),
        )
        return next_state, Latents(state.value, state.told, state.h, state.critic_h)


AGENT = DualLSTM
