"""How strongly units code variables: bars are means over units, dots single units (Wang et al. 2018, Fig. 2e)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import dots, tint, where
from neurorl.figures.style import PALETTE, WIDE, style


def unit_coding_figure(
    units: pd.DataFrame,
    summary: pd.DataFrame,
    *,
    variables: Mapping[str, str],
    panels: Sequence[str],
    published: pd.DataFrame | None = None,
    published_shares: pd.DataFrame | None = None,
    column: str = "method",
) -> Figure:
    """Absolute partial correlation of every unit, one panel a way of measuring it, and the share of coding units.

    Args:
        units: columns `column`, variable, size (|r|), one row a unit.
        summary: columns `column`, variable, mean, share, averaged over replicas.
        variables: name -> words below the bar, from left to right.
        panels: values of `column`, one panel each.
        published: mean and largest |r| from a paper, open marks: columns variable, mean, largest, source.
        published_shares: shares of neurons from a paper, in the last panel: columns variable, share, source.
        column: what tells the panels apart.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.9), layout=ConstrainedLayoutEngine(w_pad=0.05))
        grid = figure.subplots(1, len(panels) + 1, squeeze=False)[0]
        for axes, panel in zip(grid[:-1], panels, strict=True):
            here = {column: panel}
            _bars(axes, where(summary, **here), "mean", variables)
            for at, name in enumerate(variables):
                sizes = where(units, variable=name, **here)["size"].dropna().to_numpy(float)
                dots(axes, at, sizes, PALETTE["network"], 0.56)
            if published is not None:
                _marks(axes, published, "mean", "D", variables)
                _marks(axes, published, "largest", "^", variables)
            axes.set_title(panel.capitalize())
            axes.set_ylim(0, 1)
        grid[0].set_ylabel("|partial correlation|")
        last = grid[-1]
        _bars(last, where(summary, **{column: panels[0]}), "share", variables)
        if published_shares is not None:
            _marks(last, published_shares, "share", "s", variables)
        last.set_title("Share of units")
        last.set_ylabel(f"share that codes it ({panels[0].capitalize()})")
        last.set_ylim(0, 1.02)
        handles = [Line2D([], [], ls="", marker="o", ms=2.6, color=PALETTE["network"], label="one unit")]
        for table, marks in ((published, (("D", "mean"), ("^", "largest"))), (published_shares, (("s", "neurons"),))):
            if table is not None:
                source = table["source"].iloc[0]
                handles += [Line2D([], [], marker=m, label=f"{source}: {words}", **_OPEN) for m, words in marks]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.3, fontsize=7)
    return figure


_OPEN = {"ls": "", "mfc": "white", "mec": PALETTE["ink"], "mew": 0.8, "ms": 3.8, "zorder": 6}


def _bars(axes: Axes, summary: pd.DataFrame, value: str, variables: Mapping[str, str]) -> None:
    height = [where(summary, variable=name)[value].to_numpy(float).mean() for name in variables]
    at = np.arange(len(variables))
    axes.bar(at, height, width=0.72, color=tint(PALETTE["network"]), zorder=1)
    for x, y in zip(at, height, strict=True):
        axes.plot([x - 0.36, x + 0.36], [y, y], color=PALETTE["network"], lw=1.6, solid_capstyle="butt", zorder=4)
    axes.set_xticks(at, list(variables.values()), fontsize=6.5)
    axes.tick_params(axis="x", length=0)


def _marks(axes: Axes, table: pd.DataFrame, value: str, marker: str, variables: Mapping[str, str]) -> None:
    for at, name in enumerate(variables):
        for y in where(table, variable=name)[value]:
            axes.plot(at + 0.24, y, marker, **_OPEN)
