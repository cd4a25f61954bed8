"""Names of a package that are imported when they are first used; they stand once, in the package's `__init__.pyi`.

    __getattr__, __dir__, __all__ = lazily(__name__, __file__)

Every line of the stub is `from .module import name as name`, or `from . import package as package`. Type checkers and
editors read the same file. Only the standard library is needed, so that `neurorl list` runs where nothing is installed.
"""

import ast
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def lazily(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a package, from the stub beside its `__init__.py`."""
    homes = homes_of(Path(file).with_suffix(".pyi"))

    def getattr_(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"{package} has no name '{name}'; the names are {', '.join(sorted(homes))}.")
        home = homes[name]
        if not home:
            return importlib.import_module(f"{package}.{name}")
        found = getattr(importlib.import_module(f"{package}.{home}"), name)
        setattr(sys.modules[package], name, found)
        return found

    def dir_() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return getattr_, dir_, sorted(homes)


def homes_of(stub: Path) -> dict[str, str]:
    """Name -> the module below the package that it is imported from; "" for a package of its own."""
    lines = ast.parse(stub.read_text(encoding="utf-8")).body
    return {alias.name: node.module or "" for node in lines if isinstance(node, ast.ImportFrom) for alias in node.names}
