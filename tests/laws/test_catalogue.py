"""Everything in the catalogue holds its laws; a new file is covered the moment it exists."""

import pytest

from neurorl.core.catalogue import load, names
from neurorl.testing import check_agent, check_study, check_task, fitting_tasks


@pytest.mark.parametrize("name", names("task"))
def test_task(name):
    check_task(name).raise_if_broken()


@pytest.mark.parametrize("name", names("agent"))
def test_agent(name):
    check_agent(name).raise_if_broken()


@pytest.mark.parametrize("name", names("study"))
def test_study(name):
    # That smoke runs end and yield every measure is tested beside the studies, where each is run once.
    check_study(name, smoke=None).raise_if_broken()


def test_every_task_has_an_agent_and_every_agent_a_task():
    playable = {name: fitting_tasks(load("agent", name), max_tasks=100) for name in names("agent")}
    assert all(playable.values()), playable
    # One task stands for all that share its spaces.
    spaces = {task.spaces for tasks in playable.values() for task in tasks.values()}
    assert {load("task", name).spaces for name in names("task")} == spaces
