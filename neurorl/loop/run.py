"""The loop: a task and an agent meet and leave a trajectory."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.task import Task
from neurorl.core.types import Trajectory, Transition


class _Inputs(eqx.Module):
    """What each step of the scan is given; None where a field does not apply."""

    key_action: PRNGKeyArray | None
    key_outcome: PRNGKeyArray
    forced: Any
    valid: Bool[Array, " n_steps"] | None
    scored: Bool[Array, " n_steps"] | None


def run(
    key: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    task_params: Any,
    n_steps: int,
    *,
    forced: Any = None,
    valid: Bool[Array, " n_steps"] | None = None,
    scored: Bool[Array, " n_steps"] | None = None,
) -> Trajectory:
    """Let an agent and a task meet for one session.

    Simulation, replay of a recorded session, likelihood, fitting and meta-training are all this
    one scan; they differ in the task, in whether actions are `forced`, and in what is
    differentiated.

    Args:
        key: source of all randomness of the session.
        agent, params: who plays.
        task, task_params: what is played.
        n_steps: number of steps (decisions).
        forced: actions to take instead of drawing from the policy, leading axis n_steps.
        valid: False where a step did not happen: the agent is frozen there and nothing is scored.
        scored: False where an action is learned from but is not a free choice; by default the
            steps in which `task.spaces` calls the action a free, legal choice.

    Returns:
        the trajectory, time first.
    """
    key_agent, key_task, key_actions, key_outcomes = jax.random.split(key, 4)
    task_state, obs = task.reset(key_task, task_params)
    agent_state = agent.init(key_agent, params)
    steps = _Inputs(
        key_action=None if forced is not None else jax.random.split(key_actions, n_steps),
        key_outcome=jax.random.split(key_outcomes, n_steps),
        forced=forced,
        valid=valid,
        scored=scored,
    )

    def body(carry: tuple[Any, Any, Any], step: _Inputs) -> tuple[tuple[Any, Any, Any], Trajectory]:
        agent_before, task_state, obs = carry
        agent_state, policy = agent.act(params, agent_before, obs)
        action = step.forced if step.key_action is None else policy.sample(step.key_action)
        task_state, outcome = task.step(step.key_outcome, task_params, task_state, action)
        happened = jnp.asarray(True) if step.valid is None else step.valid
        # What an agent learns from on a step that did not happen must be a number, not the NaN
        # of a missing reward: a NaN would survive `where` in the gradient.
        reward = outcome.reward if step.valid is None else jnp.where(happened, outcome.reward, 0.0)
        transition = Transition(obs, action, reward, outcome.discount, outcome.stim, outcome.obs)
        agent_state, latents = agent.update(params, agent_state, transition)
        if step.valid is not None:
            agent_state = _choose(happened, agent_state, agent_before)
        is_scored = task.spaces.is_choice(obs, action) if step.scored is None else step.scored
        is_scored = is_scored & happened
        recorded = Trajectory(
            obs=obs,
            action=action,
            reward=outcome.reward,
            discount=outcome.discount,
            stim=outcome.stim,
            next_obs=outcome.obs,
            valid=happened,
            scored=is_scored,
            log_prob=jnp.where(is_scored, policy.log_prob(action), 0.0),
            entropy=policy.entropy(),
            latents=latents,
            truth=outcome.truth,
        )
        return (agent_state, task_state, outcome.obs), recorded

    _, trajectory = jax.lax.scan(body, (agent_state, task_state, obs), steps, length=n_steps)
    return trajectory


simulate = run


def _choose(flag: Bool[Array, ""], if_true: Any, if_false: Any) -> Any:
    return jax.tree.map(lambda a, b: jnp.where(flag, a, b), if_true, if_false)
