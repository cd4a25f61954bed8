"""Which files of a folder are read, and whose session each is: every part of a name is kept or asked about.

Folder layouts (BIDS, IBL, NWB) find files, name subject and session of each from its path, and then ask here:
`selected` keeps those that `where` names, and `require_one_each` refuses a session that comes from two places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from neurorl.core.errors import BadData, BadValue
from neurorl.data.checks import ALSO_CALLED

_SHOWN = 4
# Columns of choices and rewards in the layouts that lie in folders.
_NEEDED = frozenset(
    (
        *("choice", "reward", *ALSO_CALLED["choice"], *ALSO_CALLED["reward"], "animal_response", "feedbacktype"),
        *("rewarded_historyl", "rewarded_historyr"),
    )
)


@dataclass(frozen=True)
class Found:
    """One file, or one folder of arrays, that holds a session.

    Attributes:
        path: where it lies.
        subject, session: as its path or its content names them.
        parts: what else the path says, such as task, run, lab or collection.
    """

    path: Path
    subject: str | int
    session: str | int
    parts: Mapping[str, str] = field(default_factory=dict)


def selected(found: Sequence[Found], where: Mapping[str, str], root: Path, notes: list[str]) -> list[Found]:
    """The files whose parts have the values of `where`; the key "path" takes a pattern such as "*_behavior.nwb".

    Raises:
        BadValue: no file has such a part, or none has that value; the message lists what there is.
    """
    kept = list(found)
    for key, value in where.items():
        if key == "path":
            kept = [f for f in kept if fnmatchcase(_below(f.path, root), value) or fnmatchcase(f.path.name, value)]
            if not kept:
                shown = ", ".join(_below(f.path, root) for f in found[:_SHOWN])
                raise BadValue(f"No path in {root} matches {value}; there are {shown}{_more(found)}.")
            continue
        values = sorted({f.parts[key] for f in found if key in f.parts})
        if not values:
            keys = ", ".join(dict.fromkeys([k for f in found for k in f.parts] + ["path"]))
            raise BadValue(f"No file in {root} names a {key}; files can be selected by {keys} (where=, --where).")
        wanted = value.removeprefix(f"{key}-")
        kept = [f for f in kept if f.parts.get(key) == wanted]
        if not kept:
            raise BadValue(f"No file in {root} is of {key} {wanted}; there are {', '.join(values)}.")
    if where and len(kept) < len(found):
        said = ", ".join(f"{key} {value}" for key, value in where.items())
        notes.append(f"{len(kept)} of {len(found)} files were read, those with {said}.")
    return kept


def require_one(found: Sequence[Found], key: str, root: Path) -> None:
    """`BadValue` where the files are of several tasks (or another part that must not be joined)."""
    counts: dict[str, int] = {}
    for f in found:
        value = f.parts.get(key, "")
        counts[value] = counts.get(value, 0) + 1
    if len(counts) > 1:
        listed = ", ".join(f"{value or f'no {key} named'} ({n})" for value, n in sorted(counts.items()))
        first = next(value for value in sorted(counts) if value)
        raise BadValue(
            f"The files in {root} differ in the {key}: {listed}. They are not joined; say which to read with "
            f"where={{'{key}': '{first}'}} (--where {key}={first})."
        )


def require_one_each(found: Sequence[Found], root: Path) -> None:
    """`BadData` where two files yield the same subject and session; the message names them."""
    places: dict[tuple[str, str], list[Found]] = {}
    for f in found:
        places.setdefault((str(f.subject), str(f.session)), []).append(f)
    twice = {who: files for who, files in places.items() if len(files) > 1}
    if not twice:
        return
    (subject, session), files = next(iter(twice.items()))
    listed = " and ".join(_below(f.path, root) for f in files[:_SHOWN]) + _more(files)
    others = f" The same holds for {len(twice) - 1} more." if len(twice) > 1 else ""
    differing = [
        (key, value)
        for key in dict.fromkeys(k for f in files for k in f.parts)
        for value in [files[0].parts.get(key, "")]
        if value and len({f.parts.get(key) for f in files}) == len(files)
    ]
    key, value = differing[0] if differing else ("path", _below(files[0].path, root))
    raise BadData(
        f"Subject {subject}, session {session} comes from {len(files)} places in {root}: {listed}.{others} Leave "
        f"one out or rename it, for example with where={{'{key}': '{value}'}} (--where {key}={value})."
    )


def one_below_the_other(
    tables: Sequence[pd.DataFrame], files: Sequence[Path] = (), notes: list[str] | None = None
) -> pd.DataFrame:
    """The trials of all files; where some names are whole numbers and others text (sub-1, sub-x), all are text.

    `notes` gets a sentence on files without a row, and on columns that some files have and others do not.

    Raises:
        BadData: a file has no column of choices or rewards under the name that the others have for it.
    """
    if notes is not None:
        _say_how_they_differ(tables, files, notes)
    table = pd.concat(list(tables), ignore_index=True)
    for name in ("subject", "session"):
        if name in table and len({isinstance(label, str) for label in table[name].dropna()}) > 1:
            table[name] = table[name].map(lambda label: label if pd.isna(label) else str(label)).astype(object)
    return table


def _say_how_they_differ(tables: Sequence[pd.DataFrame], files: Sequence[Path], notes: list[str]) -> None:
    """Notes on files that lack rows or columns; an error where choices or rewards are lacking."""
    filled = [(table, path) for table, path in zip(tables, files, strict=True) if len(table)]
    empty = [path.name for table, path in zip(tables, files, strict=True) if not len(table)]
    if empty:
        notes.append(
            f"{len(empty)} of {len(tables)} files hold no trials and add no session: "
            f"{', '.join(empty[:_SHOWN])}{_more(empty)}."
        )
    names = list(dict.fromkeys(str(name) for table, _ in filled for name in table.columns))
    lacking = {name: [path.name for table, path in filled if name not in table] for name in names}
    for name, paths in lacking.items():
        if paths and name.lower() in _NEEDED:
            raise BadData(
                f"Column {name} is in {len(filled) - len(paths)} of {len(filled)} files and missing from "
                f"{', '.join(paths[:_SHOWN])}{_more(paths)}; its trials would count as missed. Give all files the same "
                "columns, or leave these out with where= (--where)."
            )
    others = [name for name, paths in lacking.items() if paths]
    if others:
        notes.append(
            f"Columns that only some of the {len(filled)} files have are empty elsewhere: "
            f"{', '.join(others[:_SHOWN])}{_more(others)}."
        )


def _below(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path != root and path.is_relative_to(root) else path.name


def _more(listed: Sequence[object]) -> str:
    return ", ..." if len(listed) > _SHOWN else ""
