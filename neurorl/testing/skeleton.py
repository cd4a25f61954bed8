"""Skeletons: a working task, agent, learner, synapse, algorithm or study, each of which passes its laws as it is."""

import keyword
from importlib.resources import files
from pathlib import Path

from neurorl.core.errors import BadValue
from neurorl.core.files import write_text
from neurorl.core.lock import require_file

KINDS = ("task", "agent", "learner", "synapse", "algorithm", "method", "format", "study")


def write_skeleton(kind: str, name: str, folder: str | Path) -> Path:
    """Write a new file of one kind.

    Args:
        kind: one of `KINDS`; a "learner" is an agent that learns weights.
        name: name of the file and, in camel case, of the class; lower-case words joined by underscores.
        folder: where to put it; made where it does not exist.

    Returns:
        the path of the file.

    Raises:
        BadValue: the kind or the name is not allowed, or the file is already there.
        StorageFailed: the file could not be written.
    """
    if kind not in KINDS:
        raise BadValue(f"There is no skeleton of a '{kind}'; there are skeletons of a {', '.join(KINDS)}.")
    if not name.isidentifier() or keyword.iskeyword(name) or name != name.lower() or name.startswith("_"):
        raise BadValue(f"'{name}' cannot name a {kind}; use lower-case words joined by underscores, like my_{kind}.")
    path = Path(folder) / f"{name}.py"
    require_file(path)
    if path.exists():
        raise BadValue(f"{path} already exists; choose another name or folder.")
    words = name.split("_")
    text = files("neurorl.testing").joinpath("skeletons", f"{kind}.py").read_text(encoding="utf-8")
    text = text.replace(f"My{kind.capitalize()}", "".join(word.capitalize() for word in words))
    text = text.replace(f"My {kind}", " ".join(words).capitalize()).replace(f"my_{kind}", name)
    write_text(path, text)
    return path
