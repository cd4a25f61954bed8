"""`neurorl new`: a working skeleton of what users write: a task, an agent, a synapse, a fitting method, ..."""

from pathlib import Path
from typing import Annotated, Literal

import tyro
from tyro.conf import Positional

EXAMPLES = (
    "neurorl new agent my_agent",
    "neurorl new learner my_learner",
    "neurorl new task my_task --folder models",
    "neurorl new method my_method",
    "neurorl new study my_study",
)

_Kind = Literal["task", "agent", "learner", "synapse", "algorithm", "method", "format", "study"]


def command(
    kind: Annotated[
        Literal["task", "agent", "learner", "synapse", "algorithm", "method", "format", "study"], Positional
    ],
    name: Annotated[str, Positional, tyro.conf.arg(metavar="NAME", help_behavior_hint="")],
    /,
    folder: Path = Path("."),
) -> None:
    """Write a working skeleton that passes `neurorl check` as it stands.

    Args:
        kind: What to write; a learner is an agent that learns weights.
        name: Name of the file and of what is in it: lower-case words joined by underscores.
        folder: Where to put it.
    """
    from neurorl.testing import write_skeleton

    path = write_skeleton(kind, name, folder)
    print(f"{path} was written. Check it with: neurorl check {path}")
