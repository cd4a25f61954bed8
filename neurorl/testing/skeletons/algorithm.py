"""My algorithm: an evolution strategy with pairs of mirrored changes.

    theta' = theta + eta / (n sigma) sum_i [F(theta + sigma e_i) - F(theta - sigma e_i)] e_i / (2 s)

where e_i is standard normal noise, F the reward of a session, n the number of pairs, and s the standard deviation of F
over the sessions of the update. Write the equations here, each with its source (paper, equation number).

Departs from the paper: nowhere yet.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.algorithm import Algorithm
from neurorl.core.card import Card
from neurorl.core.options import option
from neurorl.core.task import Task
from neurorl.loop import run


class State(eqx.Module):
    """What the next update needs; `params` are the parameters of the agent."""

    key: PRNGKeyArray
    params: Any
    n_updates: Int[Array, ""]


@dataclass(frozen=True)
class MyAlgorithm(Algorithm):
    """An evolution strategy: changes of the weights that earn more are kept."""

    noise: float = option(0.1, "standard deviation of the changes that are tried (sigma)", low=0)
    step_size: float = option(0.02, "learning rate (eta)", low=0)

    card: ClassVar[Card] = Card(
        title="My algorithm",
        summary="Tries random changes of the weights in pairs and moves towards those that earn more.",
        refs=(),
        tags=("evolution",),
    )
    metrics: ClassVar[dict[str, str]] = {"reward": "reward per step, mean over the sessions of the update"}

    def start(self, key: PRNGKeyArray, agent: Agent, task: Task, task_params: Any) -> State:
        key_params, key = jax.random.split(key)
        return State(key, agent.params(key_params), jnp.zeros((), jnp.int32))

    def update(self, state: State, agent: Agent, task: Task, task_params: Any) -> tuple[State, dict[str, Any]]:
        key_noise, key_play = jax.random.split(jax.random.fold_in(state.key, state.n_updates))
        pairs = max(self.parallel // 2, 1)

        def pair(key_noise: PRNGKeyArray, key_play: PRNGKeyArray) -> tuple[Any, Array]:
            noise = _like(key_noise, state.params)
            moved = (_moved(state.params, noise, sign * self.noise) for sign in (1, -1))
            rewards = [run(key_play, agent, params, task, task_params, self.steps).reward for params in moved]
            return noise, jnp.stack([reward.mean() for reward in rewards])

        noise, earned = jax.vmap(pair)(jax.random.split(key_noise, pairs), jax.random.split(key_play, pairs))
        gain = (earned[:, 0] - earned[:, 1]) / (2 * earned.std() + 1e-8)
        step = jax.tree.map(lambda leaf: jnp.tensordot(gain, leaf, 1) / (pairs * self.noise), noise)
        params = _moved(state.params, step, self.step_size)
        return State(state.key, params, state.n_updates + 1), {"reward": earned.mean()}


def _like(key: PRNGKeyArray, params: Any) -> Any:
    """Standard normal noise of the form of the parameters."""
    leaves, structure = jax.tree.flatten(params)
    keys = jax.random.split(key, len(leaves))
    drawn = [jax.random.normal(k, leaf.shape, leaf.dtype) for k, leaf in zip(keys, leaves, strict=True)]
    return jax.tree.unflatten(structure, drawn)


def _moved(params: Any, direction: Any, by: float) -> Any:
    return jax.tree.map(lambda leaf, d: leaf + by * d, params, direction)


ALGORITHM = MyAlgorithm
