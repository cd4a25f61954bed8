"""The last finished step of a long fit in a file, so that a fit that was stopped goes on where it stood."""

import hashlib
import io
import zipfile
from pathlib import Path

import jax
import numpy as np

from neurorl.core.files import write_bytes
from neurorl.fit.units import Units


class Kept:
    """Arrays in a file, without pickle; those of other data or settings are never taken.

    Args:
        path: the file; None keeps nothing.
        what: all that the fit depends on besides the data, with a repr that says it.
        units: the data.
    """

    def __init__(self, path: Path | None, what: object, units: Units):
        self._path = path
        digest = hashlib.sha256(repr((what, units.labels.tolist())).encode())
        for leaf in jax.tree.leaves(units.sessions):
            digest.update(np.asarray(leaf).tobytes())
        self._print = digest.hexdigest()

    @property
    def wanted(self) -> bool:
        """Whether there is a file to write."""
        return self._path is not None

    def read(self) -> dict[str, np.ndarray] | None:
        """What was kept last; None where there is nothing, or nothing whole, of this fit."""
        if self._path is None or not self._path.is_file():
            return None
        try:
            with np.load(io.BytesIO(self._path.read_bytes()), allow_pickle=False) as file:
                kept = dict(file)
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):  # a damaged file is worth nothing
            return None
        return kept if str(kept.pop("print", "")) == self._print else None

    def write(self, arrays: dict[str, np.ndarray]) -> None:
        """Keep these in place of what was kept."""
        if self._path is not None:
            file = io.BytesIO()
            np.savez(file, **(arrays | {"print": np.array(self._print)}))  # pyright: ignore[reportArgumentType]
            write_bytes(self._path, file.getvalue())
