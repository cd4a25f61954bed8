"""Whether two folders of results are equal byte by byte, dates and durations aside."""

import io
import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from neurorl.core.keeper import open_kept

DATE = re.compile(rb"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)?)?")
# What tells when and how long a run was, how much memory it took, and whether a cache helped it.
TIMED = ("seconds", "date", "peak_memory_gib", "cached", "folder")
_ORIGIN = re.compile(
    rb"<dt>(?:Date|Gathering took|Measuring took|Drawing took|Peak memory|Checkpoints)</dt><dd>.*?</dd>", re.DOTALL
)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, path -> content without dates and durations."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): plain(path.name, path.read_bytes()) for path in files}


def plain(name: str, content: bytes) -> bytes:
    """The content of a file without dates and durations."""
    if name.endswith(".json"):
        return json.dumps(_without_times(json.loads(content)), sort_keys=True).encode()
    if name == "metrics.csv":
        return _without_column(content.decode(), "seconds").encode()
    if name.startswith("checkpoint-") and name.endswith(".kept"):
        return _checkpoint(content)
    if name.endswith(".npz"):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = {member: file.read(member) for member in file.namelist() if member != "curve/seconds.npy"}
        return b"".join(member.encode() + plain(member, part) for member, part in sorted(parts.items()))
    if name.endswith(".html"):
        content = _ORIGIN.sub(b"", content)
    if name.endswith((".html", ".svg")):
        content = DATE.sub(b"DATE", content)
    return content


def differing(mine: dict[str, bytes], theirs: dict[str, bytes]) -> list[str]:
    """What differs between two folders, one line a file; empty where nothing does."""
    lines = [f"{name} is missing" for name in sorted(theirs.keys() - mine.keys())]
    lines += [f"{name} was left behind" for name in sorted(mine.keys() - theirs.keys())]
    for name in sorted(mine.keys() & theirs.keys()):
        a, b = mine[name], theirs[name]
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            lines.append(f"{name} differs at byte {at}: {a[at - 20 : at + 40]!r} for {b[at - 20 : at + 40]!r}")
    return lines


def _checkpoint(content: bytes) -> bytes:
    """A checkpoint of training without the column of seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.kept"
        path.write_bytes(content)
        kept = open_kept(path)
    value = kept.value()
    curve = {name: column.tolist() for name, column in value["curve"].items() if name != "seconds"}
    return json.dumps([kept.about, curve]).encode() + b"".join(leaf.tobytes() for leaf in value["leaves"])


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_times(v) for k, v in value.items() if k not in TIMED}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def _without_column(text: str, name: str) -> str:
    rows = [line.split(",") for line in text.splitlines()]
    at = rows[0].index(name) if rows and name in rows[0] else None
    return "\n".join(",".join(cell for i, cell in enumerate(row) if i != at) for row in rows)
