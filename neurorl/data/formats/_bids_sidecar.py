"""What the json beside BIDS files says of their columns: the meaning of codes."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from neurorl.core.errors import BadData
from neurorl.core.spaces import Spaces
from neurorl.data.checks import ALSO_CALLED
from neurorl.data.format import Wish
from neurorl.data.source import inside


def sidecar(path: Path) -> dict[str, Any]:
    """What the json beside a file, or above it in the data set, says about its columns.

    Above it are the folders up to the one that holds sub-LABEL: nothing beyond the data set is opened.
    """
    stem = path.name.removesuffix(".gz").removesuffix(".tsv")
    task = re.search(r"_task-[A-Za-z0-9+]+", stem)
    kind = stem.rsplit("_", 1)[-1]
    above = [f"{task[0][1:]}_{kind}.json"] if task else []
    folders = [path.parent]
    while _is_within(folders[-1]) and len(folders) < 4:
        folders.append(folders[-1].parent)
    says: dict[str, Any] = {}
    for folder in reversed(folders):
        for name in above:
            if (folder / name).is_file():
                says |= _json(inside(folders[-1], [folder / name])[0])
    beside = path.with_name(f"{stem}.json")
    return says | (_json(inside(folders[-1], [beside])[0]) if beside.is_file() else {})


def _is_within(folder: Path) -> bool:
    """Whether a folder lies within a subject's: sub-LABEL, ses-LABEL, or a folder of one kind of recording."""
    return re.fullmatch(r"(sub|ses)-.*", folder.name) is not None or any(
        parent.name.startswith("sub-") for parent in folder.parents[:2]
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise BadData(f"{path} is not valid JSON: {error}.") from error
    return found if isinstance(found, dict) else {}


def levels_of(path: Path, table: pd.DataFrame, spaces: Spaces | None, notes: list[str]) -> dict[str, dict[str, str]]:
    """Codes that the sidecar's Levels explain with labels of the task; a note where they do so with other words."""
    if spaces is None:
        return {}
    known = {*getattr(spaces.action, "labels", ()), *getattr(spaces.obs, "labels", ()), "missing"}
    choices, found = {"choice", *ALSO_CALLED["choice"]}, {}
    for name, says in sidecar(path).items():
        levels = says.get("Levels") if isinstance(says, dict) else None
        if name not in table or not isinstance(levels, dict) or not levels:
            continue
        if set(map(str, levels.values())) <= known:
            found[name] = {str(old): str(new) for old, new in levels.items()}
        elif name.lower() in choices:
            listed = ", ".join(f"{old}: {new}" for old, new in list(levels.items())[:4])
            note = (
                f"The sidecar's Levels of {name} ({listed}) are not labels of the task, and were not used; "
                f"codes={{'{name}': ...}} says which label each is."
            )
            notes += [] if note in notes else [note]
    return found


def agreed(levels: list[dict[str, dict[str, str]]], files: list[Path], wish: Wish) -> dict[str, Any]:
    """The user's codes, and of other columns those that the sidecars agree on.

    Raises:
        BadData: the sidecars of two files give a code two meanings, as where sides were balanced over subjects.
    """
    codes: dict[str, Any] = {}
    first: dict[str, Path] = {}
    for path, found in zip(files, levels, strict=True):
        for name, meaning in found.items():
            if name in wish.codes:
                continue
            odd = [code for code, label in meaning.items() if codes.get(name, {}).get(code, label) != label]
            if odd:
                raise BadData(
                    f"The sidecars of {first[name].name} and {path.name} give code {odd[0]} of {name} two meanings: "
                    f"{codes[name][odd[0]]} and {meaning[odd[0]]}. Write labels instead of codes, or read the files "
                    "one at a time with where= (--where)."
                )
            first.setdefault(name, path)
            codes[name] = codes.get(name, {}) | meaning
    return codes | dict(wish.codes)
