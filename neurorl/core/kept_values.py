"""Values as a JSON tree and arrays, and back: what a file of unfinished work may hold.

Plain values (None, bool, int, float, str, list, tuple, dict, NumPy and JAX arrays) are known here. Everything else
needs a `Kind`, and each reader passes the kinds it accepts. Reading builds these and nothing else: a file names a kind,
never a class, a module or a function, so no file runs code.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Kind:
    """A type that may be kept.

    Attributes:
        name: what a file calls it.
        is_one: whether a value is of this kind.
        apart: the value as plain values and values of other kinds.
        together: the inverse of `apart`; it may raise anything on a content that does not fit.
    """

    name: str
    is_one: Callable[[Any], bool]
    apart: Callable[[Any], Any]
    together: Callable[[Any], Any]


def record(cls: type) -> Kind:
    """The kind of a dataclass, kept field by field."""
    names = [field.name for field in dataclasses.fields(cls)]

    def together(content: dict[str, Any]) -> Any:
        if list(content) != names:
            raise ValueError(f"{cls.__name__} has the fields {names}, the file {list(content)}")
        return cls(**content)

    return Kind(
        cls.__name__, lambda value: type(value) is cls, lambda value: {n: getattr(value, n) for n in names}, together
    )


def shaped_like(like: Any) -> Kind:
    """The kind of pytrees with the structure of `like`, such as an agent's parameters; only the leaves are kept."""
    import jax

    structure = jax.tree.structure(like)
    name = f"{type(like).__name__} {hashlib.sha256(str(structure).encode()).hexdigest()[:16]}"

    def is_one(value: Any) -> bool:
        return type(value) is type(like) and jax.tree.structure(value) == structure

    return Kind(name, is_one, jax.tree.leaves, lambda leaves: jax.tree.unflatten(structure, leaves))


def take_apart(value: Any, kinds: Iterable[Kind]) -> tuple[Any, list[np.ndarray]]:
    """A value as a JSON tree and the arrays that the tree refers to.

    Raises:
        TypeError: some part is neither plain nor of one of the kinds.
    """
    arrays: list[np.ndarray] = []
    return _node(value, tuple(kinds), arrays), arrays


def put_together(tree: Any, arrays: list[np.ndarray], kinds: Iterable[Kind]) -> Any:
    """The inverse of `take_apart`; raises any exception where the tree does not fit."""
    return _value(tree, arrays, {kind.name: kind for kind in kinds})


def _node(value: Any, kinds: tuple[Kind, ...], arrays: list[np.ndarray]) -> Any:
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple):
        return {type(value).__name__: [_node(item, kinds, arrays) for item in value]}
    if type(value) is dict:
        return {"dict": [[_node(key, kinds, arrays), _node(item, kinds, arrays)] for key, item in value.items()]}
    for kind in kinds:
        if kind.is_one(value):
            return {"kind": kind.name, "of": _node(kind.apart(value), kinds, arrays)}
    if isinstance(value, np.ndarray) and value.dtype.hasobject:
        return {"objects": [_node(item, kinds, arrays) for item in value.ravel()], "shape": list(value.shape)}
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind not in "VT":
        arrays.append(np.asarray(value))
        return {"array" if isinstance(value, np.ndarray) else "scalar": len(arrays) - 1}
    if _is_jax(value):
        arrays.append(np.asarray(value))
        return {"jax": len(arrays) - 1}
    raise TypeError(f"A value of type {type(value).__name__} cannot be saved: it is not one of the supported types.")


def _value(node: Any, arrays: list[np.ndarray], kinds: dict[str, Kind]) -> Any:
    if not isinstance(node, dict):
        if isinstance(node, list):
            raise ValueError("it holds a list instead of a value")
        return node
    what = next(iter(node))
    content = node[what]
    if what == "kind":
        return kinds[content].together(_value(node["of"], arrays, kinds))
    if what in ("list", "tuple"):
        items = [_value(item, arrays, kinds) for item in content]
        return items if what == "list" else tuple(items)
    if what == "dict":
        return {_value(key, arrays, kinds): _value(item, arrays, kinds) for key, item in content}
    if what == "objects":
        made = np.empty(len(content), object)
        for i, item in enumerate(content):
            made[i] = _value(item, arrays, kinds)
        return made.reshape(node["shape"])
    return {"array": lambda a: a, "scalar": lambda a: a[()], "jax": _jax}[what](arrays[content])


def _is_jax(value: Any) -> bool:
    if not type(value).__module__.startswith(("jax", "jaxlib")):
        return False
    import jax

    return isinstance(value, jax.Array) and isinstance(value.dtype, np.dtype) and value.dtype.kind in "biufc"


def _jax(array: np.ndarray) -> Any:
    import jax

    with jax.enable_x64(True):  # the array keeps its precision, whatever is on
        return jax.numpy.asarray(array)
