"""Rounding: laws that compare numbers are judged in double precision wherever single precision leaves them open.

Two compilations of one float32 program may add the same terms in another order (a batch turns a product of a matrix
and a vector into one of two matrices). Sums of n terms then differ by up to n times 6e-8 of the largest term (Higham
2002, Accuracy and Stability of Numerical Algorithms, 2nd ed., eq. 4.4), which says nothing about the agent. In double
precision the same rounding is 5e8 times smaller, while a real difference stays as it is. So a law that finds float32
numbers to differ by more than `TOLERANCE` is checked again in double precision, with the same tolerance, and is broken
only where it is broken there too.

What cannot be computed in double precision, or computes in float32 inside all the same, is judged by `ROUGH` instead.
"""

import copy
import functools
from collections.abc import Callable
from typing import Any, Protocol

import jax

ROUGH = 128 * 2.0**-23  # 128 last bits of float32, 1.5e-5


class Checked(Protocol):
    """What a law is checked on: a `Meeting` or a `Visit`.

    Attributes:
        tolerance: to which numbers agree, relative to 1 + their size.
        doubled: the same in double precision; use it where that is on.
        single_inside: whether float32 numbers are computed with in double precision.
    """

    tolerance: float

    @property
    def doubled(self) -> Any: ...

    @property
    def single_inside(self) -> bool: ...


def not_by_rounding(fault: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """The law, broken only by what rounding to single precision does not explain."""

    @functools.wraps(fault)
    def judged(subject: Checked) -> str | None:
        found = fault(subject)
        if found is None:
            return None
        with jax.enable_x64(True):
            try:
                open_still = fault(subject.doubled) is not None
                single = open_still and subject.doubled.single_inside
            except Exception:  # tasks and agents owe us single precision only
                open_still = single = True
        if not open_still:
            return None
        return _roughly(fault, subject) if single else found

    return judged


def _roughly(fault: Callable[[Any], str | None], subject: Any) -> str | None:
    rough = copy.copy(subject)  # what was computed already is shared
    rough.tolerance = ROUGH
    return fault(rough)


def in_precision(tree: Any) -> Any:
    """Arrays of float32 in the precision that is on; all others as they are."""
    wide = jax.numpy.result_type(float)
    return jax.tree.map(
        lambda leaf: leaf.astype(wide) if getattr(leaf, "dtype", None) == jax.numpy.float32 else leaf, tree
    )


def computes_in_single(function: Callable[..., Any], *args: Any) -> bool:
    """Whether a program works on float32 numbers anywhere inside."""
    return "f32[" in str(jax.make_jaxpr(function)(*args))
