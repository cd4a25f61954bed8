"""The last finished step of a long fit in a file, so that a fit that was stopped goes on where it stood."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import jax
import numpy as np

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.errors import StorageFailed
from neurorl.core.fingerprint import digest
from neurorl.core.keeper import keep, open_kept
from neurorl.core.sources import PACKAGE, code, source_of
from neurorl.core.versions import version_of
from neurorl.fit.units import Units


class Kept:
    """Arrays in a file of the keeper; those of other data, settings, agents or versions are never taken.

    Args:
        path: the file; None keeps nothing.
        agents: the fitted agents; their options and their source count.
        what: all else that the fit depends on besides the data.
        units: the data.
    """

    def __init__(self, path: Path | None, agents: Sequence[Agent], what: object, units: Units):
        self._path = path
        self._print = ""
        if path is not None:
            made_by = (__version__, version_of("jax"), version_of("numpy"), code((PACKAGE / "fit").glob("*.py")))
            about = (list(agents), [source_of(agent) for agent in agents], what, units.labels)
            self._print = digest(made_by, about, jax.tree.leaves(units.sessions))

    @property
    def wanted(self) -> bool:
        """Whether there is a file to write."""
        return self._path is not None

    def read(self) -> dict[str, np.ndarray] | None:
        """What was kept last; None where there is nothing, or nothing whole, of this fit."""
        if self._path is None:
            return None
        with suppress(StorageFailed):  # a damaged file is worth nothing
            kept = open_kept(self._path)
            if kept.about.get("print") == self._print and isinstance(arrays := kept.value(), dict):
                return arrays
        return None

    def write(self, arrays: dict[str, np.ndarray]) -> None:
        """Keep these in place of what was kept."""
        if self._path is not None:
            keep(self._path, arrays, {"print": self._print})
