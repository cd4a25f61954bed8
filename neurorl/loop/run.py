"""The loop: a task and an agent meet and leave a trajectory."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.informed import updated
from neurorl.core.ring import went_on
from neurorl.core.task import Task
from neurorl.core.types import Trajectory, Transition


class Going(eqx.Module):
    """A session that goes on: what the next step of the loop starts from."""

    agent_state: Any
    task_state: Any
    obs: Any


class Steps(eqx.Module):
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
            Steps after a task's session is over (`task.over`) did not happen either.
        scored: False where an action is learned from but is not a free choice; by default the
            steps in which `task.spaces` calls the action a free, legal choice.

    Returns:
        the trajectory, time first.
    """
    keys = jax.random.split(key, 4)
    going = begin(keys[:2], agent, params, task, task_params)
    return go_on(keys[2:], agent, params, task, task_params, going, n_steps, forced=forced, valid=valid, scored=scored)[
        1
    ]


def begin(keys: PRNGKeyArray, agent: Agent, params: Any, task: Task, task_params: Any) -> Going:
    """The start of a session, from two keys."""
    key_agent, key_task = keys
    task_state, obs = task.reset(key_task, task_params)
    return Going(agent.init(key_agent, params), task_state, obs)


def go_on(
    keys: PRNGKeyArray,
    agent: Agent,
    params: Any,
    task: Task,
    task_params: Any,
    going: Going,
    n_steps: int,
    *,
    forced: Any = None,
    valid: Bool[Array, " n_steps"] | None = None,
    scored: Bool[Array, " n_steps"] | None = None,
) -> tuple[Going, Trajectory]:
    """The next `n_steps` of a session that has begun, from two keys; further arguments as in `run`.

    Returns:
        where the session stands afterwards, and the trajectory of these steps.
    """
    return walk(agent, params, task, task_params, going, draw_steps(keys, n_steps, forced, valid, scored))


def draw_steps(keys: PRNGKeyArray, n_steps: int, forced: Any = None, valid: Any = None, scored: Any = None) -> Steps:
    """What `n_steps` steps need, from two keys."""
    key_actions, key_outcomes = keys
    return Steps(
        key_action=None if forced is not None else jax.random.split(key_actions, n_steps),
        key_outcome=jax.random.split(key_outcomes, n_steps),
        forced=forced,
        valid=valid,
        scored=scored,
    )


def walk(
    agent: Agent, params: Any, task: Task, task_params: Any, going: Going, steps: Steps
) -> tuple[Going, Trajectory]:
    """The scan itself: as `go_on`, with what each step needs already drawn."""
    always = steps.valid is None and not task.ends

    def body(going: Going, step: Steps) -> tuple[Going, Trajectory]:
        obs = going.obs
        agent_state, policy = agent.act(params, going.agent_state, obs)
        action = step.forced if step.key_action is None else policy.sample(step.key_action)
        task_state, outcome = task.step(step.key_outcome, task_params, going.task_state, action)
        happened = jnp.asarray(True) if step.valid is None else step.valid
        if task.ends:
            happened = happened & ~task.over(task_params, going.task_state)
        # What an agent learns from on a step that did not happen must be a number, not the NaN
        # of a missing reward: a NaN would survive `where` in the gradient.
        reward = outcome.reward if always else jnp.where(happened, outcome.reward, 0.0)
        is_scored = task.spaces.is_choice(obs, action) if step.scored is None else step.scored
        is_scored = is_scored & happened
        transition = Transition(
            obs, action, reward, outcome.discount, outcome.stim, outcome.obs, outcome.feedback, outcome.informed
        )
        agent_state = agent.chose(agent_state, is_scored)
        agent_state, latents = updated(agent, params, agent_state, transition)
        next_obs = outcome.obs
        if not always:
            agent_state = went_on(happened, agent_state, going.agent_state)
        if task.ends:  # a session that is over stands still
            over = task.over(task_params, going.task_state)
            task_state, next_obs = choose(over, (going.task_state, obs), (task_state, next_obs))
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
            feedback=outcome.feedback,
            informed=outcome.informed,
        )
        return Going(agent_state, task_state, next_obs), recorded

    return jax.lax.scan(body, going, steps)


simulate = run


def choose(flag: Bool[Array, ""], if_true: Any, if_false: Any) -> Any:
    """One of two trees of the same structure, leaf by leaf."""
    return jax.tree.map(lambda a, b: jnp.where(flag, a, b), if_true, if_false)
