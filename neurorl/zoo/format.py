"""The file of a trained network: a zip of NumPy arrays and one JSON, which NumPy opens as .npz.

`origin.json` says where the weights come from, `params/<leaf>.npy` holds them [replicas, ...], and `curve/<column>.npy`
the learning curve. Nothing in it is pickled, so opening a file from elsewhere runs no code.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from neurorl.core.errors import StorageFailed
from neurorl.core.files import replacing
from neurorl.zoo.index import ORIGIN, damaged, read_origin

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


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Origin and arrays of a file."""
    origin, arrays = read_origin(path), {}
    try:
        with zipfile.ZipFile(path) as file:
            for name in file.namelist():
                if name.endswith(".npy"):
                    content = io.BytesIO(file.read(name))
                    arrays[name.removesuffix(".npy")] = np.lib.format.read_array(content, allow_pickle=False)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise StorageFailed(damaged(path, error)) from error
    return origin, arrays
