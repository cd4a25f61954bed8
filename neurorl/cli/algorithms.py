"""The training algorithm of a command line: its name, its recipe, and its settings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from neurorl.cli.arguments import named_value
from neurorl.core.errors import BadValue

USUAL = "actor_critic"


def chosen_algorithm(name: str, recipe: str, flags: Mapping[str, Any], settings: Sequence[str]) -> Any:
    """The algorithm of this name or file with its settings.

    Args:
        name: of the catalogue, or a file that exports ALGORITHM.
        recipe: "fast" (the defaults) or "paper".
        flags: setting -> value, of the settings that have a flag of their own (--discount).
        settings: "NAME=VALUE", of any.

    Raises:
        BadValue: the algorithm lacks a setting or the recipe, a value is not allowed, or a setting is given twice.
    """
    from neurorl.core.catalogue import load
    from neurorl.train import with_settings

    algorithm, label = load("algorithm", name), Path(name).stem
    return with_settings(algorithm.paper() if recipe == "paper" else algorithm(), given(flags, settings), label)


def given(flags: Mapping[str, Any], settings: Sequence[str]) -> dict[str, Any]:
    """Setting -> value, or the text of one; a setting given twice is an error."""
    found = dict(flags)
    for text in settings:
        name, value = named_value(text, "--setting", "--setting NAME=VALUE")
        if name in found:
            raise BadValue(f"The setting {name} is given twice; give it once.")
        found[name] = value
    return found
