"""The folder a command writes into is its own until it ends: tested before work begins, and locked."""

from contextlib import ExitStack
from pathlib import Path

from neurorl.core.lock import only_writer

_held = ExitStack()


def hold(folder: Path | None) -> None:
    """Test that a folder can be written into, and keep other processes out until `let_go`; None needs nothing."""
    if folder is not None:
        _held.enter_context(only_writer(folder))


def let_go() -> None:
    """Unlock all folders."""
    _held.close()
