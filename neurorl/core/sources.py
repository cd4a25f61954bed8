"""The files of code that a module rests on, found by reading imports, not by running.

Names that a package hands on lazily (a table name -> module in its `__init__`) are followed to the module that has
them.
"""

import ast
import dataclasses
import functools
import hashlib
import importlib.util
import inspect
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

from neurorl.core.fingerprint import MARK, digest
from neurorl.core.lazy import homes_of

PACKAGE = Path(__file__).parents[1]
_INSTALLED = tuple(
    {Path(sysconfig.get_paths()[name]).resolve() for name in ("stdlib", "platstdlib", "purelib", "platlib")}
)


def source_of(thing: object) -> str:
    """A fingerprint of the code of an object or a class: its own file and every file of code that it rests on.

    That is what the file imports from neurorl and from files that are not installed packages, directly or not.
    """
    classes = dict.fromkeys(_classes(thing))
    files = {cls: _file_of(cls) for cls in classes}
    texts = [_text_of(cls) for cls, path in files.items() if path is None]
    return digest(code([path for path in files.values() if path is not None]), texts)


def code_of(kind: str, thing: object, given: str = "") -> str:
    """What to call the code of an agent or a task: "the agent file mine.py", or "the agent LSTM" of the package.

    Args:
        kind: "agent" or "task".
        thing: the object.
        given: its name or file, as it was asked for.
    """
    path = Path(given) if given.endswith(".py") else _file_of(type(thing))
    if path is not None and not path.resolve().is_relative_to(PACKAGE):
        return f"the {kind} file {path.name}"
    return f"the {kind} {given or type(thing).__name__} (its options and code)"


def code(start: Iterable[Path]) -> str:
    """A fingerprint of these files and of all that they rest on."""
    found: set[Path] = set()
    follow(start, found)
    hashed = hashlib.sha256()
    for path in sorted(found):
        name = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else path.name
        hashed.update(f"{name}\0".encode() + path.read_bytes() + b"\0")
    return f"{MARK}{hashed.hexdigest()}"


def follow(start: Iterable[Path | None], found: set[Path]) -> None:
    """Add these files and everything that they import from the package or from files of the user's."""
    waiting = [path for path in start if path is not None]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imported(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=2048)
def imported(path: Path, changed: int = 0) -> tuple[Path, ...]:
    """The files that a file imports, those of installed packages left out; `changed` is its time of change."""
    modules: set[str] = set()
    for node in ast.walk(tree(path, changed)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            modules |= {_handed_on(node.module, alias.name) for alias in node.names}
    inside = path.is_relative_to(PACKAGE)
    files = {module_file(name) if name.startswith("neurorl.") else None if inside else _own(name) for name in modules}
    return tuple(sorted(file for file in files if file is not None))


@functools.lru_cache(maxsize=2048)
def tree(path: Path, changed: int = 0) -> ast.Module:
    """The syntax tree of a file; a file that is not Python has an empty one."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def module_file(module: str) -> Path | None:
    """The file of a module of the package, or None for a name that is none."""
    place = PACKAGE.joinpath(*module.split(".")[1:])
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if module.startswith("neurorl.") and path.is_file():
            return path
    return None


def _classes(thing: object) -> Iterator[type]:
    """The class of a thing, those it inherits from, and those of what it holds (an agent around another)."""
    for cls in (thing if isinstance(thing, type) else type(thing)).__mro__:
        if cls.__module__ not in sys.stdlib_module_names:
            yield cls
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for field in dataclasses.fields(thing):
            if dataclasses.is_dataclass(held := getattr(thing, field.name, None)):
                yield from _classes(held)


def _file_of(cls: type) -> Path | None:
    try:
        path = Path(inspect.getsourcefile(cls) or "").resolve()
    except (TypeError, OSError):
        return None
    return path if path.is_file() else None


def _handed_on(package: str, name: str) -> str:
    """The module that a package of ours takes a name from when it is first used; "" where there is none."""
    path = PACKAGE / "__init__.py" if package == "neurorl" else module_file(package)
    stub = path.with_suffix(".pyi") if path else None
    home = _homes(stub, stub.stat().st_mtime_ns).get(name, "") if stub and stub.is_file() else ""
    return f"{package}.{home}" if home else ""


@functools.lru_cache(maxsize=64)
def _homes(stub: Path, changed: int) -> dict[str, str]:
    return homes_of(stub)


def _own(module: str) -> Path | None:
    """The file of a module of the user's; None for what is installed, built in or not there."""
    top, _, below = module.partition(".")
    if not module or top in sys.stdlib_module_names or (below and not _is_own(_origin(top))):
        return None  # nothing installed is imported to look into it
    path = _origin(module)
    return path if _is_own(path) else None


def _origin(module: str) -> Path:
    try:
        known = sys.modules.get(module)
        spec = getattr(known, "__spec__", None) or importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return Path()
    return Path(spec.origin).resolve() if spec is not None and spec.origin else Path()


def _is_own(path: Path) -> bool:
    return path.suffix == ".py" and path.is_file() and not any(path.is_relative_to(place) for place in _INSTALLED)


def _text_of(cls: type) -> str:
    try:
        return inspect.getsource(cls)
    except (OSError, TypeError):  # written at a prompt: its methods' code is all there is
        methods = [value for value in vars(cls).values() if inspect.isfunction(value)]
        return repr([(m.__qualname__, m.__code__.co_code, m.__code__.co_consts) for m in methods])
