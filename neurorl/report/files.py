"""Folders that are whole or not there, checksums, and JSON that every reader accepts."""

import hashlib
import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from neurorl.core.files import storage_errors


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder that replaces `folder` when the block ends well, and vanishes when it does not."""
    temporary = folder.with_name(f".{os.getpid()}.{folder.name}")
    with storage_errors(folder):
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        try:
            yield temporary
            if folder.exists():
                shutil.rmtree(folder)
            os.replace(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def sha256(path: Path) -> str:
    """Checksum of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def strict_json(value: Any) -> str:
    """JSON that every reader accepts: a number that is not finite becomes null."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Dicts, lists, text, whole and finite numbers, None; anything else as text."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "tolist") and not isinstance(value, int | float):  # numpy and jax scalars and arrays
        return plain(value.tolist())
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return str(value)
