"""The cache of expensive evidence, keyed by study, scale, seed and source hash.

An entry is one file of the keeper (`core.keeper`): tables, recordings and numbers under one checksum. It appears whole
or not at all; one that is damaged is passed over. Beside it stands the working folder of the gathering itself, where
long work keeps its checkpoints.
"""

import atexit
import functools
import io
import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurorl.core.errors import BadData, StorageFailed
from neurorl.core.files import storage_errors
from neurorl.core.keeper import ENDING, keep, open_kept
from neurorl.core.kept_values import record
from neurorl.core.lock import LOCK, WRITER, require_folder
from neurorl.core.study import Evidence
from neurorl.data.kept_tables import TABLES

KEPT = 3  # entries per study, scale and seed; older sources' entries are removed
KINDS = (record(Evidence), *TABLES)


@dataclass(frozen=True)
class Slot:
    """Where the evidence of one study, scale, seed and source lies or will lie."""

    file: Path
    work: Path


def cache_folder() -> Path | None:
    """`NEURORL_CACHE`, or `~/.cache/neurorl`; None where it cannot be written, which a warning says once."""
    return _usable(os.environ.get("NEURORL_CACHE"))


@functools.cache
def _usable(asked: str | None) -> Path | None:
    try:
        folder = Path(asked) if asked else Path.home() / ".cache" / "neurorl"
        require_folder(folder)
    except (StorageFailed, RuntimeError) as error:  # RuntimeError: nobody's home
        why = str(error).rstrip(".")
        warnings.warn(f"Nothing is cached: {why}. NEURORL_CACHE names another folder for the cache.", stacklevel=4)
        return None
    return folder


def slot(study: str, scale: str, seed: int, source_hash: str) -> Slot:
    """The place of one entry; creates nothing."""
    root = cache_folder() or _forgotten()
    folder, name = root / "evidence" / study, f"{scale}-seed{seed}-{source_hash[:16]}"
    return Slot(folder / f"{name}{ENDING}", folder / f"{name}.work")


@functools.cache
def _forgotten() -> Path:
    """A folder that lasts as long as this process."""
    folder = tempfile.TemporaryDirectory(prefix="neurorl-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def load(place: Slot) -> tuple[Evidence, dict[str, Any]] | None:
    """An entry's evidence and what was noted about it, or None where there is none or it is damaged.

    Damage is said in a warning.
    """
    if not place.file.exists():
        return None
    try:
        kept = open_kept(place.file)
        return kept.value(KINDS), kept.about
    except StorageFailed as error:
        warnings.warn(f"The cached evidence is damaged, so it is gathered again: {error}", stacklevel=2)
        return None


def store(place: Slot, evidence: Evidence, about: dict[str, Any]) -> Evidence:
    """Write an entry, whole or not at all, and remove the entries of much older sources.

    Args:
        place: where.
        evidence: what.
        about: notes to keep with it: when it was gathered, how long that took.

    Returns:
        the evidence as it is read back.

    Raises:
        BadData: the evidence holds something that no file can hold.
        StorageFailed: the file could not be written.
    """
    numbers = {name: float(value) for name, value in evidence.numbers.items()}
    for name, table in evidence.tables.items():  # the run's folder holds them as Parquet
        write_parquet(name, table.loc[:, [getattr(dtype, "hasobject", False) for dtype in table.dtypes]], io.BytesIO())
    try:
        keep(place.file, Evidence(evidence.tables, evidence.recordings, numbers), about, KINDS)
    except TypeError as error:
        raise BadData(f"The evidence cannot be written to a file. {error}") from error
    _remove_old(place)
    return open_kept(place.file).value(KINDS)


def working_folder(place: Slot, *, fresh: bool) -> Path:
    """The folder for checkpoints of long work; emptied first when `fresh`."""
    with storage_errors(place.work):
        place.work.mkdir(parents=True, exist_ok=True)
        for path in place.work.iterdir() if fresh else ():
            if path.name not in (LOCK, WRITER):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return place.work


def write_parquet(name: str, table: Any, path: Path | io.BytesIO) -> None:
    """Write one data frame; a column that no file can hold is a sentence."""
    import pyarrow as pa

    try:
        table.to_parquet(path)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise BadData(
            f"The table '{name}' cannot be written as Parquet ({error}). Give each column one type: numbers, text "
            "or true/false."
        ) from error


def _remove_old(place: Slot) -> None:
    """Keep the newest entries of this study, scale and seed."""
    prefix = place.file.name.rpartition("-")[0] + "-"
    entries = [path for path in place.file.parent.glob(f"{prefix}*{ENDING}") if path.is_file()]
    for old in sorted(entries, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        old.unlink(missing_ok=True)
        shutil.rmtree(old.with_name(old.name.removesuffix(ENDING) + ".work"), ignore_errors=True)
