"""A zip of arrays from anywhere, opened with care: nothing is inflated before its size is known to be sane.

Only the standard library is used, so that listing the zoo stays fast.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurorl.core.errors import StorageFailed

MOST_MEMBERS = 1_000
MOST_DIRECTORY = 1 << 20  # bytes of the table of contents
MOST_RATIO = 100  # a whole file inflates to at most this many times its size; weights hardly shrink at all
FREE = 1 << 20  # bytes that any file may inflate to
_END = struct.Struct("<4s4H2LH")
_HARMS = (  # what reading a damaged or hostile zip raises
    *(OSError, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, zlib.error),
)


def most_inflated(path: Path) -> int:
    """How many bytes the members of a file may have together."""
    return FREE + MOST_RATIO * path.stat().st_size


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip of a path, whose members are known to be few, of different names, plain, and not too large.

    Raises:
        StorageFailed: the file cannot be read, is damaged, or is made to harm.
    """
    try:
        _require_small_directory(path)
        with zipfile.ZipFile(path) as file:
            _require_sane(path, file.infolist())
            yield file
    except _HARMS as error:
        raise StorageFailed(damaged(path, error)) from error


def read_member(file: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The content of one member; `ValueError` where it is larger than `most` bytes."""
    size = file.getinfo(name).file_size
    if size > most:
        raise ValueError(f"{name} has {size:,} bytes, and at most {most:,} are expected")
    with file.open(name) as member:
        return member.read()


def damaged(path: Path, error: object) -> str:
    """The sentence about a file that cannot be read. What an error quotes of the file is cut short."""
    why = "".join(c if c.isprintable() else " " for c in str(error)[:200])
    return (
        f"{path} is not a complete file of a trained network ({why}). Install neurorl again, or write the file "
        "again with `neurorl train ... --keep`."
    )


def _require_small_directory(path: Path) -> None:
    """The table of contents is read into memory whole, so its size is looked at first, where every zip says it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - _END.size - 20, 0))
        tail = file.read()
    end = tail[-_END.size :]
    if len(end) < _END.size or end[:4] != b"PK\5\6" or end[-2:] != b"\0\0":
        raise ValueError("it does not end as a zip file does")
    _, _, _, _, members, directory, _, _ = _END.unpack(end)
    if tail[: -_END.size].startswith(b"PK\6\7") or members > MOST_MEMBERS or directory > MOST_DIRECTORY:
        raise ValueError(f"it has more than {MOST_MEMBERS:,} members")


def _require_sane(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} is in it twice")
    for member in members:
        parts = member.filename.split("/")
        if member.filename.startswith("/") or ".." in parts or "\\" in member.filename or os.sep in parts[0]:
            raise ValueError(f"the name {member.filename!r} leads out of it")
        if member.flag_bits & 0x1:
            raise ValueError(f"{member.filename!r} is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{member.filename!r} is packed in a way that NumPy does not write")
    total, most = sum(member.file_size for member in members), most_inflated(path)
    if total > most:
        raise ValueError(
            f"it would inflate to {total:,} bytes, {total // max(path.stat().st_size, 1):,} times its size"
        )
