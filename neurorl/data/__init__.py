"""One row a decision: tables, their schema, records, and shipped data sets.

Names are loaded when first used, so that `import neurorl.data` costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurorl.data.counts import Scored, count_scored
    from neurorl.data.dataset import Dataset
    from neurorl.data.layouts import Reading, guess, read, reading, write
    from neurorl.data.recordings import by_trial, read_recording, recording, write_recording
    from neurorl.data.regressors import into, write_regressors
    from neurorl.data.regressors_bids import into_bids
    from neurorl.data.regressors_nwb import into_nwb
    from neurorl.data.schema import Column, Schema
    from neurorl.data.shipped import ShippedSet
    from neurorl.data.trajectories import from_trajectory

_HOME = {
    "Column": "schema",
    "Dataset": "dataset",
    "Reading": "layouts",
    "Schema": "schema",
    "Scored": "counts",
    "ShippedSet": "shipped",
    "by_trial": "recordings",
    "count_scored": "counts",
    "from_trajectory": "trajectories",
    "guess": "layouts",
    "into": "regressors",
    "into_bids": "regressors_bids",
    "into_nwb": "regressors_nwb",
    "read": "layouts",
    "read_recording": "recordings",
    "reading": "layouts",
    "recording": "recordings",
    "write": "layouts",
    "write_recording": "recordings",
    "write_regressors": "regressors",
}

__all__ = [
    "Column",
    "Dataset",
    "Reading",
    "Schema",
    "Scored",
    "ShippedSet",
    "by_trial",
    "count_scored",
    "from_trajectory",
    "guess",
    "into",
    "into_bids",
    "into_nwb",
    "read",
    "read_recording",
    "reading",
    "recording",
    "write",
    "write_recording",
    "write_regressors",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurorl.data' has no attribute '{name}'")
    return getattr(importlib.import_module(f"neurorl.data.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
