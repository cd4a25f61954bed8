"""Fingerprints: whether work that was kept was made from the very same things, and what differs if it was not."""

import dataclasses
import functools
import hashlib
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

MARK = "sha256:"  # begins every fingerprint


def digest(*values: Any) -> str:
    """A text that is equal for equal values only: numbers, text, arrays, containers, dataclasses, functions by name.

    Arrays count with every entry, type and shape. Anything else counts by its `repr`.
    """
    hashed = hashlib.sha256()
    for value in values:
        _add(value, hashed)
    return MARK + hashed.hexdigest()


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two sets of named fingerprints or settings, one phrase each; sets inside sets are opened."""
    before, now = dict(_opened(before)), dict(_opened(now))
    names = [name for name in dict.fromkeys([*now, *before]) if before.get(name) != now.get(name)]
    return [_phrase(name, before.get(name), now.get(name)) for name in names]


def _opened(named: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in named.items():
        if isinstance(value, Mapping):
            yield from _opened(value)
        else:
            yield name, value


def _phrase(name: str, before: Any, now: Any) -> str:
    if any(isinstance(value, str) and value.startswith(MARK) for value in (before, now)):
        return f"{name} has changed since"
    return f"{name} was {_shown(before)} and is now {_shown(now)}"


def _shown(value: Any) -> str:
    text = "not given" if value is None else repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _add(value: Any, hashed: Any) -> None:
    """Every part is preceded by its type and its length, so that no two values give the same bytes."""
    if isinstance(value, bytes | str | bool | int | float | None):
        _put(hashed, type(value).__name__, value if isinstance(value, bytes) else repr(value).encode())
    elif isinstance(value, list | tuple):
        _put(hashed, f"{type(value).__name__} {len(value)}")
        for item in value:
            _add(item, hashed)
    elif isinstance(value, Mapping):
        _put(hashed, f"mapping {len(value)}")
        for key in sorted(value, key=repr):
            _add(key, hashed)
            _add(value[key], hashed)
    elif isinstance(value, set | frozenset):
        _add(sorted(map(repr, value)), hashed)
    elif isinstance(value, functools.partial):
        _add((value.func, value.args, value.keywords), hashed)
    elif inspect.isroutine(value) or isinstance(value, type):
        _put(hashed, f"{value.__module__}.{value.__qualname__}")
    elif dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
        _put(hashed, f"{type(value).__module__}.{type(value).__qualname__}")
        _add(fields, hashed)
    elif (array := _array(value)) is not None:
        _put(hashed, f"{array.dtype.str} {array.shape}", np.ascontiguousarray(array).tobytes())
    else:
        _put(hashed, type(value).__name__, repr(value).encode())


def _array(value: Any) -> np.ndarray | None:
    if not hasattr(value, "dtype") or not hasattr(value, "shape"):
        return None
    try:
        array = np.asarray(value)
    except TypeError:  # a random key
        import jax

        array = np.asarray(jax.random.key_data(value))
    return None if array.dtype.hasobject else array


def _put(hashed: Any, what: str, content: bytes = b"") -> None:
    hashed.update(f"{what}\0{len(content)}\0".encode())
    hashed.update(content)
