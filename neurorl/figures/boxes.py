"""Boxes and arrows for diagrams, in inches on a bare canvas, so that text and boxes keep their proportions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path

from neurorl.figures.marks import tint
from neurorl.figures.style import PALETTE

Point = tuple[float, float]
ROUND = 0.07  # radius of corners, inches


@dataclass(frozen=True)
class Box:
    """Where a box lies: its centre and size, inches."""

    x: float
    y: float
    width: float
    height: float

    def side(self, name: str, shift: float = 0.0) -> Point:
        """The middle of a side ("left", "right", "top", "bottom"), moved along it by `shift`."""
        if name in ("left", "right"):
            return self.x + (self.width / 2 if name == "right" else -self.width / 2), self.y + shift
        return self.x + shift, self.y + (self.height / 2 if name == "top" else -self.height / 2)


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure whose coordinates are inches from the lower left corner; call it inside `style()`."""
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    return figure, axes


def draw_box(axes: Axes, box: Box, title: str, detail: str = "", *, color: str, strong: bool = False) -> None:
    """A rounded box with a title and, below it, a detail of one or more lines."""
    _patch(axes, box, fc=tint(color, 0.26 if strong else 0.13), ec=color, lw=1.5 if strong else 0.9, zorder=3)
    lines = 1 + detail.count("\n") if detail else 0
    axes.text(
        box.x,
        box.y + 0.062 * lines,
        title,
        ha="center",
        va="center",
        fontsize=8,
        weight="bold" if strong else "normal",
        zorder=4,
    )
    if detail:
        axes.text(
            box.x,
            box.y - 0.075,
            detail,
            ha="center",
            va="center",
            fontsize=6.3,
            color=PALETTE["ink"],
            alpha=0.72,
            linespacing=1.15,
            zorder=4,
        )


def draw_region(axes: Axes, box: Box, *, color: str, share: float = 0.07) -> None:
    """A pale area behind boxes that belong together."""
    _patch(axes, box, fc=tint(color, share), ec="none", lw=0, zorder=0, corner=0.14)


def draw_arrow(
    axes: Axes,
    points: Sequence[Point],
    *,
    kind: str = "feeds",
    color: str = PALETTE["ink"],
    width: float = 1.0,
) -> None:
    """A line through the points with rounded corners.

    It ends in an arrow head, or in a bar where `kind` is "inhibits"; dashed where it is "modulates".
    """
    path = _rounded([np.asarray(p, float) for p in points])
    dashes: dict[str, Any] = {"linestyle": (0, (3.2, 1.8))} if kind == "modulates" else {}
    if kind == "inhibits":
        axes.add_patch(PathPatch(path, fc="none", ec=color, lw=width, capstyle="butt", zorder=2))
        before, end = (np.asarray(p, float) for p in points[-2:])
        along = (end - before) / np.hypot(*(end - before))
        across = 0.075 * np.array([-along[1], along[0]])
        bar = [end - across - 0.012 * along, end + across - 0.012 * along]
        axes.plot(*zip(*bar, strict=True), color=color, lw=width + 1.1, solid_capstyle="butt", zorder=2)
        return
    head = "-|>,head_length=0.45,head_width=0.2"
    if dashes:  # a dashed head would be in pieces: the line and its head apart
        axes.add_patch(PathPatch(path, fc="none", ec=color, lw=width, zorder=2, **dashes))
        before, end = (np.asarray(p, float) for p in points[-2:])
        near = end - 0.09 * (end - before) / np.hypot(*(end - before))
        path = Path([near, end])
    axes.add_patch(
        FancyArrowPatch(path=path, arrowstyle=head, mutation_scale=10, lw=width, color=color, fill=True, zorder=2)
    )


def _rounded(points: list[np.ndarray]) -> Path:
    """The polygon line with its inner corners rounded off."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        vertices += [_towards(corner, before), corner, _towards(corner, after)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(corner: np.ndarray, other: np.ndarray) -> np.ndarray:
    step = other - corner
    length = np.hypot(*step)
    return corner + step / length * min(ROUND, length / 2)


def _patch(axes: Axes, box: Box, *, corner: float = ROUND, **look: Any) -> None:
    left, bottom = box.x - box.width / 2, box.y - box.height / 2
    shape = f"round,pad=0,rounding_size={corner}"
    patch = FancyBboxPatch((left, bottom), box.width, box.height, boxstyle=shape, **look)
    axes.add_patch(patch)
