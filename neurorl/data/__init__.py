"""One row a decision: tables, their schema, records, and shipped data sets.

Names are loaded when first used, so that `import neurorl.data` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurorl.data.dataset import Dataset
    from neurorl.data.schema import Column, Schema
    from neurorl.data.shipped import ShippedSet
    from neurorl.data.trajectories import from_trajectory, read_recording, recording, write_recording

_HOME = {
    "Column": "schema",
    "Dataset": "dataset",
    "Schema": "schema",
    "ShippedSet": "shipped",
    "from_trajectory": "trajectories",
    "read_recording": "trajectories",
    "recording": "trajectories",
    "write_recording": "trajectories",
}

__all__ = [
    "Column",
    "Dataset",
    "Schema",
    "ShippedSet",
    "from_trajectory",
    "read_recording",
    "recording",
    "write_recording",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurorl.data' has no attribute '{name}'")
    return getattr(importlib.import_module(f"neurorl.data.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
