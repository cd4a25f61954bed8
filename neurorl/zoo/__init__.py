"""Trained networks as files, each with its origin, loaded by name. Names are imported when first used."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurorl.zoo.entry import ZooEntry, load_zoo, network_of
    from neurorl.zoo.index import zoo_names, zoo_origin
    from neurorl.zoo.write import write_zoo

_HOME = {
    "ZooEntry": "entry",
    "load_zoo": "entry",
    "network_of": "entry",
    "write_zoo": "write",
    "zoo_names": "index",
    "zoo_origin": "index",
}

__all__ = ["ZooEntry", "load_zoo", "network_of", "write_zoo", "zoo_names", "zoo_origin"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurorl.zoo' has no attribute '{name}'")
    return getattr(importlib.import_module(f"neurorl.zoo.{_HOME[name]}"), name)
