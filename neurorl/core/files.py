"""Files that are whole or not there: written under a temporary name, flushed to disk and renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurorl.core.errors import StorageFailed


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends without an error.

    Raises:
        StorageFailed: the disk is full or not writable; what stood at `path` is untouched.
    """
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content`, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by a text, whole or not at all."""
    write_bytes(path, text.encode())


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an operating system's error into a sentence that names the path."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(
            f"{path} could not be written ({error.strerror or error}). What was there before is unchanged: free some "
            "space or choose another folder, then run the command again."
        ) from error
