"""The file of a trained network: a zip of NumPy arrays and one JSON, which NumPy opens as .npz.

`origin.json` says where the weights come from, `params/<leaf>.npy` holds them [replicas, ...], and `curve/<column>.npy`
the learning curve. Nothing in it is pickled, so opening a file from elsewhere runs no code.
"""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from neurorl.core.errors import StorageFailed
from neurorl.core.files import replacing
from neurorl.zoo.archive import damaged, opened, read_member
from neurorl.zoo.index import ORIGIN

MOST_HEADER = 2_000  # characters of the header of an array, which NumPy reads as a literal
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same weights give the same bytes


def write_file(path: Path, origin: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write origin and arrays, whole or not at all."""
    members = {ORIGIN: json.dumps(origin, indent=1).encode()}
    for name, values in arrays.items():
        content = io.BytesIO()
        np.lib.format.write_array(content, np.ascontiguousarray(values), allow_pickle=False)
        members[f"{name}.npy"] = content.getvalue()
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)


def read_arrays(path: Path, expected: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The arrays of a file.

    Args:
        path: the file.
        expected: name -> shape of the arrays that must be there. Others are columns of the learning curve. No array is
            inflated before its header has shown that it has this shape, or is a column of numbers.

    Raises:
        StorageFailed: the file is damaged, or lacks an array, or has one of another shape or type.
    """
    arrays = {}
    with opened(path) as file:
        for member in file.namelist():
            name = member.removesuffix(".npy")
            if member == ORIGIN:
                continue
            if member == name or not (name in expected or name.startswith("curve/")):
                raise ValueError(f"{member} does not belong in it")
            arrays[name] = _array(file, member, expected.get(name))
    absent = [name for name in expected if name not in arrays]
    if absent:
        raise StorageFailed(damaged(path, f"it has no {', '.join(absent[:5])}"))
    return arrays


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Name -> shape of all arrays of a file, from their headers."""
    with opened(path) as file:
        return {
            member.removesuffix(".npy"): _header(file, member)[0]
            for member in file.namelist()
            if member.endswith(".npy")
        }


def _header(file: zipfile.ZipFile, member: str) -> tuple[tuple[int, ...], np.dtype, int]:
    """Shape, type and length of the header of an array."""
    with file.open(member) as content:
        if np.lib.format.read_magic(content) != (1, 0):
            raise ValueError(f"{member} has a header of another version than 1.0")
        shape, _, dtype = np.lib.format.read_array_header_1_0(content, max_header_size=MOST_HEADER)
        length = content.tell()
    if dtype.kind not in "biuf" or any(n < 0 for n in shape):
        raise ValueError(f"{member} holds {dtype}, not numbers")
    return shape, dtype, length


def _array(file: zipfile.ZipFile, member: str, expected: tuple[int, ...] | None) -> np.ndarray:
    shape, dtype, length = _header(file, member)
    if (len(shape) != 1) if expected is None else (shape != expected):
        wanted = "one number per row" if expected is None else f"shape {expected}"
        raise ValueError(f"{member} has shape {shape}, and {wanted} is expected")
    size = length + dtype.itemsize * math.prod(shape)
    if file.getinfo(member).file_size != size:
        raise ValueError(f"{member} is not as long as its header says")
    values = np.lib.format.read_array(io.BytesIO(read_member(file, member, size)), allow_pickle=False)
    if expected is not None and not np.isfinite(values).all():
        raise ValueError(f"{member} holds weights that are not finite numbers")
    return values
