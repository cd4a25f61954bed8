"""Work that is kept as it is finished, so that a long fit that was stopped goes on where it stood."""

import hashlib
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from neurorl.core.files import write_bytes

T = TypeVar("T")


class Stages:
    """Results of finished stages in a folder; those of another data set or other settings are never taken.

    Attributes:
        folder: where they lie; None keeps nothing.
        resumed: names of the stages that were read back.
    """

    def __init__(self, folder: Path | None, fingerprint: Any, resume: bool):
        self.folder = folder
        self.resumed: list[str] = []
        self._print = hashlib.sha256(repr(fingerprint).encode()).hexdigest()
        self._resume = resume
        if folder is not None and not resume:
            shutil.rmtree(folder, ignore_errors=True)

    def __call__(self, name: str, work: Callable[[], T]) -> T:
        """What `work` gives, or gave before it was stopped."""
        if self.folder is None:
            return work()
        path = self.folder / f"{name}.pickle"
        if self._resume and path.is_file():
            try:
                fingerprint, value = pickle.loads(path.read_bytes())
            except Exception:  # a damaged or older file is worth nothing: the stage is done again
                fingerprint = value = None
            if fingerprint == self._print:
                self.resumed.append(name)
                return cast(T, value)
        value = work()
        write_bytes(path, pickle.dumps((self._print, value)))
        return value

    def file(self, name: str) -> Path | None:
        """Where a stage that takes long may keep how far it got; None where nothing is kept."""
        return None if self.folder is None else self.folder / f"{name}.npz"

    def done(self) -> None:
        """All is finished: nothing is left to resume."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
