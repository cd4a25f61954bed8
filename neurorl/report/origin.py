"""Where a result comes from: the hash of what can change it, and the versions, machine and time it was made with."""

import datetime
import functools
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import neurorl
from neurorl.core.study import Study
from neurorl.core.versions import version_of
from neurorl.report.sources import PACKAGE, outside_files, sources_of, study_file

_PACKAGES = ("jax", "numpy", "pandas", "equinox", "optax")


def source_hash(study: Study, *, zoo: bool = False) -> str:
    """SHA-256 over everything that can change a study's evidence, as 64 hexadecimal digits.

    That is: the package's files that it rests on (`sources_of`; shipped data included, and with `zoo` the trained
    weights), the study's own file and its `.py` tasks and agents where they stand outside the package, the versions of
    neurorl, of the packages it computes with and of Python, and the devices jax runs on.
    """
    digest = hashlib.sha256(_environment().encode())
    _update(digest, sources_of(study, zoo=zoo))
    for path in outside_files(study):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def shown_hash() -> str:
    """SHA-256 over what changes only how results are shown: figures, report, matplotlib and pandas."""
    digest = hashlib.sha256(f"matplotlib {version_of('matplotlib')} pandas {version_of('pandas')}".encode())
    folders = [PACKAGE / "figures", PACKAGE / "report", *(PACKAGE / "studies").rglob("figures")]
    shown = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    _update(digest, sorted([*shown, *(PACKAGE / "studies").rglob("figures.py")]))
    return digest.hexdigest()


def origin(study: Study, scale: str, seed: int) -> dict[str, Any]:
    """Provenance as plain values."""
    return {
        "study": study.name,
        "file": str(study_file(study) or "") or None,
        "scale": scale,
        "seed": seed,
        "neurorl": neurorl.__version__,
        "git_commit": _git_commit(),
        "python": platform.python_version(),
        **{name: version_of(name) for name in _PACKAGES},
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "devices": _devices(),
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def peak_memory_gib() -> float | None:
    """The most memory this process has held, GiB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**30 if sys.platform == "darwin" else 2**20)  # bytes on macOS, KiB elsewhere


def _environment() -> str:
    versions = {name: version_of(name) for name in (*_PACKAGES, "scipy", "optimistix")}
    return f"neurorl {neurorl.__version__} {versions} python {sys.version_info[:2]} {_devices()}"


def _update(digest: Any, files: Iterable[Path]) -> None:
    """Add the names and contents of files of the package."""
    for path in files:
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        digest.update(path.read_bytes())


@functools.cache
def _devices() -> str:
    import jax

    return f"{jax.device_count()} x {jax.default_backend()}"


def _git_commit() -> str | None:
    """The commit of the package's own repository, "+" where files differ from it; None where it is in none."""
    if _git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None
    commit, changed = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", ".")
    return f"{commit}{'+' if changed else ''}" if commit else None


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=PACKAGE, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
