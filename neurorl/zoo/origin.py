"""What `origin.json` of a zoo file must look like. Only the standard library is used."""

import math
from typing import Any

FORMAT = 1
MOST_REPLICAS = 10_000
MOST_TEXT = 300  # characters
# A recipe from a file may ask for at most this much; the largest of the shipped zoo is a hundredth of it.
MOST_RECIPE = {"sessions": 10**9, "steps": 10**6, "unroll": 10**6, "replicas": MOST_REPLICAS, "parallel": 10**5}
MOST_STEPS = 10**8  # steps x parallel x replicas: what one update holds in memory

_TEXTS = ("name", "study", "scale", "devices", "date", "neurorl", "python")


def require_origin(origin: Any) -> None:
    """Raise `ValueError` unless this is the origin of a trained network, of sane sizes."""
    if not isinstance(origin, dict) or origin.get("format") != FORMAT:
        raise ValueError(f"its origin is not of format {FORMAT}; a newer neurorl may have written it")
    for name in _TEXTS:
        _require_text(name, origin.get(name))
    _require_whole("replicas", origin.get("replicas"), 1, MOST_REPLICAS)
    _require_whole("seed", origin.get("seed"), 0, 2**63 - 1)
    network = origin.get("network")
    if not isinstance(network, dict):
        raise ValueError("its origin does not describe a network")
    for name in ("task", "agent"):
        _require_text(name, network.get(name))
    _require_text("algorithm", network.get("algorithm", ""))  # files of earlier versions name none
    for name in ("task_options", "agent_options", "config"):
        if not isinstance(network.get(name), dict) or len(network[name]) > 100:
            raise ValueError(f"{name} of its origin is not a set of named values")
    _require_recipe(network["config"])


def _require_text(name: str, value: Any) -> None:
    if not isinstance(value, str) or len(value) > MOST_TEXT or not value.isprintable():
        raise ValueError(f"{name} of its origin is not a short printable text")


def _require_whole(name: str, value: Any, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} of its origin is not a whole number from {low:,} to {high:,}")


def _require_recipe(config: dict[str, Any]) -> None:
    for name, value in config.items():
        if name in MOST_RECIPE and not (name == "unroll" and value is None):
            _require_whole(name, value, 1, MOST_RECIPE[name])
        values = value.values() if isinstance(value, dict) and len(value) <= 10 else [value]
        if not all(item is None or isinstance(item, str | bool) or _finite(item) for item in values):
            raise ValueError(f"{name} of its recipe is not a plain value")
    product = math.prod(config.get(name) or 1 for name in ("steps", "parallel", "replicas"))
    if product > MOST_STEPS:
        raise ValueError(f"its recipe holds {product:,} steps in memory, more than {MOST_STEPS:,}")


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e18
