"""neurorl: reinforcement learning in brains and in machines.

One object plays, is fitted, is compared, is lesioned, is recorded and is meta-trained. The names below are
imported when they are first used, so that `import neurorl` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "ActorCritic": "neurorl.train",
    "Agent": "neurorl.core.agent",
    "Algorithm": "neurorl.core.algorithm",
    "Box": "neurorl.core.spaces",
    "Card": "neurorl.core.card",
    "Discrete": "neurorl.core.spaces",
    "Outcome": "neurorl.core.types",
    "Learner": "neurorl.core.learner",
    "RecurrentAgent": "neurorl.core.recurrent",
    "Spaces": "neurorl.core.spaces",
    "Synapse": "neurorl.core.synapse",
    "Task": "neurorl.core.task",
    "load_task": "neurorl.core.catalogue",
    "load_agent": "neurorl.core.catalogue",
    "load_algorithm": "neurorl.core.catalogue",
    "load_study": "neurorl.core.catalogue",
    "load_synapse": "neurorl.core.catalogue",
    "load_dataset": "neurorl.core.catalogue",
    "replace": "neurorl.core.params",
    "run": "neurorl.loop",
    "simulate": "neurorl.loop",
    "simulate_many": "neurorl.loop",
    "replay": "neurorl.loop",
    "replay_many": "neurorl.loop",
    "log_likelihood": "neurorl.loop",
    "Dataset": "neurorl.data",
    "by_trial": "neurorl.data",
    "from_trajectory": "neurorl.data",
    "read_recording": "neurorl.data",
    "recording": "neurorl.data",
    "write_recording": "neurorl.data",
    "clamp": "neurorl.perturb",
    "dopamine_at_choice": "neurorl.perturb",
    "dopamine_at_learning": "neurorl.perturb",
    "dopaminergic": "neurorl.perturb",
    "doses": "neurorl.perturb",
    "freeze_part": "neurorl.perturb",
    "lesion": "neurorl.perturb",
    "lesion_part": "neurorl.perturb",
    "named_units": "neurorl.perturb",
    "noisy_choice": "neurorl.perturb",
    "noisy_dopamine": "neurorl.perturb",
    "shift": "neurorl.perturb",
    "stimulated": "neurorl.perturb",
    "fit_map": "neurorl.fit",
    "compare": "neurorl.fit",
    "TrainConfig": "neurorl.train",
    "train_agent": "neurorl.train",
    "load_trained": "neurorl.train",
    "load_zoo": "neurorl.zoo",
    "run_study": "neurorl.report.runner",
    "check_agent": "neurorl.testing",
    "check_algorithm": "neurorl.testing",
    "check_synapse": "neurorl.testing",
    "check_task": "neurorl.testing",
}

__all__ = [
    "ActorCritic",
    "Agent",
    "Algorithm",
    "Box",
    "Card",
    "Dataset",
    "Discrete",
    "Learner",
    "Outcome",
    "RecurrentAgent",
    "Spaces",
    "Synapse",
    "Task",
    "TrainConfig",
    "__version__",
    "by_trial",
    "check_agent",
    "check_algorithm",
    "check_synapse",
    "check_task",
    "clamp",
    "compare",
    "dopamine_at_choice",
    "dopamine_at_learning",
    "dopaminergic",
    "doses",
    "fit_map",
    "freeze_part",
    "from_trajectory",
    "lesion",
    "lesion_part",
    "load_agent",
    "load_algorithm",
    "load_dataset",
    "load_study",
    "load_synapse",
    "load_task",
    "load_trained",
    "load_zoo",
    "log_likelihood",
    "named_units",
    "noisy_choice",
    "noisy_dopamine",
    "read_recording",
    "recording",
    "replace",
    "replay",
    "replay_many",
    "run",
    "run_study",
    "shift",
    "simulate",
    "simulate_many",
    "stimulated",
    "train_agent",
    "write_recording",
]


# Sub-packages that `import neurorl` makes reachable: neurorl.data.read, neurorl.perturb.doses, ...
_PACKAGES = (
    "agents", "analysis", "core", "data", "figures", "fit", "loop", "ops", "perturb", "pictures", "report", "studies",
    "synapses", "tasks", "testing", "train", "zoo",
)  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _PACKAGES:
        return importlib.import_module(f"neurorl.{name}")
    if name not in _WHERE:
        raise AttributeError(f"neurorl has no name '{name}'; the names are {', '.join(sorted(_WHERE))}.")
    value = getattr(importlib.import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE, *_PACKAGES])


if TYPE_CHECKING:
    from neurorl.core.agent import Agent
    from neurorl.core.algorithm import Algorithm
    from neurorl.core.card import Card
    from neurorl.core.catalogue import load_agent, load_algorithm, load_dataset, load_study, load_synapse, load_task
    from neurorl.core.learner import Learner
    from neurorl.core.params import replace
    from neurorl.core.recurrent import RecurrentAgent
    from neurorl.core.spaces import Box, Discrete, Spaces
    from neurorl.core.synapse import Synapse
    from neurorl.core.task import Task
    from neurorl.core.types import Outcome
    from neurorl.data import Dataset, by_trial, from_trajectory, read_recording, recording, write_recording
    from neurorl.fit import compare, fit_map
    from neurorl.loop import log_likelihood, replay, replay_many, run, simulate, simulate_many
    from neurorl.perturb import (
        clamp,
        dopamine_at_choice,
        dopamine_at_learning,
        dopaminergic,
        doses,
        freeze_part,
        lesion,
        lesion_part,
        named_units,
        noisy_choice,
        noisy_dopamine,
        shift,
        stimulated,
    )
    from neurorl.report.runner import run_study
    from neurorl.testing import check_agent, check_algorithm, check_synapse, check_task
    from neurorl.train import ActorCritic, TrainConfig, load_trained, train_agent
    from neurorl.zoo import load_zoo
