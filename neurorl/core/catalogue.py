"""The catalogue: the folder is the registry, and a module is imported only when asked for.

Names are the file names of the packages in `KINDS`: `tasks/`, `agents/`, `fit/methods/`, ... A study is a folder
below `studies/` whose `__init__.py` exports STUDY; its name is its path (wang2018/two_step), and the last part of it
where no other study ends so. A folder below `studies/` with a file `paper.py`, which exports PAPER, is a paper. Other
packages join through entry points in groups named as `neurorl.tasks` and `neurorl.agents` are, each naming a module
with the same exports. A path to a Python file works wherever a name does, and `study/two_step` says which of several
namesakes is meant.
"""

import ast
import difflib
import functools
import importlib
import importlib.util
import pkgutil
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from neurorl.core.card import Card
from neurorl.core.errors import NeurorlError, UnknownName
from neurorl.core.exports import require_agent, require_algorithm, require_synapse, require_task


@dataclass(frozen=True)
class Kind:
    """One kind of thing in the catalogue.

    Attributes:
        package: where the built-in ones lie.
        export: the name that a module of this kind exports.
        plural: as in `neurorl list` and in the group of entry points.
        words: one of them in words.
    """

    package: str
    export: str
    plural: str
    words: str


KINDS = {
    "task": Kind("neurorl.tasks", "TASK", "tasks", "a task"),
    "agent": Kind("neurorl.agents", "AGENT", "agents", "an agent"),
    "synapse": Kind("neurorl.synapses", "SYNAPSE", "synapses", "a synapse"),
    "algorithm": Kind("neurorl.train.algorithms", "ALGORITHM", "algorithms", "a training algorithm"),
    "method": Kind("neurorl.fit.methods", "METHOD", "methods", "a fitting method"),
    "study": Kind("neurorl.studies", "STUDY", "studies", "a study"),
    "dataset": Kind("neurorl.data.sets", "DATASET", "datasets", "a data set"),
    "format": Kind("neurorl.data.formats", "FORMAT", "formats", "a file format"),
    "paper": Kind("neurorl.studies", "PAPER", "papers", "a paper"),
}


def names(kind: str) -> tuple[str, ...]:
    """All names of one kind, sorted; imports none of them."""
    return tuple(sorted({*_built_in(kind), *_entry_points(kind)}))


def kinds_of(name: str) -> tuple[str, ...]:
    """All kinds that have something of this name: a task and a study may share one."""
    return tuple(kind for kind in KINDS if full_name(kind, name) is not None)


def full_name(kind: str, name: str) -> str | None:
    """The name under which the catalogue lists something: two_step is study wang2018/two_step; None if unknown."""
    name = name.removeprefix(f"{kind}/")
    if name in _built_in(kind):  # installed packages are searched only where that is not enough
        return name
    listed = names(kind)
    if name in listed:
        return name
    ends = [each for each in listed if each.endswith(f"/{name}")]
    return ends[0] if len(ends) == 1 else None


def kind_of(name: str) -> str:
    """The kind of a name, of "kind/name" or of a file; raises `UnknownName` with the nearest names.

    Where kinds share a name, the task comes first; "study/two_step" asks for the other.
    """
    kind, _, bare = name.partition("/")
    if kind in KINDS and full_name(kind, bare) is not None:
        return kind
    if kinds_of(name):
        return kinds_of(name)[0]
    if _is_path(name):
        exports = _assigned_names(_existing(name))
        for kind, about in KINDS.items():
            if about.export in exports:
                return kind
        wanted = ", ".join(about.export for about in KINDS.values())
        raise NeurorlError(f"{name} exports none of {wanted}; end the file with one, for example AGENT = MyAgent.")
    raise _unknown(name, tuple(n for kind in KINDS for n in names(kind)), "name")


def load(kind: str, name: str) -> Any:
    """The task, study or data set, or the class of the agent, synapse or algorithm, of this name or file.

    Raises:
        UnknownName: nothing has this name; the message suggests the nearest.
        BadValue: what a file exports is not a task, an agent, a synapse or an algorithm.
    """
    export = KINDS[kind].export
    module = _module(kind, name)
    if not hasattr(module, export):
        raise NeurorlError(f"{name} does not export {export}; end the file with {export} = ... .")
    found = getattr(module, export)
    if full_name(kind, name) in _built_in(kind):
        return found
    checks = {
        "task": require_task,
        "agent": require_agent,
        "synapse": require_synapse,
        "algorithm": require_algorithm,
    }
    return checks.get(kind, lambda thing: thing)(found)


def load_task(name: str) -> Any:
    """The task of this name or file."""
    return load("task", name)


def load_agent(name: str) -> Any:
    """The agent class of this name or file; `.for_spaces(task.spaces)` builds the agent."""
    return load("agent", name)


def load_synapse(name: str) -> Any:
    """The synapse class of this name or file; called with settings it makes the synapse."""
    return load("synapse", name)


def load_algorithm(name: str) -> Any:
    """The class of the training algorithm of this name or file; called with settings it makes the algorithm."""
    return load("algorithm", name)


def load_study(name: str) -> Any:
    """The study of this name or file."""
    return load("study", name)


def load_dataset(name: str) -> Any:
    """The shipped data set of this name; `.load()` gives its `Dataset`."""
    return load("dataset", name)


def card_of(kind: str, name: str) -> Card:
    """The card of a name or file, read from the source without importing it."""
    source = _existing(name) if _is_path(name) else _source(kind, name)
    tree = ast.parse(source.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Card":
            try:
                return Card(**{str(k.arg): ast.literal_eval(k.value) for k in node.keywords})
            except (ValueError, TypeError) as error:
                raise NeurorlError(f"The card of {name} must hold literal values only ({error}).") from error
    raise NeurorlError(f"{source} has no Card(...); give the class one, so that it can be listed and cited.")


def docstring_of(kind: str, name: str) -> str:
    """The module docstring: equations, sources and departures. Read without importing."""
    source = _existing(name) if _is_path(name) else _source(kind, name)
    return ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""


@functools.cache
def _built_in(kind: str) -> tuple[str, ...]:
    package, export = KINDS[kind].package, KINDS[kind].export
    folder = Path(__file__).parents[1].joinpath(*package.split(".")[1:])
    if kind == "paper":
        return tuple(path.parent.name for path in folder.glob("*/paper.py"))
    if kind == "study":
        inits = (path for depth in ("*", "*/*") for path in folder.glob(f"{depth}/__init__.py"))
        homes = (path.parent for path in inits if export in _assigned_names(path))
        return tuple(home.relative_to(folder).as_posix() for home in homes)
    return tuple(m.name for m in pkgutil.iter_modules([str(folder)]) if not m.name.startswith("_"))


def _entry_points(kind: str) -> dict[str, str]:
    return {entry.name: entry.value for entry in entry_points(group=f"neurorl.{KINDS[kind].plural}")}


def _module_name(kind: str, name: str) -> str:
    full = full_name(kind, name)
    if full in _built_in(kind):
        return f"{KINDS[kind].package}.{full.replace('/', '.')}{'.paper' if kind == 'paper' else ''}"
    if full is not None:
        return _entry_points(kind)[full]
    bare = name.removeprefix(f"{kind}/")
    raise _unknown(bare, (*names(kind), *(each.rpartition("/")[2] for each in names(kind))), kind)


def _module(kind: str, name: str) -> ModuleType:
    if not _is_path(name):
        return importlib.import_module(_module_name(kind, name))
    path = _existing(name).resolve()
    module_name = f"neurorl_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise NeurorlError(f"{path} cannot be imported as Python; give a file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module  # dataclasses look their module up by name
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[module_name]
        raise NeurorlError(f"{path} could not be imported: {type(error).__name__}: {error}") from error
    return module


def _source(kind: str, name: str) -> Path:
    module = _module_name(kind, name)
    if full_name(kind, name) in _built_in(kind):  # found by its place: the packages above it need not be imported
        place = Path(__file__).parents[1].joinpath(*module.split(".")[1:])
        return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise NeurorlError(f"The source of {kind} '{name}' cannot be found; is its package still installed?")
    return Path(spec.origin)


def _is_path(name: str) -> bool:
    return name.endswith(".py")


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise UnknownName(f"There is no file {name}; check the path, or give a name from `neurorl list`.")
    return path


def _assigned_names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {t.id for node in tree.body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)}


def _unknown(name: str, known: tuple[str, ...], what: str) -> UnknownName:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known) or 'none yet'}."
    return UnknownName(f"There is no {what} called '{name}'. {hint}")
