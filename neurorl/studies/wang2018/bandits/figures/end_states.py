"""Hidden activity in its principal plane: paths of single sessions, and where all end (Wang et al. 2018, Fig. 1e,f)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import where
from neurorl.figures.style import PALETTE, WIDE, style

_MARKERS = ("<", ">")
_MAP = "viridis"


def paths_figure(
    paths: pd.DataFrame, points: pd.DataFrame, *, groups: Mapping[str, str], labels: tuple[str, str]
) -> Figure:
    """Single sessions of two arms: path of activity in the plane, one mark per trial, and end states.

    Args:
        paths: columns group, session, p_left, p_right, trial, choice (0 or 1), pc_1, pc_2.
        points: where all sessions end: columns group, pc_1, pc_2.
        groups: group -> title, one row of panels each, from top to bottom; each has a plane of its own.
        labels: what choices 0 and 1 are.
    """
    n_columns = max(len(set(where(paths, group=name)["session"])) for name in groups)
    norm = Normalize(1, paths["trial"].to_numpy().max())
    with style():
        figure = Figure(figsize=(WIDE, 0.5 + 1.75 * len(groups)), layout=ConstrainedLayoutEngine(wspace=0.03))
        grid = figure.subplots(len(groups), n_columns, sharex="row", sharey="row", squeeze=False)
        for row, (group, title) in zip(grid, groups.items(), strict=True):
            mine = where(paths, group=group)
            for axes, session in zip(row, dict.fromkeys(mine["session"]), strict=False):
                _path(axes, where(mine, session=session), where(points, group=group), norm)
            row[0].set_ylabel(f"{title}\nPC 2")
        for axes in grid[-1]:
            axes.set_xlabel("PC 1")
        figure.colorbar(ScalarMappable(norm, _MAP), ax=list(grid.flat), label="trial", pad=0.01, aspect=30)
        look: dict[str, Any] = dict(ls="", color=PALETTE["muted"], ms=4)
        handles = [Line2D([], [], marker=m, label=name, **look) for m, name in zip(_MARKERS, labels, strict=True)]
        handles.append(
            Line2D([], [], marker="o", ls="", ms=2.5, color=PALETTE["faint"], label="end states of all sessions")
        )
        figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _path(axes: Axes, path: pd.DataFrame, points: pd.DataFrame, norm: Normalize) -> None:
    path = path.sort_values("trial")
    axes.scatter(points["pc_1"], points["pc_2"], s=3, color=PALETTE["faint"], linewidths=0, zorder=0, rasterized=True)
    axes.plot(path["pc_1"], path["pc_2"], color=PALETTE["muted"], lw=0.5, zorder=1)
    look: dict[str, Any] = dict(cmap=_MAP, norm=norm, s=14, linewidths=0, zorder=2)
    for choice, marker in enumerate(_MARKERS):
        there = where(path, choice=choice)
        axes.scatter(there["pc_1"], there["pc_2"], c=there["trial"], marker=marker, **look)
    left, right = path[["p_left", "p_right"]].iloc[0]
    axes.set_title(f"left {left:.2f}, right {right:.2f}", fontsize=8)


def ends_figure(points: pd.DataFrame, panels: Sequence[tuple[str, str, str, str]]) -> Figure:
    """Where all sessions end in the plane, coloured by a parameter of the session.

    Args:
        points: columns group, pc_1, pc_2 and the parameters.
        panels: (group, parameter, title, name of the parameter), from left to right.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.2), layout=ConstrainedLayoutEngine(wspace=0.03))
        grid = figure.subplots(1, len(panels), squeeze=False)[0]
        for axes, (group, parameter, title, name) in zip(grid, panels, strict=True):
            _ends(axes, where(points, group=group), parameter)
            axes.set_title(title, fontsize=8)
            axes.set_xlabel("PC 1")
            figure.colorbar(ScalarMappable(Normalize(0, 1), _MAP), ax=axes, label=name, aspect=25, pad=0.02)
        grid[0].set_ylabel("PC 2")
    return figure


def _ends(axes: Axes, points: pd.DataFrame, parameter: str) -> None:
    axes.scatter(points["pc_1"], points["pc_2"], c=points[parameter], cmap=_MAP, vmin=0, vmax=1, s=6, linewidths=0)
