"""Which trained networks there are, and where each comes from; reads no weights and needs the standard library only."""

import difflib
import json
from pathlib import Path
from typing import Any

from neurorl.core.errors import StorageFailed, UnknownName
from neurorl.zoo.archive import damaged, opened, read_member
from neurorl.zoo.origin import require_origin

HERE = Path(__file__).parent / "files"
ORIGIN = "origin.json"
MOST_ORIGIN = 1 << 20  # bytes


def zoo_names() -> tuple[str, ...]:
    """Names of all shipped networks, sorted."""
    return tuple(sorted(path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.rglob("*.npz")))


def zoo_origin(name: str) -> dict[str, Any]:
    """Where an entry comes from: study, scale, seed, recipe, versions, date."""
    return read_origin(zoo_path(name))


def zoo_path(name: str) -> Path:
    """The file of this name, or of this path if it ends in .npz.

    Raises:
        UnknownName: nothing has this name; the message suggests the nearest.
    """
    path = Path(name) if name.endswith(".npz") else HERE / f"{name}.npz"
    if path.is_file():
        return path
    if name.endswith(".npz"):
        raise UnknownName(f"There is no file {name}; check the path, or give a name from `neurorl list zoo`.")
    known = zoo_names()
    near = [k for k in known if k.endswith(f"/{name}")] or difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known) or 'none yet'}."
    raise UnknownName(f"There is no trained network called '{name}'. {hint}")


def read_origin(path: Path) -> dict[str, Any]:
    """Where the weights of a file come from, checked: only plain values of sane sizes come back."""
    with opened(path) as file:
        content = read_member(file, ORIGIN, MOST_ORIGIN)
        try:
            origin = json.loads(content)
        except RecursionError as error:
            raise ValueError("its origin is nested too deeply") from error
    try:
        require_origin(origin)
    except ValueError as error:
        raise StorageFailed(damaged(path, error)) from error
    return origin
