"""A signature of the battery: a property of animal behaviour, as a number computed from any agent on a task.

A signature is measured in every simulated subject; an effect is shown if its mean over subjects, less the half width of
the 95 % interval, lies above the value of an agent without it: chance, or a margin of ours above 0, since cached values
alone can mimic part of the effects of planning (Akam, Costa & Dayan 2015). Each has a positive and a negative control
in the tests (`tests/studies/battery_controls.py`): an agent that shows it, and a rival that performs well, or appears
to show it, without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from neurorl.core.agent import Agent
from neurorl.core.catalogue import load
from neurorl.core.task import Task
from neurorl.studies.battery.measures import Measured


@dataclass(frozen=True)
class Form:
    """A task that a signature can be measured in.

    Attributes:
        task: name of the task.
        steps: of a session.
        options: fields of the task that differ from their defaults.
        settings: task -> its params, where they differ from the published ones.
    """

    task: str
    steps: int
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Callable[[Any], Any] | None = None

    def make(self) -> Task:
        """The task."""
        return replace(load("task", self.task), **self.options)


@dataclass(frozen=True)
class Signature:
    """One property of animal behaviour.

    Attributes:
        name: of the measure.
        claim: as a sentence about the agent.
        task: name of the task.
        steps: of a session.
        measure: the table of what was played -> one value a subject.
        source: where it was observed.
        above: what an agent without the signature reaches at most.
        sessions: of each subject.
        options: fields of the task that differ from their defaults.
        settings: task -> its params, where they differ from the published ones.
        needs: columns that the agent must report ("latent_rpe"); without them the signature is not tested.
        change: change to a second group (a lesion, a drug): agent, params -> params. It plays from the same
            seeds, and the value is that of the first group less its own. Agents that cannot be changed like this are
            not tested.
        led: answers that the design gives (`_battery_led`), for signatures that need the same experience for everyone.
        given: signatures that must be shown for this one to be: a lesion spares nothing in an agent at chance.
        also: other forms of the task, for agents that do not fit the first, such as networks trained on one.
    """

    name: str
    claim: str
    task: str
    steps: int
    measure: Measured
    source: str
    above: float = 0.0
    sessions: int = 1
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Callable[[Any], Any] | None = None
    needs: tuple[str, ...] = ()
    change: Callable[[Agent, Any], Any] | None = None
    led: tuple[int, ...] = ()
    given: tuple[str, ...] = ()
    also: tuple[Form, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the task, the usual one first."""
        return (Form(self.task, self.steps, self.options, self.settings), *self.also)
