"""Work that is kept as it is finished, so that a long fit that was stopped goes on where it stood."""

import shutil
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from neurorl.core.errors import StorageFailed
from neurorl.core.fingerprint import differences
from neurorl.core.keeper import ENDING, keep, open_kept
from neurorl.core.kept_values import Kind

T = TypeVar("T")


class Stages:
    """Results of finished stages in a folder; one made from anything else than now is made again, and that is said.

    Args:
        folder: where they lie; None keeps nothing.
        made_from: what every stage is made from: a phrase -> its fingerprint or value ("the table" -> "sha256:...").
        resume: whether to take what lies there.
        kinds: the types that a stage may hold.
        made_from_agents: what a stage about some agents is made from besides, given their names.

    Attributes:
        resumed: names of the stages that were read back.
        seconds: name of each stage that was made now -> the time it took.
    """

    def __init__(
        self,
        folder: Path | None,
        made_from: Mapping[str, Any],
        resume: bool,
        kinds: Iterable[Kind] = (),
        made_from_agents: Callable[[Sequence[str]], Mapping[str, Any]] = lambda agents: {},
    ):
        self.folder = folder
        self.resumed: list[str] = []
        self.seconds: dict[str, float] = {}
        self._made_from = dict(made_from)
        self._resume = resume
        self._kinds = tuple(kinds)
        self._of = made_from_agents
        if folder is not None and not resume:
            shutil.rmtree(folder, ignore_errors=True)

    def __call__(self, name: str, work: Callable[[], T], agents: Sequence[str] = (), **more: Any) -> T:
        """What `work` gives, or gave before it was stopped.

        Args:
            name: of the stage.
            work: computes it.
            agents: the agents that it is about.
            more: other values that this stage depends on (folds=5).
        """
        if self.folder is None:
            return self._made(name, work)
        path, now = self.folder / f"{name}{ENDING}", self._made_from | dict(self._of(agents)) | more
        if self._resume and path.exists():
            try:
                file = open_kept(path)
                changed = differences(file.about, now)
                if not changed:
                    value = file.value(self._kinds)
                    self.resumed.append(name)
                    return cast(T, value)
                why = "; ".join(changed)
            except StorageFailed as error:
                why = str(error).rstrip(".")
            warnings.warn(f"The stage {name} is computed again: {why}.", stacklevel=2)
        value = self._made(name, work)
        keep(path, value, now, self._kinds)
        return value

    def _made(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        value = work()
        self.seconds[name] = time.perf_counter() - began
        return value

    def file(self, name: str) -> Path | None:
        """Where a stage that takes long may keep how far it got; None where nothing is kept."""
        return None if self.folder is None else self.folder / f"{name}.partly{ENDING}"

    def words(self) -> str:
        """What of the work can be resumed, as a sentence."""
        lying = [] if self.folder is None else [path for path in self.folder.glob(f"*{ENDING}") if path.is_file()]
        if not lying:
            return "No stage was finished, so nothing was saved."
        names = [path.name.removesuffix(ENDING) for path in sorted(lying, key=lambda path: path.stat().st_mtime_ns)]
        partly = any(name.endswith(".partly") for name in names)
        finished = [name for name in names if not name.endswith(".partly")]
        done = f"Finished and saved in {self.folder}: {', '.join(finished)}." if finished else ""
        begun = f"An unfinished stage is saved in {self.folder}." if partly else ""
        return " ".join(part for part in (done, begun, "Run the same command with --resume to continue.") if part)

    def done(self) -> None:
        """All is finished: nothing is left to resume."""
        if self.folder is not None:
            with suppress(OSError):
                shutil.rmtree(self.folder)
