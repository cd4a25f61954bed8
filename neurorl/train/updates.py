"""Training as a pure function of a key: many updates in one scan, whatever the algorithm."""

from typing import Any

import jax
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.algorithm import Algorithm
from neurorl.core.task import Task


def chunk(state: Any, algorithm: Algorithm, agent: Agent, task: Task, task_params: Any) -> tuple[Any, dict[str, Any]]:
    """`algorithm.chunk` updates in one scan; metrics have a leading axis of that length."""

    def body(state: Any, _: None) -> tuple[Any, dict[str, Any]]:
        return algorithm.update(state, agent, task, task_params)

    return jax.lax.scan(body, state, None, length=algorithm.chunk)


def solve(
    key: PRNGKeyArray, algorithm: Algorithm, agent: Agent, task: Task, task_params: Any
) -> tuple[Any, dict[str, Any]]:
    """A whole training run of one replica as one jittable function of a key; `vmap` it over keys.

    `neurorl.train.train_agent` does the same in chunks, with progress, checkpoints and resume.
    """
    state = algorithm.start(key, agent, task, task_params)

    def body(state: Any, _: None) -> tuple[Any, dict[str, Any]]:
        return chunk(state, algorithm, agent, task, task_params)

    state, metrics = jax.lax.scan(body, state, None, length=algorithm.n_chunks)
    return state, jax.tree.map(lambda leaf: leaf.reshape(-1), metrics)
