"""The keeper of unfinished work: one file format for fits, studies and training. It holds no code.

    neurorl kept 1\\n | length of the header (8 bytes) | header (JSON) | arrays (.npy), one after the other | SHA-256

The header holds what the file is about, the tree of the value (`kept_values`) and the length of each array. The
checksum covers everything before it, header included. A file appears whole or not at all (`files.replacing`). Nothing
in it is compressed, so it takes no more memory than disk, and each array is checked against its length before it is
made.
"""

import hashlib
import io
import json
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neurorl.core.errors import StorageFailed
from neurorl.core.files import replacing, storage_errors
from neurorl.core.kept_values import Kind, put_together, take_apart

ENDING = ".kept"
_NAME = b"neurorl kept "
_MAGIC = _NAME + b"1\n"
_CHECKSUM = 32  # bytes of a SHA-256


@dataclass(frozen=True)
class KeptFile:
    """A file that was read and whose checksum agrees.

    Attributes:
        path: where it lies.
        about: what was said about the value when it was kept: plain values.
    """

    path: Path
    about: dict[str, Any]
    _tree: Any
    _arrays: list[memoryview]

    def value(self, kinds: Iterable[Kind] = ()) -> Any:
        """The value; only plain values and these kinds are made.

        Raises:
            StorageFailed: the file holds something else.
        """
        try:
            return put_together(self._tree, [_array(content) for content in self._arrays], kinds)
        except Exception as error:  # a file from elsewhere may hold anything under a right checksum
            raise _unreadable(self.path, f"its content does not fit: {type(error).__name__}: {error}") from error


def keep(path: Path, value: Any, about: dict[str, Any], kinds: Iterable[Kind] = ()) -> None:
    """Write a value, whole or not at all.

    Args:
        path: the file.
        value: plain values, arrays, and values of the kinds.
        about: what the value is about, as plain values; it is read without making the value.
        kinds: other types that the value may hold.

    Raises:
        StorageFailed: the file could not be written; what stood there is unchanged.
        TypeError: the value holds a type that is not among the kinds.
    """
    tree, arrays = take_apart(value, kinds)
    contents = [_bytes(array) for array in arrays]
    header = json.dumps({"about": about, "tree": tree, "sizes": [len(content) for content in contents]}).encode()
    digest = hashlib.sha256()
    if path.is_dir() and not path.is_symlink():  # no file can take its place, and what it holds is not ours to delete
        with storage_errors(path):
            path.rename(path.with_name(f"{path.name}.aside-{time.time_ns()}"))
    with replacing(path) as temporary, temporary.open("wb") as file:
        for part in (_MAGIC, len(header).to_bytes(8, "little"), header, *contents):
            digest.update(part)
            file.write(part)
        file.write(digest.digest())


def open_kept(path: Path) -> KeptFile:
    """Read a file and check it; the value itself is made by `KeptFile.value`.

    Raises:
        StorageFailed: there is no such file, it cannot be read, is not whole, or is of another version.
    """
    try:
        content = path.read_bytes()
    except (OSError, RuntimeError, MemoryError) as error:  # a folder, a loop of links, no permission
        raise _unreadable(path, getattr(error, "strerror", None) or str(error)) from error
    if content.startswith(_NAME) and not content.startswith(_MAGIC) and b"\n" in content[len(_NAME) : len(_NAME) + 4]:
        raise _unreadable(path, "another version of neurorl wrote it, or it is damaged")
    view, start = memoryview(content), len(_MAGIC) + 8
    body = view[:-_CHECKSUM]
    whole = content.startswith(_MAGIC) and len(body) >= start
    if not whole or hashlib.sha256(body).digest() != bytes(view[-_CHECKSUM:]):
        raise _unreadable(path, "it is truncated or damaged")
    try:
        at = start + int.from_bytes(view[len(_MAGIC) : start], "little")
        header = json.loads(bytes(body[start:at]))
        about, tree, sizes = header["about"], header["tree"], header["sizes"]
        if not isinstance(about, dict) or at + sum(sizes) != len(body) or min(sizes, default=0) < 0:
            raise ValueError("the lengths of its parts are inconsistent")
    except Exception as error:  # a right checksum over a wrong header: not one of ours
        raise _unreadable(path, f"its header does not fit: {type(error).__name__}: {error}") from error
    arrays = []
    for size in sizes:
        arrays.append(body[at : at + size])
        at += size
    return KeptFile(path, about, tree, arrays)


def _bytes(array: np.ndarray) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, array, allow_pickle=False)
    return content.getvalue()


def _array(content: memoryview) -> np.ndarray:
    """An array, made only if it is as long as its header says."""
    file = io.BytesIO(content)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, _, dtype = read[np.lib.format.read_magic(file)](file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - file.tell():
        raise ValueError("an array is shorter or longer than its header says")
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def _unreadable(path: Path, why: str) -> StorageFailed:
    return StorageFailed(f"{path} cannot be used ({why}).")
