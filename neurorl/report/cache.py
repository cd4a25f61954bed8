"""The cache of expensive evidence, keyed by study, scale, seed and source hash.

An entry is a folder of Parquet tables, NetCDF recordings and one JSON of numbers, with a manifest that holds a
checksum of each. It appears whole or not at all; one whose checksums do not agree is passed over. Beside it stands
the working folder of the gathering itself, where long work keeps its checkpoints.
"""

import json
import os
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurorl.core.errors import BadData
from neurorl.core.files import storage_errors
from neurorl.core.study import Evidence
from neurorl.report.files import new_folder, sha256

KEPT = 3  # entries per study, scale and seed; older sources' entries are removed
MANIFEST = "manifest.json"
ABOUT = "about.json"


@dataclass(frozen=True)
class Slot:
    """Where the evidence of one study, scale, seed and source lies or will lie."""

    folder: Path
    work: Path


def cache_folder() -> Path:
    """`NEURORL_CACHE`, or `~/.cache/neurorl`."""
    return Path(os.environ.get("NEURORL_CACHE") or Path.home() / ".cache" / "neurorl")


def slot(study: str, scale: str, seed: int, source_hash: str) -> Slot:
    """The place of one entry; creates nothing."""
    folder = cache_folder() / "evidence" / study / f"{scale}-seed{seed}-{source_hash[:16]}"
    return Slot(folder, folder.with_name(folder.name + ".work"))


def load(place: Slot) -> tuple[Evidence, dict[str, Any]] | None:
    """An entry's evidence and what was noted about it, or None where there is none or it is damaged.

    Damage is said in a warning.
    """
    if not place.folder.exists():
        return None
    try:
        manifest = json.loads((place.folder / MANIFEST).read_text(encoding="utf-8"))
        torn = [name for name, checksum in manifest.items() if sha256(place.folder / name) != checksum]
    except (OSError, ValueError, AttributeError):
        torn = [MANIFEST]
    if torn:
        warnings.warn(
            f"The cached evidence in {place.folder} is damaged ({', '.join(torn)}), so it is gathered again.",
            stacklevel=2,
        )
        return None
    return read_evidence(place.folder), json.loads((place.folder / ABOUT).read_text(encoding="utf-8"))


def store(place: Slot, evidence: Evidence, about: dict[str, Any]) -> None:
    """Write an entry, whole or not at all, and remove the entries of much older sources.

    Args:
        place: where.
        evidence: what.
        about: notes to keep with it: when it was gathered, how long that took.
    """
    with new_folder(place.folder) as folder:
        write_evidence(folder, evidence)
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        manifest = {path.relative_to(folder).as_posix(): sha256(path) for path in files}
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    _remove_old(place)


def working_folder(place: Slot, *, fresh: bool) -> Path:
    """The folder for checkpoints of long work; emptied first when `fresh`."""
    with storage_errors(place.work):
        if fresh:
            shutil.rmtree(place.work, ignore_errors=True)
        place.work.mkdir(parents=True, exist_ok=True)
    return place.work


def write_evidence(folder: Path, evidence: Evidence) -> None:
    """Tables as Parquet, recordings as NetCDF, numbers as JSON."""
    for kind in ("tables", "recordings"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for name, table in evidence.tables.items():
        write_parquet(name, table, folder / "tables" / f"{name}.parquet")
    for name, recording in evidence.recordings.items():
        recording.to_netcdf(folder / "recordings" / f"{name}.nc", engine="h5netcdf")
    numbers = {name: float(value) for name, value in evidence.numbers.items()}
    (folder / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")


def read_evidence(folder: Path) -> Evidence:
    """The inverse of `write_evidence`."""
    import pandas as pd
    import xarray as xr

    tables = {path.stem: pd.read_parquet(path) for path in sorted((folder / "tables").glob("*.parquet"))}
    recordings = {
        path.stem: xr.load_dataset(path, engine="h5netcdf") for path in sorted((folder / "recordings").glob("*.nc"))
    }
    return Evidence(tables, recordings, json.loads((folder / "numbers.json").read_text(encoding="utf-8")))


def write_parquet(name: str, table: Any, path: Path) -> None:
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
    prefix = place.folder.name.rpartition("-")[0] + "-"
    entries = [p for p in place.folder.parent.glob(f"{prefix}*") if (p / MANIFEST).is_file()]
    for old in sorted(entries, key=lambda p: (p / MANIFEST).stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(old.with_name(old.name + ".work"), ignore_errors=True)
