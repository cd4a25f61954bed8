"""Parameters from tasks: training of networks. Names are imported when first used."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurorl.train.algorithms.actor_critic import ActorCritic, TrainConfig
    from neurorl.train.driver import load_trained, train_agent
    from neurorl.train.schedule import Schedule, constant
    from neurorl.train.settings import from_dict, with_settings
    from neurorl.train.updates import solve

_HOME = {
    "ActorCritic": "algorithms.actor_critic",
    "Schedule": "schedule",
    "TrainConfig": "algorithms.actor_critic",
    "constant": "schedule",
    "from_dict": "settings",
    "load_trained": "driver",
    "solve": "updates",
    "train_agent": "driver",
    "with_settings": "settings",
}

__all__ = [
    "ActorCritic",
    "Schedule",
    "TrainConfig",
    "constant",
    "from_dict",
    "load_trained",
    "solve",
    "train_agent",
    "with_settings",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurorl.train' has no attribute '{name}'")
    return getattr(importlib.import_module(f"neurorl.train.{_HOME[name]}"), name)
