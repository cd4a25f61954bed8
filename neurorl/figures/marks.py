"""Small marks that several figures share: tints, intervals, dots of single units."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from neurorl.figures.style import PALETTE

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FEW = 40  # up to this many units each gets a dot of its own; more become a fine strip


def tint(color: str, share: float = 0.3) -> tuple[float, float, float]:
    """The colour mixed with white; `share` of the colour stays."""
    red, green, blue = (share * c + 1 - share for c in to_rgb(color))
    return red, green, blue


def spread(n: int, width: float) -> np.ndarray:
    """Sideways offsets of n dots within +-width/2, evenly filled and the same every time."""
    golden = (5**0.5 - 1) / 2
    return (np.mod(np.arange(n) * golden + 0.5, 1.0) - 0.5) * width


def interval(
    axes: Axes, at: float, low: float, high: float, *, upright: bool = True, color: str = PALETTE["ink"]
) -> None:
    """A 95 % interval as a line; nothing where there is none (a single unit)."""
    if np.isfinite(low) and np.isfinite(high):
        x, y = ([at, at], [low, high]) if upright else ([low, high], [at, at])
        axes.plot(x, y, color=color, lw=1.3, solid_capstyle="butt", zorder=5)


def dots(axes: Axes, at: float, values: np.ndarray, color: str, width: float, *, upright: bool = True) -> None:
    """One dot a unit: clear ones for few units, a fine translucent strip for many."""
    few = len(values) <= FEW
    offset = at + spread(len(values), width)
    x, y = (offset, values) if upright else (values, offset)
    axes.scatter(
        x, y, s=7 if few else 1.6, color=color, alpha=0.75 if few else 0.22, linewidths=0, zorder=3, rasterized=not few
    )


def in_order(names: Iterable[str], order: Sequence[str] | None) -> list[str]:
    """Each name once: as `order` says, or in order of appearance."""
    return list(order) if order is not None else list(dict.fromkeys(names))


def where(table: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """The rows whose columns have these values."""
    keep = np.ones(len(table), bool)
    for column, value in values.items():
        keep &= (table[column] == value).to_numpy(bool)
    return table.loc[keep, :]


def number(value: Any, digits: int = 2) -> str:
    """A number as text with a true minus sign, never a negative zero: 0.70, −0.62, 5.8×10⁻⁷ for tiny ones."""
    value = float(value)
    if value and abs(value) < 10.0**-digits:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}×10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")
    return f"{value:.{digits}f}".replace("-", "−")
