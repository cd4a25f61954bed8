"""Check a task, an agent, a synapse, an algorithm or a study: by name, by file, or the thing itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax

from neurorl.core.agent import Agent
from neurorl.core.algorithm import Algorithm
from neurorl.core.catalogue import load, names
from neurorl.core.errors import DoesNotFit
from neurorl.core.exports import require_task
from neurorl.core.learner import Learner
from neurorl.core.options import with_options
from neurorl.core.spaces import Spaces
from neurorl.core.study import Study
from neurorl.core.synapse import Synapse
from neurorl.core.task import Task
from neurorl.fit.method import Method
from neurorl.fit.methods import method_of
from neurorl.testing.agent_laws import AGENT_LAWS
from neurorl.testing.algorithm_laws import ALGORITHM_LAWS, Course
from neurorl.testing.format_laws import FORMAT_LAWS, Files
from neurorl.testing.laws import LawResult, Report, hold
from neurorl.testing.learner_laws import LEARNER_LAWS
from neurorl.testing.meeting import Meeting
from neurorl.testing.method_laws import METHOD_LAWS, Fits
from neurorl.testing.practice import Signals, Table
from neurorl.testing.study_laws import STUDY_LAWS, Smoke, Trial, smoke_measures
from neurorl.testing.synapse_laws import SYNAPSE_LAWS, Bench
from neurorl.testing.task_laws import TASK_LAWS
from neurorl.testing.visit import Visit


def check_agent(
    agent: Agent | type[Agent] | str | Path,
    task: Task | str | Path | None = None,
    *,
    seed: int = 0,
    max_tasks: int = 2,
    options: Mapping[str, Any] | None = None,
) -> Report:
    """Check the laws of agents.

    Args:
        agent: an agent, an agent class, a name of the catalogue, or a Python file that exports AGENT.
        task: what it plays; by default the first `max_tasks` tasks of the catalogue that it fits and that
            differ in their spaces.
        seed: source of all randomness; a lawful agent holds with every seed.
        max_tasks: how many tasks at most, where none is named.
        options: options of the agent that differ from their defaults (`neurorl.core.options`).

    Returns:
        the verdicts, one per law and task.
    """
    made: Agent | type[Agent] = load("agent", str(agent)) if isinstance(agent, str | Path) else agent
    name = agent_name(agent)
    if task is not None:
        task_name = str(task) if isinstance(task, str | Path) else type(task).__name__
        chosen = {task_name: _task(task)}
    else:
        chosen = fitting_tasks(made, max_tasks)
    if not chosen:
        raise DoesNotFit(f"{name} fits no task of the catalogue; name the task it is meant for.")
    results: list[LawResult] = []
    for task_name, played in chosen.items():
        # Some accelerators round products to 10 bits by default, which would break any agreement to 1e-6.
        with jax.default_matmul_precision("highest"):
            meeting = Meeting(with_options(_agent_for(made, played.spaces), options or {}, name), played, seed)
            laws = (*AGENT_LAWS, *LEARNER_LAWS) if isinstance(meeting.agent, Learner) else AGENT_LAWS
            results += hold(laws, meeting, where=Path(task_name).stem)
    return Report(name, tuple(results))


def check_task(task: Task | str | Path, *, seed: int = 0) -> Report:
    """Check the laws of tasks.

    Args:
        task: a task, a name of the catalogue, or a Python file that exports TASK.
        seed: source of all randomness.
    """
    name = Path(task).stem if isinstance(task, str | Path) else type(task).__name__
    with jax.default_matmul_precision("highest"):
        return Report(name, hold(TASK_LAWS, Visit(_task(task), seed)))


def check_synapse(synapse: Synapse | type[Synapse] | str | Path, *, seed: int = 0) -> Report:
    """Check the laws of synapses.

    Args:
        synapse: a synapse, the class of one (checked with its default settings), a name of the catalogue, or a Python
            file that exports SYNAPSE.
        seed: source of all randomness.
    """
    made = load("synapse", str(synapse)) if isinstance(synapse, str | Path) else synapse
    name = agent_name(synapse)
    made = made() if isinstance(made, type) else made
    with jax.default_matmul_precision("highest"):
        return Report(name, hold(SYNAPSE_LAWS, Bench(made, seed)))


def check_algorithm(algorithm: Algorithm | type[Algorithm] | str | Path, *, seed: int = 0) -> Report:
    """Check the laws of training algorithms, on a small agent and an easy task.

    Args:
        algorithm: an algorithm, the class of one (checked with its default settings), a name of the catalogue, or a
            Python file that exports ALGORITHM. Sessions are shortened.
        seed: source of all randomness.
    """
    made = load("algorithm", str(algorithm)) if isinstance(algorithm, str | Path) else algorithm
    name = agent_name(algorithm)
    made = made() if isinstance(made, type) else made
    with jax.default_matmul_precision("highest"):
        return Report(name, hold(ALGORITHM_LAWS, Course(made, Table(), Signals(), seed)))


def check_method(method: Method | str | Path, *, seed: int = 0) -> Report:
    """Check the laws of fitting methods, on simulated subjects of the Rescorla-Wagner learner.

    Args:
        method: a method, a name of the catalogue, or a Python file that exports METHOD.
        seed: source of all randomness.
    """
    made = method_of(str(method)) if isinstance(method, str | Path) else method
    name = Path(method).stem if isinstance(method, str | Path) else made.card.title
    module = getattr(made.fit, "__module__", "")  # a partial has none
    return Report(name, hold(METHOD_LAWS, Fits(made, module, seed)))


def check_format(format: str | Path, *, seed: int = 0) -> Report:
    """Check the laws of file formats.

    Args:
        format: a name of the catalogue, or a Python file that exports FORMAT.
        seed: source of all randomness.
    """
    made = load("format", str(format))
    name = str(format)
    return Report(Path(name).stem, hold(FORMAT_LAWS, Files(name, made, made.read.__module__, seed)))


def check_study(study: Study | str | Path, *, smoke: Smoke | None = smoke_measures) -> Report:
    """Check the laws of studies.

    Args:
        study: a study, a name of the catalogue, or a Python file that exports STUDY.
        smoke: the measures of a smoke run, or a function that makes them; by default the run is made now,
            None leaves it out.
    """
    made: Study = load("study", str(study)) if isinstance(study, str | Path) else study
    return Report(made.name, hold(STUDY_LAWS, Trial(made, made.gather.__module__, smoke)))


def fitting_tasks(agent: Agent | type[Agent], max_tasks: int) -> dict[str, Task]:
    """The first tasks of the catalogue that an agent fits, no two with the same spaces."""
    found: dict[str, Task] = {}
    for name in names("task"):
        if len(found) == max_tasks:
            break
        task: Task = load("task", name)
        if any(task.spaces == other.spaces for other in found.values()):
            continue
        try:
            fitted = _agent_for(agent, task.spaces)
        except DoesNotFit:
            continue
        # An agent that is already made for some spaces can only play the tasks that have these.
        if isinstance(agent, type) or getattr(fitted, "spaces", None) == task.spaces:
            found[name] = task
    return found


def agent_name(agent: Any) -> str:
    """What to call an agent, a synapse or an algorithm in a report."""
    if isinstance(agent, str | Path):
        return Path(agent).stem
    return agent.__name__ if isinstance(agent, type) else type(agent).__name__


def _agent_for(agent: Agent | type[Agent], spaces: Spaces) -> Agent:
    return agent.for_spaces(spaces) if isinstance(agent, type) else agent


def _task(task: Task | str | Path) -> Task:
    made = load("task", str(task)) if isinstance(task, str | Path) else task
    return require_task(made)


# kind -> the check of one that is named; agents also take a task and options, studies have no seed
CHECKS = {
    "task": check_task,
    "agent": check_agent,
    "synapse": check_synapse,
    "algorithm": check_algorithm,
    "method": check_method,
    "format": check_format,
    "study": check_study,
}
