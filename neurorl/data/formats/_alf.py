"""Folders in the ALF convention: which arrays are a session's trials, and whose session it is, from the path.

    [LAB/Subjects/]SUBJECT/DATE/NUMBER/alf/[COLLECTION/][#REVISION#/]_ibl_trials.ATTRIBUTE.npy

Of each attribute the newest revision counts (revisions are ordered by name, files without one are the oldest).
Collections (task_00, task_01) are sessions of their own, DATE/NUMBER/COLLECTION. Outside SUBJECT/DATE/NUMBER the first
folder below the one that was named is the subject, and the rest the session.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData, StorageFailed
from neurorl.data.formats._files import Found
from neurorl.data.inflating import read_array, read_parquet
from neurorl.data.source import in_natural_order, inside

_PARTS = r"(?:\.(?P<extra>[^/]+?))?"
_FILE = re.compile(r"_?(?:[a-z]+_)?trials\.(?P<name>[A-Za-z_0-9]+)" + _PARTS + r"\.npy")
_TABLE = re.compile(r"_?(?:[a-z]+_)?trials\.(?P<name>table)" + _PARTS + r"\.(?:pqt|parquet)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE, _NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{1,3}")
NEEDED = ("choice", "feedbackType")


def sessions(root: Path) -> list[Found]:
    """All sessions below a folder, sorted; each path is the folder of a collection, without the revision.

    Raises:
        BadData: a link leads out of the folder, or a folder may be a revision or a collection.
    """
    files = [p for pattern in ("*trials.*.npy", "*trials.table*") for p in root.rglob(pattern) if _attribute(p)]
    folders = {_home(path, root) for path in inside(root, files) if _attribute(path) in ("choice", "table")}
    found = [named(folder, root) for folder in in_natural_order(folders)]
    _require_marked_revisions(found)
    return _by_lab(found)


def _attribute(path: Path) -> str | None:
    found = _FILE.fullmatch(path.name) or _TABLE.fullmatch(path.name)
    return found["name"] if found else None


def _home(path: Path, root: Path) -> Path:
    """The folder of a file, without the folder of its revision; never above `root`."""
    folder = path.parent
    while _revision_of(folder.name) is not None and folder != root:
        folder = folder.parent
    return folder


def _revision_of(folder: str) -> str | None:
    """The name of a revision: #2025-03-03#."""
    return folder[1:-1] if len(folder) > 2 and folder[0] == folder[-1] == "#" else None


def named(folder: Path, root: Path) -> Found:
    """Subject and session of a collection's folder."""
    whole = folder.resolve().parts
    for i in range(len(whole) - 3, -1, -1):
        if _DATE.fullmatch(whole[i + 1]) and _NUMBER.fullmatch(whole[i + 2]):
            subject, date, number, rest = whole[i], whole[i + 1], whole[i + 2], whole[i + 3 :]
            collection = "/".join(part for part in rest if part != "alf" and _revision_of(part) is None)
            parts = {"subject": subject, "date": date, "number": number}
            parts |= {"collection": collection} if collection else {}
            parts |= {"lab": whole[i - 2]} if i > 1 and whole[i - 1] == "Subjects" else {}
            return Found(folder, subject, "/".join(filter(None, (date, number, collection))), parts)
    real = root.resolve()
    below = list(folder.resolve().relative_to(real).parts)
    if "Subjects" in below[:-1]:
        below = below[below.index("Subjects") + 1 :]
    at = below.index("alf") if "alf" in below else len(below)
    before, collection = below[:at], "/".join(below[at + 1 :])
    if real.name == "alf":
        before, collection = [real.parent.name], "/".join(below)
    subject, *rest = before or [real.name]
    parts = {"subject": subject} | ({"collection": collection} if collection else {})
    return Found(folder, subject, "/".join(filter(None, (*rest, collection))) or "0", parts)


def _require_marked_revisions(found: Sequence[Found]) -> None:
    """`BadData` for a folder named like a date but not marked as a revision: the session might count twice."""
    for each in found:
        dates = [part for part in each.parts.get("collection", "").split("/") if re.match(r"\d{4}-\d{2}-\d{2}", part)]
        if dates:
            raise BadData(
                f"{each.path}: the folder {dates[0]} may be a revision of its session or a collection. Call a "
                f"revision #{dates[0]}#, or give a collection a name that is not a date."
            )


def _by_lab(found: list[Found]) -> list[Found]:
    """Animals of one name in several laboratories are several animals: LAB/SUBJECT."""
    labs = Counter(subject for subject, _ in {(f.subject, f.parts.get("lab", "")) for f in found})
    return [
        replace(f, subject=f"{f.parts['lab']}/{f.subject}") if labs[f.subject] > 1 and "lab" in f.parts else f
        for f in found
    ]


@dataclass
class Remarks:
    """What was done with the arrays of all sessions, for notes.

    Attributes:
        odd: array that was left out because of its length -> "length instead of n" of each session.
        revisions: that were taken.
    """

    odd: dict[str, list[str]] = field(default_factory=dict)
    revisions: set[str] = field(default_factory=set)

    def notes(self) -> list[str]:
        """One sentence for each kind."""
        listed = ", ".join(
            f"{name} ({of[0]}{f' and {len(of) - 1} more sessions' if len(of) > 1 else ''})"
            for name, of in self.odd.items()
        )
        found = [f"Arrays of another length than the trials were left out: {listed}."] if listed else []
        if self.revisions:
            found.append(f"Of each revised array the newest revision was taken ({', '.join(sorted(self.revisions))}).")
        return found


def read_session(folder: Path, remarks: Remarks, keep: Sequence[str]) -> pd.DataFrame:
    """The trials of one collection, a column an attribute; arrays of another length are left out.

    Args:
        folder: as `sessions` names it.
        remarks: takes what was left out and which revisions were taken.
        keep: attributes that are needed besides choice and feedbackType: of these none may be of another length.

    Raises:
        BadData: needed arrays differ in length, or one attribute comes from two files of the same revision.
        StorageFailed: a file cannot be read.
    """
    columns: dict[str, Any] = {}
    taken: dict[str, Path] = {}
    for path in _files(folder):
        new = _columns(path)
        for name in new:
            if name in taken and _rank(taken[name], folder) == _rank(path, folder):
                raise BadData(
                    f"{folder}: {taken[name].name} and {path.name} both hold {name}, so it is not clear which one "
                    "is valid. Keep one."
                )
            taken[name] = path
        columns |= new
    remarks.revisions |= {_rank(path, folder)[0] for path in taken.values()} - {""}
    needed = [name for name in (*NEEDED, *keep) if name in columns]
    lengths = {name: len(values) for name, values in columns.items()}
    if len({lengths[name] for name in needed}) > 1:
        listed = ", ".join(f"{name} {lengths[name]}" for name in needed)
        raise StorageFailed(f"The arrays in {folder} differ in length ({listed}); check whether one is incomplete.")
    if needed:
        n = lengths[needed[0]]
        odd = {name: length for name, length in lengths.items() if length != n}
        for name, length in odd.items():
            del columns[name]
            remarks.odd.setdefault(name, []).append(f"{length} instead of {n}")
    return pd.DataFrame(columns)


def _files(folder: Path) -> list[Path]:
    """Files of one collection, oldest revision first; within a revision, the table before single arrays."""
    found = [path for path in folder.rglob("*trials.*") if _attribute(path) and _home(path, folder) == folder]
    return sorted(found, key=lambda path: (_rank(path, folder), path.as_posix()))


def _rank(path: Path, folder: Path) -> tuple[str, bool]:
    """Revision ("" where there is none) and whether it is a single array."""
    below = path.relative_to(folder).parts[:-1]
    revision = "/".join(filter(None, map(_revision_of, below)))
    found = _FILE.fullmatch(path.name) or _TABLE.fullmatch(path.name)
    assert found is not None
    extra = [part for part in (found["extra"] or "").split(".") if part and not _UUID.fullmatch(part)]
    revision = revision or ".".join(part.strip("#") for part in extra)
    return revision, found["name"] != "table"


def _columns(path: Path) -> dict[str, np.ndarray]:
    """The columns of a table, or of one array: a matrix becomes NAME_0, NAME_1, ..."""
    name = _attribute(path)
    assert name is not None
    if _TABLE.fullmatch(path.name):
        return {str(column): values.to_numpy() for column, values in read_parquet(path).items()}
    values = read_array(path)
    if values.ndim == 1:
        return {name: values}
    if values.ndim == 2:
        return {name if values.shape[1] == 1 else f"{name}_{i}": values[:, i] for i in range(values.shape[1])}
    return {}
