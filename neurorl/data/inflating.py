"""How large a file becomes in memory, known before it is unpacked: a small file can hold gigabytes of zeros.

Compressed text, Parquet, zip (.npz, .xlsx) and HDF5 (NWB, NetCDF) are asked for their sizes first. What would take more
than `largest()` bytes is refused with a sentence that says how to allow it.
"""

import os
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, BadValue, NeurorlError, StorageFailed

VARIABLE = "NEURORL_LARGEST_FILE"
_MIB = 1 << 20
_USUAL = 256  # MiB
_CHUNK = 1 << 20


@contextmanager
def whole(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a library raises on a damaged file into a sentence; libraries do not say what that may be."""
    try:
        yield
    except NeurorlError:
        raise
    except Exception as error:
        said = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise StorageFailed(f"{path} cannot be read as {kind}: {said}. Is the file complete?") from error


def largest() -> int:
    """Bytes that one file may take in memory: 256 MiB, or what the environment variable NEURORL_LARGEST_FILE says."""
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return _USUAL * _MIB
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise BadValue(f"{VARIABLE}={text} is not understood; give a whole number of MiB, 1 or more.")
    return int(text) * _MIB


def require_modest(path: Path, size: int, what: str = "") -> None:
    """`BadData` where a file would take more memory than is allowed."""
    limit = largest()
    if size > limit:
        raise BadData(
            f"{path} would unpack to {_shown(size)}{what}, and the limit is {_shown(limit)}. If the file comes from a "
            f"source you trust and there is memory for it, set the environment variable {VARIABLE} to a larger number "
            f"of MiB ({VARIABLE}={-(-size // _MIB)}) and run this again; or split the file."
        )


def read_gzip(path: Path) -> bytes:
    """The content of a .gz file, unpacked piece by piece up to the limit.

    Raises:
        BadData: it is larger.
        StorageFailed: it is damaged or cut off.
    """
    limit = largest()
    parts: list[bytes] = []
    size = 0
    try:
        with path.open("rb") as file:
            unpacker = zlib.decompressobj(wbits=31)
            waiting = file.read(_CHUNK)
            if not waiting:
                raise EOFError("it is empty")
            while waiting:
                part = unpacker.decompress(waiting, _CHUNK)
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise _Larger
                waiting = unpacker.unconsumed_tail
                if unpacker.eof:  # the file may hold several streams, and zeros behind the last one
                    waiting = (unpacker.unused_data or file.read(_CHUNK)).lstrip(b"\0")
                    while not waiting and (more := file.read(_CHUNK)):
                        waiting = more.lstrip(b"\0")
                    unpacker = zlib.decompressobj(wbits=31) if waiting else unpacker
                elif not waiting:
                    waiting = file.read(_CHUNK)
            if not unpacker.eof:
                raise EOFError("its end is missing")
    except _Larger:
        raise BadData(
            f"{path} unpacks to more than {_shown(limit)}, the limit. If the file comes from a source you trust and "
            f"there is memory for it, set the environment variable {VARIABLE} to a larger number of MiB "
            f"({VARIABLE}=1024) and run this again; or split the file."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise StorageFailed(f"{path} cannot be read as gzip: {error}. Is the file complete?") from error
    return b"".join(parts)


class _Larger(Exception):
    """More came out than may."""


def require_modest_zip(path: Path) -> None:
    """Look at the sizes that a zip file (.npz, .xlsx) declares; Python never unpacks more than is declared."""
    with whole(path, "a zip file"), zipfile.ZipFile(path) as file:
        size = sum(member.file_size for member in file.infolist())
    require_modest(path, size)


def require_modest_parquet(path: Path) -> None:
    """Look at the rows, columns and uncompressed bytes that a Parquet file declares."""
    import pyarrow.parquet as parquet

    about: Any = parquet.read_metadata(path)
    stored = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
    require_modest(path, max(stored, 8 * about.num_rows * about.num_columns))


def read_parquet(path: Path) -> pd.DataFrame:
    """A Parquet file as it is, its size looked at first."""
    with whole(path, "Parquet"):
        require_modest_parquet(path)
        return pd.read_parquet(path)


def require_modest_hdf5(path: Path, group: str = "/", *, times: int = 0) -> None:
    """Look at the shapes of all arrays in a group of an HDF5 file.

    Args:
        path: the file.
        group: the part of it that will be read.
        times: arrays together may always be so many times as large as the file.
    """
    import h5py

    sizes: list[int] = []

    def add(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.shape is not None:
            sizes.append(prod(item.shape) * item.dtype.itemsize)
            if item.external:
                raise BadData(f"{path}: {item.name} lies in another file, which is not opened.")

    with h5py.File(path, "r") as file:
        names = group.strip("/").split("/") if group.strip("/") else []
        above = ["/".join(names[: i + 1]) for i in range(len(names))]
        _require_within(path, file, above)
        found = file.get(group)
        if isinstance(found, h5py.Group):
            _require_within(path, found, list(found))
            found.visititems(add)
    if sum(sizes) > times * path.stat().st_size:
        require_modest(path, sum(sizes))


def _require_within(path: Path, group: Any, names: list[str]) -> None:
    """`BadData` where a link leads into another file."""
    import h5py

    for name in names:
        if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
            raise BadData(f"{path}: {name} lies in another file, which is not opened.")


def read_array(path: Path) -> np.ndarray:
    """One .npy file: no pickled objects, and as many bytes as its header says."""
    with whole(path, "a NumPy array"):
        with path.open("rb") as file:
            shape, dtype = _header(file)
            expected = prod(shape) * dtype.itemsize + file.tell()
        if dtype.hasobject:
            raise ValueError("it holds Python objects, which are not opened because they can run code")
        if expected != path.stat().st_size:
            raise ValueError(f"its header says {expected:,} bytes, but it has {path.stat().st_size:,}")
        require_modest(path, expected)
        return np.load(path, allow_pickle=False)


def _shown(size: int) -> str:
    return f"{size / _MIB:,.0f} MiB"


def read_arrays(path: Path, names: Collection[str]) -> dict[str, np.ndarray]:
    """Those of the named arrays that an .npz file has: no pickled objects, and sizes looked at before unpacking."""
    require_modest_zip(path)
    with whole(path, "NumPy arrays"), np.load(path, allow_pickle=False) as file:
        found = {}
        for name in [name for name in file.files if name in names]:
            with file.zip.open(f"{name}.npy") as member:
                shape, dtype = _header(member)
            require_modest(path, prod(shape) * dtype.itemsize, f" (array {name})")
            found[name] = file[name]
        return found


def array_names(path: Path) -> list[str]:
    """Names of the arrays of an .npz file; none is unpacked."""
    with whole(path, "NumPy arrays"), zipfile.ZipFile(path) as file:
        return [name.removesuffix(".npy") for name in file.namelist()]


def _header(file: Any) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type that the header of an array declares."""
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    except Exception as error:  # NumPy parses the header as Python text, whose errors are of many kinds
        raise ValueError(f"its header is damaged ({error})") from error
    return shape, dtype
