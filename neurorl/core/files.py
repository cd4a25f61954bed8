"""Files that are whole or not there: written under a temporary name, flushed to disk and renamed."""

import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from neurorl.core.errors import StorageFailed

_LONGEST = 255  # bytes of a file's name, on the file systems in use
_TEMPORARY = re.compile(r"\.(\d+)\..+")
_DAY = 86_400.0  # seconds


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends without an error.

    Raises:
        StorageFailed: the disk is full or not writable; what stood at `path` is untouched.
    """
    temporary = path.with_name(temporary_name(path.name))
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            with temporary.open("r+b") as file:  # Windows flushes only what may be written to
                os.fsync(file.fileno())
            _take_the_place(temporary, path)
        finally:
            with suppress(OSError):  # the first error is the one to tell
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
    except BrokenPipeError:  # standard output was closed, which is no matter of storage
        raise
    except OSError as error:
        raise StorageFailed(
            f"{path} could not be written ({error.strerror or error}). What was there before is unchanged: free some "
            "space or choose another folder, then run the command again."
        ) from error


def temporary_name(name: str) -> str:
    """`.PID.name`, shortened where that is longer than a file's name may be; the ending stays."""
    whole = f".{os.getpid()}.{name}"
    if len(os.fsencode(whole)) <= _LONGEST or len(os.fsencode(name)) > _LONGEST:
        return whole
    ending = Path(name).suffix
    short = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
    return f".{os.getpid()}.{short}{ending if len(os.fsencode(ending)) < 32 else ''}"


def sweep(folder: Path) -> None:
    """Remove temporary files and folders that processes which no longer run left here, or one folder below."""
    with suppress(OSError):
        for path in [*folder.glob(".*.*"), *folder.glob("*/.*.*")]:
            named = _TEMPORARY.fullmatch(path.name)
            if named and not _in_use(int(named[1]), path):
                with suppress(OSError):
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _in_use(pid: int, path: Path) -> bool:
    if sys.platform == "win32":  # asking after a process would end it
        return pid == os.getpid() or time.time() - path.stat().st_mtime < _DAY
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # it runs, and belongs to somebody else
        return True
    return True


def _take_the_place(temporary: Path, path: Path) -> None:
    """Rename; on Windows a reader that holds the file open for a moment is waited for."""
    for wait in (0.05, 0.2, 0.5, 1.0):
        try:
            os.replace(temporary, path)
            return
        except PermissionError:
            if sys.platform != "win32":
                raise
            time.sleep(wait)
    os.replace(temporary, path)
