"""Which agents fit which tasks: every pair is asked, by `for_spaces`. Imports JAX."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neurorl.cli.arguments import named_value
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue, DoesNotFit


def task_with(task: str, options: Sequence[str]) -> Any:
    """The task of this name or file with its fields set: "NAME=VALUE", where @FILE stands for the text of a file."""
    from neurorl.core.options import with_options

    values: dict[str, str] = {}
    for option in options:
        name, text = named_value(option, "--task-option", "a name and a value: maze=four_rooms")
        if name in values:
            raise BadValue(f"--task-option gives {name} twice; give it once.")
        values[name] = _text_of(text[1:], option) if text.startswith("@") else text
    return with_options(load("task", task), values, task)


def _text_of(path: str, option: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue(f"--task-option {option}: {path} cannot be read as text ({error}).") from error


def agent_for(agent: str, task: str, made: Any = None) -> Any:
    """The agent of this name or file, made for a task (`made` where it has options of its own).

    Raises:
        DoesNotFit: they do not fit; the message has both their names.
    """
    try:
        return load("agent", agent).for_spaces((load("task", task) if made is None else made).spaces)
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
