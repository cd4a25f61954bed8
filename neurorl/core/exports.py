"""What a file exports as TASK, AGENT and so on, checked where it is loaded, so that a fault is a sentence."""

from typing import Any

from neurorl.core.errors import BadValue
from neurorl.core.text import cut


def require_task(task: Any, name: str = "TASK") -> Any:
    """The task, or `BadValue` where it is none: a class instead of a task, an environment of another library."""
    from neurorl.core.task import Task

    if isinstance(task, Task):
        return task
    said = f"{name} must be a task, for example TASK = MyTask(), but it is {_shown(task)}."
    if _is_environment(task):
        said += (
            " It looks like a Gymnasium environment. Those keep their state outside JAX, so that no agent plays them "
            "here or is trained on them; write it as a task: `neurorl new task my_task` makes a skeleton."
        )
    raise BadValue(said)


def require_agent(agent: Any, name: str = "AGENT") -> Any:
    """The class of an agent (or an agent), or `BadValue`."""
    from neurorl.core.agent import Agent

    if isinstance(agent, Agent) or (isinstance(agent, type) and issubclass(agent, Agent)):
        return agent
    raise BadValue(f"{name} must be the class of an agent, for example AGENT = MyAgent, but it is {_shown(agent)}.")


def require_synapse(synapse: Any, name: str = "SYNAPSE") -> Any:
    """The class of a synapse, or `BadValue`."""
    from neurorl.core.synapse import Synapse

    if isinstance(synapse, type) and issubclass(synapse, Synapse):
        return synapse
    raise BadValue(
        f"{name} must be the class of a synapse, for example SYNAPSE = MySynapse, but it is {_shown(synapse)}."
    )


def require_algorithm(algorithm: Any, name: str = "ALGORITHM") -> Any:
    """The class of a training algorithm, or `BadValue`."""
    from neurorl.core.algorithm import Algorithm

    if isinstance(algorithm, type) and issubclass(algorithm, Algorithm):
        return algorithm
    raise BadValue(
        f"{name} must be the class of an algorithm, for example ALGORITHM = MyAlgorithm, but it is {_shown(algorithm)}."
    )


def _is_environment(thing: Any) -> bool:
    """Whether something has what Gymnasium (or Gym) asks of an environment; the packages need not be installed."""
    return all(hasattr(thing, name) for name in ("reset", "step")) and (
        any(hasattr(thing, name) for name in ("action_space", "observation_space", "render", "unwrapped"))
        or not hasattr(thing, "spaces")
    )


def _shown(thing: Any) -> str:
    if isinstance(thing, type):
        return f"the class {thing.__name__}"
    return cut(repr(thing), 80)
