"""Advantage actor-critic over whole sessions, as pure functions of a key.

With return R_t = sum_i gamma^i r_{t+i} to the end of the session and value V_t,

    loss = sum_t [ -log pi(a_t) (R_t - V_t) + beta_v (R_t - V_t)^2 / 2 - beta_e H(pi_t) ],

where the advantage R_t - V_t in the first term is a constant (Mnih et al. 2016; Wang et al. 2018,
Methods). The sum runs over time and the mean over the parallel sessions. Acting and
differentiating share one scan: the loss reads the trajectory of `run` itself, so that each step is
computed forward once.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.errors import DoesNotFit
from neurorl.core.task import Task
from neurorl.loop import run
from neurorl.ops.returns import discounted_returns
from neurorl.train.config import TrainConfig


class TrainState(eqx.Module):
    """Everything that training carries from one update to the next (one replica)."""

    key: PRNGKeyArray
    params: Any
    opt_state: Any
    n_updates: Int[Array, ""]


class Metrics(eqx.Module):
    """What one update reports.

    Attributes:
        reward: reward per trial, mean over the parallel sessions.
        entropy: mean policy entropy, nats.
        value_loss: mean squared value error, reward units squared.
        gradient_norm: before clipping.
    """

    reward: Float[Array, ""]
    entropy: Float[Array, ""]
    value_loss: Float[Array, ""]
    gradient_norm: Float[Array, ""]


def start(key: PRNGKeyArray, agent: Agent, config: TrainConfig) -> TrainState:
    """The state of one replica before its first update."""
    key_params, key_run = jax.random.split(key)
    params = agent.params(key_params)
    return TrainState(key_run, params, config.optimise().init(params), jnp.zeros((), jnp.int32))


def loss(
    params: Any,
    key: PRNGKeyArray,
    agent: Agent,
    task: Task,
    task_params: Any,
    config: TrainConfig,
    entropy_weight: Float[Array, ""],
) -> tuple[Float[Array, ""], Metrics]:
    """The actor-critic loss of one batch of sessions, and what to report of it."""
    every_step = jnp.ones(config.steps, bool)  # a network is trained on protocol steps too

    def session(key: PRNGKeyArray) -> Any:
        return run(key, agent, params, task, task_params, config.steps, scored=every_step)

    played = jax.vmap(session, out_axes=1)(jax.random.split(key, config.parallel))
    value = played.latents.value
    returns = jax.vmap(lambda r: discounted_returns(r, config.discount), in_axes=1, out_axes=1)(played.reward)
    error = returns - value
    policy_loss = -(played.log_prob * jax.lax.stop_gradient(error)).sum()
    value_loss = 0.5 * jnp.square(error).sum()
    total = policy_loss + config.value_cost * value_loss - entropy_weight * played.entropy.sum()
    trials = jnp.maximum((1.0 - played.discount).sum(), 1.0)
    metrics = Metrics(
        reward=played.reward.sum() / trials,
        entropy=played.entropy.mean(),
        value_loss=jnp.square(error).mean(),
        gradient_norm=jnp.zeros(()),
    )
    return total / config.parallel, metrics


def update(
    state: TrainState, agent: Agent, task: Task, task_params: Any, config: TrainConfig
) -> tuple[TrainState, Metrics]:
    """One gradient step. Its randomness depends on the replica's key and the update index alone."""
    key = jax.random.fold_in(state.key, state.n_updates)
    weight = jnp.asarray(config.entropy.over(config.n_updates)(state.n_updates))
    gradients, metrics = jax.grad(loss, has_aux=True)(state.params, key, agent, task, task_params, config, weight)
    change, opt_state = config.optimise().update(gradients, state.opt_state, state.params)
    params = optax.apply_updates(state.params, change)
    metrics = eqx.tree_at(lambda m: m.gradient_norm, metrics, optax.tree.norm(gradients))
    return TrainState(state.key, params, opt_state, state.n_updates + 1), metrics


def chunk(
    state: TrainState, agent: Agent, task: Task, task_params: Any, config: TrainConfig
) -> tuple[TrainState, Metrics]:
    """`config.chunk` updates in one scan; metrics have a leading axis of that length."""

    def body(state: TrainState, _: None) -> tuple[TrainState, Metrics]:
        return update(state, agent, task, task_params, config)

    return jax.lax.scan(body, state, None, length=config.chunk)


def solve(
    key: PRNGKeyArray, agent: Agent, task: Task, task_params: Any, config: TrainConfig
) -> tuple[TrainState, Metrics]:
    """A whole training run of one replica as one jittable function of a key; `vmap` it over keys.

    `neurorl.train.train_agent` does the same in chunks, with progress, checkpoints and resume.
    """
    state = start(key, agent, config)

    def body(state: TrainState, _: None) -> tuple[TrainState, Metrics]:
        return chunk(state, agent, task, task_params, config)

    state, metrics = jax.lax.scan(body, state, None, length=config.n_chunks)
    return state, jax.tree.map(lambda leaf: leaf.reshape(-1), metrics)


def require_actor_critic(key: PRNGKeyArray, agent: Agent, task: Task, config: TrainConfig) -> None:
    """Raise `DoesNotFit` unless the agent has weights and reports the value an actor-critic needs."""

    def one(key: PRNGKeyArray) -> Any:
        return run(key, agent, agent.params(key), task, task.params(), 2)

    latents = jax.eval_shape(one, key).latents
    if not hasattr(latents, "value"):
        raise DoesNotFit(
            f"{type(agent).__name__} cannot be trained as an actor-critic: its latents have no `value`. "
            "Train a network (lstm, gru, vanilla_rnn), or fit this agent to choices with `neurorl fit`."
        )
