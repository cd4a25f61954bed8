"""Comparing pytrees and saying in words where they differ."""

import dataclasses
from typing import Any

import jax
import numpy as np

# Two compilations of the same float32 program differ in the last bits, and sums over a session add them up.
TOLERANCE = 1e-6


def difference(got: Any, expected: Any, *, tolerance: float = TOLERANCE) -> str | None:
    """The first leaf in which two pytrees differ, in words; None where they agree.

    Leaves agree where |got - expected| <= tolerance * (1 + |expected|); NaN agrees with NaN. Integers,
    booleans and a tolerance of 0 ask for equality.
    """
    if jax.tree.structure(got) != jax.tree.structure(expected):
        return f"the structure is {jax.tree.structure(got)}, expected {jax.tree.structure(expected)}"
    named = jax.tree_util.tree_flatten_with_path(got)[0]
    for (path, a), b in zip(named, jax.tree.leaves(expected), strict=True):
        a, b = np.asarray(a), np.asarray(b)
        name = jax.tree_util.keystr(path).lstrip(".") or "value"
        if a.shape != b.shape:
            return f"'{name}' has shape {a.shape}, expected {b.shape}"
        exact = tolerance == 0 or not np.issubdtype(a.dtype, np.floating)
        same = (a == b) if exact else _close(a, b, tolerance)
        if np.issubdtype(a.dtype, np.floating):
            same = same | (np.isnan(a) & np.isnan(b))
        if not np.all(same):
            at = tuple(int(i) for i in np.argwhere(~same)[0])
            step = f" at step {at[0]}" if at else ""
            return f"'{name}'{step} is {a[at]:.8g}, expected {b[at]:.8g}"
    return None


def _close(a: np.ndarray, b: np.ndarray, tolerance: float) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return (a == b) | (np.abs(a - b) <= tolerance * (1 + np.abs(b)))


def not_finite(tree: Any) -> str | None:
    """The first leaf that holds a NaN or an infinity, in words; None where all are finite."""
    for path, leaf in jax.tree_util.tree_flatten_with_path(tree)[0]:
        values = np.asarray(leaf)
        if np.issubdtype(values.dtype, np.floating) and not np.all(np.isfinite(values)):
            name = jax.tree_util.keystr(path).lstrip(".") or "value"
            at = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
            step = f" at step {at[0]}" if at else ""
            return f"'{name}'{step} is {values[at]}"
    return None


def changed_shape(before: Any, after: Any) -> str | None:
    """How the structure, shape or dtype of a state changed, in words; None where it did not.

    Takes arrays or the abstract values of `jax.eval_shape`.
    """
    if jax.tree.structure(before) != jax.tree.structure(after):
        return f"its structure was {jax.tree.structure(before)} and became {jax.tree.structure(after)}"
    named = jax.tree_util.tree_flatten_with_path(before)[0]
    for (path, a), b in zip(named, jax.tree.leaves(after), strict=True):
        if a.shape != b.shape or a.dtype != b.dtype:
            name = jax.tree_util.keystr(path).lstrip(".") or "value"
            return f"'{name}' was {a.dtype}{list(a.shape)} and became {b.dtype}{list(b.shape)}"
    return None


def not_frozen(thing: Any) -> str | None:
    """Why a task or an agent cannot be a key of compiled programs, in words; None where it can."""
    name = type(thing).__name__
    if not dataclasses.is_dataclass(thing) or not type(thing).__dataclass_params__.frozen:  # pyright: ignore
        return f"{name} is not a frozen dataclass; write @dataclass(frozen=True) above the class."
    try:
        hash(thing)
    except TypeError as error:
        return (
            f"{name} cannot be hashed ({error}); let its settings be numbers, strings and tuples, not lists or arrays."
        )
    return None
