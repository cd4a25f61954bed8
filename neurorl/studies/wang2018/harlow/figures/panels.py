"""Figures of the Harlow study: the view as a strip of pictures, accuracy by trial at stages of training, tests."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

FEWEST = 4  # replicas from which on an interval is drawn; of fewer it is wider than the figure
_BESIDE: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
_STAGES = LinearSegmentedColormap.from_list("stages", [PALETTE["faint"], PALETTE["network"]])


def strip_figure(views: np.ndarray, labels: list[str], *, columns: int = 8) -> Figure:
    """A film as a strip of pictures, in reading order.

    Args:
        views: uint8 [n, height, width, 3].
        labels: what stands above each.
        columns: pictures in a row.
    """
    rows = -(-len(views) // columns)
    height, width = views.shape[1:3]
    with style():
        size = WIDE / columns
        figure = Figure(figsize=(WIDE, rows * (size * height / width + 0.22)), layout=ConstrainedLayoutEngine())
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, view, label in zip(grid.ravel(), views, labels, strict=False):
            axes.imshow(view, interpolation="nearest")
            axes.axvline((width - 1) / 2, color=PALETTE["ink"], lw=0.4, ls=(0, (2, 2)))
            axes.set_title(label, fontsize=6.5, fontweight="normal", pad=2)
        for axes in grid.ravel():
            axes.set_axis_off()
    return figure


def stages_figure(stages: pd.DataFrame, published: pd.DataFrame, monkeys: pd.DataFrame) -> Figure:
    """Accuracy by trial at stages of training, ours beside the published network and monkeys.

    Args:
        stages: columns stage, trial, mean, low, high (0 to 1), n_units over replicas.
        published: columns stage, trial, mean.
        monkeys: columns stage, trial, mean.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.6), layout=ConstrainedLayoutEngine(wspace=0.06))
        axes = figure.subplots(1, 3, sharey=True)
        for panel, table, title in zip(
            axes, (monkeys, published, stages), ("Monkeys", "Network, published", "Network, ours"), strict=True
        ):
            names = in_order(table["stage"], None)
            for i, name in enumerate(names):
                _curve(panel, where(table, stage=name), _STAGES((i + 1) / len(names)), str(name))
            _frame(panel, title)
        axes[0].legend(loc="lower right", fontsize=6.5, title="sets of problems", title_fontsize=6.5)
        handles, names = axes[1].get_legend_handles_labels()
        axes[2].legend(handles, names, fontsize=6.5, title="stage of\ntraining", title_fontsize=6.5, **_BESIDE)
        axes[0].set_ylabel("correct (%)")
    return figure


def accuracy_figure(accuracy: pd.DataFrame, by_replica: pd.DataFrame, levels: dict[str, str]) -> Figure:
    """Accuracy by trial in each test, one panel a level of detail.

    Args:
        accuracy: columns level, test, trial, mean, low, high, n_units over replicas.
        by_replica: columns level, test, replica, trial, accuracy; drawn thin for the first test of a level.
        levels: level -> title, in order.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(wspace=0.06))
        panels = figure.subplots(1, len(levels), sharey=True, squeeze=False)[0]
        for axes, (level, title) in zip(panels, levels.items(), strict=True):
            mine = where(accuracy, level=level)
            tests = in_order(mine["test"], None)
            if tests:
                single = by_replica[(by_replica["level"] == level) & (by_replica["test"] == tests[0])]
                for _, rows in single.groupby("replica"):
                    axes.plot(rows["trial"], 100 * rows["accuracy"], color=PALETTE["faint"], lw=0.8, zorder=1)
            for color, test in zip(CYCLE, tests, strict=False):
                _curve(axes, where(mine, test=test), color, str(test))
            _frame(axes, title)
            if tests:
                inside: dict[str, Any] = {"loc": "lower right", "fontsize": 5.5, "handlelength": 1.0}
                axes.legend(**(_BESIDE | {"fontsize": 6.5} if axes is panels[-1] else inside))
        panels[0].set_ylabel("correct (%)")
    return figure


def performance_figure(curve: pd.DataFrame, levels: dict[str, str]) -> Figure:
    """Learning curves on the scale of the paper (50 chance, 100 optimum), one panel a level, one line a replica.

    Args:
        curve: columns level, replica, sessions, performance.
        levels: level -> title, in order.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.3), layout=ConstrainedLayoutEngine(wspace=0.06))
        panels = figure.subplots(1, len(levels), sharey=True, squeeze=False)[0]
        for axes, (level, title) in zip(panels, levels.items(), strict=True):
            mine = curve[curve["level"] == level]
            for _, rows in mine.groupby("replica"):
                axes.plot(rows["sessions"] / 1000, rows["performance"], color=PALETTE["network"], lw=0.9, alpha=0.7)
            for value, words in ((50, "random choice"), (100, "optimum")):
                axes.axhline(value, color=PALETTE["chance"], lw=0.8, ls=(0, (4, 2)), zorder=1)
                axes.annotate(words, (1, value), (0, 2), ha="right", fontsize=6.5, **_above(axes))
            axes.set_title(title)
            axes.set_xlabel("sessions of training (thousands)")
        panels[0].set_ylabel("performance")
    return figure


def _curve(axes: Axes, rows: pd.DataFrame, color: Any, label: str) -> None:
    axes.plot(rows["trial"], 100 * rows["mean"], "-o", ms=2.5, color=color, label=label, zorder=3)
    if "low" in rows and rows["n_units"].to_numpy().min(initial=FEWEST) >= FEWEST:
        axes.fill_between(rows["trial"], 100 * rows["low"], 100 * rows["high"], color=color, alpha=0.15, lw=0, zorder=2)


def _frame(axes: Axes, title: str) -> None:
    axes.axhline(50, color=PALETTE["chance"], lw=0.8, ls=(0, (4, 2)), zorder=0)
    axes.set_title(title)
    axes.set_xlabel("trial")
    axes.set_xticks(range(1, 7))
    axes.set_ylim(30, 103)


def _above(axes: Axes) -> dict[str, Any]:
    return {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points"}
