"""Which agents fit which tasks: every pair is asked, by `for_spaces`. Imports JAX."""

from typing import Any

from neurorl.core.catalogue import load, names
from neurorl.core.errors import DoesNotFit


def agent_for(agent: str, task: str) -> Any:
    """The agent of this name or file, made for a task; raises `DoesNotFit` with both their names."""
    try:
        return load("agent", agent).for_spaces(load("task", task).spaces)
    except DoesNotFit as error:
        raise DoesNotFit(f"The agent {agent} does not fit the task {task}. {error}") from error


def fitting_agents(task: str) -> tuple[str, ...]:
    """Names of the agents that fit a task (a name or a file)."""
    spaces = load("task", task).spaces
    return tuple(name for name in names("agent") if _fits(load("agent", name), spaces))


def fitting_tasks(agent: str) -> tuple[str, ...]:
    """Names of the tasks that an agent (a name or a file) fits."""
    made = load("agent", agent)
    return tuple(name for name in names("task") if _fits(made, load("task", name).spaces))


def _fits(agent: Any, spaces: Any) -> bool:
    try:
        agent.for_spaces(spaces)
    except DoesNotFit:
        return False
    return True
