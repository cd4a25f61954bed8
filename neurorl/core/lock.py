"""One folder, one writer: a lock that the system lets go of when its process ends, however it ends."""

import datetime
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from neurorl.core.errors import StorageFailed
from neurorl.core.files import storage_errors, sweep

LOCK = ".lock"
WRITER = ".writer"  # who holds the lock: the lock's own file is emptied by whoever tries it


@contextmanager
def only_writer(folder: Path, *, wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold a folder for writing; make it if need be, and remove what writers that were killed left half done.

    A folder that was made here and is still empty at the end is removed again.

    Args:
        folder: where results go.
        wait: wait until another writer is done, and call this with a sentence first; without it another writer is an
            error.

    Raises:
        StorageFailed: another process writes there, the folder is not writable, or a link in the folder leads out of
        it.
    """
    from filelock import FileLock, Timeout  # imported late, so that `import neurorl` stays light

    require_folder(folder)
    made = _missing(folder)
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _require_links_inside(folder)
        lock = FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            sentence = f"{folder} is being written by {_writer(folder)}."
            if wait is None:
                raise StorageFailed(f"{sentence} Wait until it is done, stop it, or choose another folder.") from None
            wait(f"{sentence} Waiting until it is done.")
            lock.acquire()
    try:
        now = datetime.datetime.now().strftime("%H:%M on %d %B")
        with suppress(OSError):  # only the sentence is lost
            (folder / WRITER).write_text(f"process {os.getpid()} on {socket.gethostname()} since {now}")
        sweep(folder)
        yield
    finally:
        with suppress(OSError):  # removed while it is held: whoever opened it before sees that it is gone
            (folder / WRITER).unlink(missing_ok=True)
            (folder / LOCK).unlink(missing_ok=True)
        lock.release()
        with suppress(OSError):  # those that hold something stay
            for place in made:
                place.rmdir()


def _require_links_inside(folder: Path) -> None:
    """Raise `StorageFailed` for a link out of the folder: a folder from elsewhere could have files changed through it.

    Results lie in the folder and in folders of it, no deeper.
    """
    home = folder.resolve()
    for pattern in ("*", "*/*"):
        for path in folder.glob(pattern):
            if not path.is_symlink():
                continue
            with suppress(RuntimeError):  # a loop of links, through which nothing can be written
                if not path.resolve().is_relative_to(home):
                    raise StorageFailed(
                        f"{path} is a link to {os.readlink(path)}, outside {folder}; nothing is written through it. "
                        "Remove the link, or choose another folder."
                    )


def require_folder(folder: Path) -> None:
    """Raise `StorageFailed` where results cannot be written into a folder, which need not exist yet."""
    if _is(folder, Path.is_file):
        raise StorageFailed(f"{folder} is a file, but a folder is expected; choose another name.")
    _require_writable(folder, _existing(folder))


def require_file(path: Path) -> None:
    """Raise `StorageFailed` where a file cannot be written: it is a folder, or its folder is not writable."""
    if _is(path, Path.is_dir):
        raise StorageFailed(f"{path} is a folder, but a file is expected; choose another name.")
    _require_writable(path, _existing(path.parent))


def require_place(path: Path) -> None:
    """Raise `StorageFailed` where neither a file nor a folder can be written at a path."""
    if _is(path, Path.is_dir):
        require_folder(path)
    else:
        require_file(path)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that there is."""
    for place in (folder.absolute(), *folder.absolute().parents):
        with suppress(OSError):
            if place.exists() or place.is_symlink():
                return place
    return folder


def _require_writable(wanted: Path, place: Path) -> None:
    if not _is(place, Path.is_dir):
        raise StorageFailed(f"{wanted} cannot be written: {place} is not a folder. Choose another place.")
    long = [part for part in wanted.parts if len(os.fsencode(part)) > 255]
    if long:
        raise StorageFailed(
            f"{wanted} cannot be written: the name {long[0][:40]}... has {len(os.fsencode(long[0]))} bytes, and the "
            "longest possible has 255. Choose a shorter name."
        )
    probe = place / f".{os.getpid()}.probe"
    try:
        probe.touch()
        probe.unlink()
        with suppress(FileNotFoundError):
            os.stat(wanted.absolute())  # too long?
    except OSError as error:
        raise StorageFailed(
            f"{wanted} cannot be written ({error.strerror or error}: {place}). Choose a folder in which you may write."
        ) from error


def _is(path: Path, asked: Callable[[Path], bool]) -> bool:
    try:
        return asked(path)
    except OSError:  # the path is too long, or a loop
        return False


def _missing(folder: Path) -> list[Path]:
    """The folders that have to be made, the innermost first."""
    return [place for place in (folder, *folder.parents) if not _is(place, Path.exists)]


def _writer(folder: Path) -> str:
    with suppress(OSError, ValueError):
        return (folder / WRITER).read_text() or "another process"
    return "another process"
