"""Advantage actor-critic over whole sessions or stretches of them, as pure functions of a key.

With return R_t = sum_i gamma^i r_{t+i} to the end of the session and value V_t (steps that did not happen left out),

    loss = sum_t [ -log pi(a_t) (R_t - V_t) + beta_v (R_t - V_t)^2 / 2 - beta_e H(pi_t) ],

where the advantage R_t - V_t in the first term is a constant (Mnih et al. 2016; Wang et al. 2018,
Methods). The sum runs over time and the mean over the parallel sessions. Acting and
differentiating share one scan: the loss reads the trajectory of `run` itself, so that each step is
computed forward once. Where sessions are too long to differentiate through (`TrainConfig.unroll`), an update takes the
next stretch of each, the return is bootstrapped by the value after it, and the gradient ends at its start.
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
from neurorl.core.types import Trajectory
from neurorl.loop import Going, begin, choose, go_on, run
from neurorl.ops.returns import discounted_returns
from neurorl.train.config import TrainConfig


class Sessions(eqx.Module):
    """The sessions of one replica that go on from one update to the next, [parallel]."""

    going: Going
    age: Int[Array, " parallel"]  # steps


class TrainState(eqx.Module):
    """Everything that training carries from one update to the next (one replica)."""

    key: PRNGKeyArray
    params: Any
    opt_state: Any
    n_updates: Int[Array, ""]
    sessions: Sessions | None = None  # last, so that a file is read back as well without it


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


def start(
    key: PRNGKeyArray, agent: Agent, config: TrainConfig, task: Task | None = None, task_params: Any = None
) -> TrainState:
    """The state of one replica before its first update; without a task, all of it but the sessions."""
    key_params, key_run = jax.random.split(key)
    params = agent.params(key_params)
    sessions = None
    if config.unroll is not None and task is not None:
        keys = jax.random.split(jax.random.fold_in(key_run, 0), (config.parallel, 2))
        going = jax.vmap(lambda k: begin(k, agent, params, task, task_params))(keys)
        # Different ages, so that sessions do not all start anew in the same update.
        age = (jnp.arange(config.parallel) % config.updates_per_session) * config.unroll
        sessions = Sessions(going, age.astype(jnp.int32))
    return TrainState(key_run, params, config.optimise().init(params), jnp.zeros((), jnp.int32), sessions)


def loss(
    params: Any,
    key: PRNGKeyArray,
    agent: Agent,
    task: Task,
    task_params: Any,
    config: TrainConfig,
    entropy_weight: Float[Array, ""],
    sessions: Sessions | None = None,
) -> tuple[Float[Array, ""], tuple[Metrics, Sessions | None]]:
    """The actor-critic loss of one batch of sessions; what to report of it; where its sessions stand afterwards."""
    keys = jax.random.split(key, config.parallel)
    if sessions is None:
        played, bootstrap = _whole(params, keys, agent, task, task_params, config), jnp.zeros(config.parallel)
    else:
        played, bootstrap, sessions = _stretch(params, keys, agent, task, task_params, config, sessions)
    happened = played.valid if task.ends else jnp.ones_like(played.reward)
    reward = played.reward * happened
    returns = jax.vmap(lambda r, b: discounted_returns(r, config.discount, b), in_axes=(1, 0), out_axes=1)(
        reward, bootstrap
    )
    error = (returns - played.latents.value) * happened
    policy_loss = -(played.log_prob * jax.lax.stop_gradient(error)).sum()
    value_loss = 0.5 * jnp.square(error).sum()
    total = policy_loss + config.value_cost * value_loss - entropy_weight * (played.entropy * happened).sum()
    steps = jnp.maximum(happened.sum(), 1.0)
    metrics = Metrics(
        reward=reward.sum() / jnp.maximum(((1.0 - played.discount) * happened).sum(), 1.0),
        entropy=(played.entropy * happened).sum() / steps,
        value_loss=jnp.square(error).sum() / steps,
        gradient_norm=jnp.zeros(()),
    )
    return total / config.parallel, (metrics, sessions)


def _whole(
    params: Any, keys: PRNGKeyArray, agent: Agent, task: Task, task_params: Any, config: TrainConfig
) -> Trajectory:
    """Whole sessions, [steps, parallel]."""
    every_step = jnp.ones(config.steps, bool)  # a network is trained on protocol steps too

    def session(key: PRNGKeyArray) -> Trajectory:
        return run(key, agent, params, task, task_params, config.steps, scored=every_step)

    return jax.vmap(session, out_axes=1)(keys)


def _stretch(
    params: Any,
    keys: PRNGKeyArray,
    agent: Agent,
    task: Task,
    task_params: Any,
    config: TrainConfig,
    sessions: Sessions,
) -> tuple[Trajectory, Float[Array, " parallel"], Sessions]:
    """The next `unroll` steps of each session, [unroll, parallel]; the value after them; where the sessions stand."""
    n = config.unroll
    assert n is not None
    every_step = jnp.ones(n, bool)

    def stretch(key: PRNGKeyArray, going: Going, age: Int[Array, ""]) -> Any:
        new = jax.random.split(key, 6)
        ended = age + n > config.steps
        if task.ends:
            ended = ended | task.over(task_params, going.task_state)
        fresh = begin(new[:2], agent, params, task, task_params)
        going = choose(ended, fresh, jax.lax.stop_gradient(going))
        going, played = go_on(new[2:4], agent, params, task, task_params, going, n, scored=every_step)
        # One step further, of which only the value is kept.
        ahead = go_on(new[4:], agent, params, task, task_params, going, 1)[1]
        value = jax.lax.stop_gradient(ahead.latents.value[0]) * (ahead.valid[0] if task.ends else 1.0)
        return played, value, going, jnp.where(ended, 0, age) + n

    played, value, going, age = jax.vmap(stretch, out_axes=(1, 0, 0, 0))(keys, sessions.going, sessions.age)
    return played, value, Sessions(jax.lax.stop_gradient(going), age)


def update(
    state: TrainState, agent: Agent, task: Task, task_params: Any, config: TrainConfig
) -> tuple[TrainState, Metrics]:
    """One gradient step. Its randomness depends on the replica's key and the update index alone."""
    key = jax.random.fold_in(state.key, state.n_updates)
    weight = jnp.asarray(config.entropy.over(config.n_updates)(state.n_updates))
    gradients, (metrics, sessions) = jax.grad(loss, has_aux=True)(
        state.params, key, agent, task, task_params, config, weight, state.sessions
    )
    change, opt_state = config.optimise().update(gradients, state.opt_state, state.params)
    params = optax.apply_updates(state.params, change)
    metrics = eqx.tree_at(lambda m: m.gradient_norm, metrics, optax.tree.norm(gradients))
    return TrainState(state.key, params, opt_state, state.n_updates + 1, sessions), metrics


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
    state = start(key, agent, config, task, task_params)

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
