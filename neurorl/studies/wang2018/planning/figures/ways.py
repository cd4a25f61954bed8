"""Trajectories of hidden units by future action, and when they diverge (Supp. Fig. 8)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse

from neurorl.figures.marks import where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

_TIME = colormaps["coolwarm"]  # blue to red, as in the paper


def ways_figure(ways: pd.DataFrame, *, rows: Mapping[int, str], actions: Sequence[int], ponder: int) -> Figure:
    """Mean trajectories on two principal components, one panel an action and one row a step of arrival.

    Args:
        ways: columns row, action, answer (0 or 1), step (from 1), pc1, pc2, se1, se2: one network.
        rows: row -> its title, from top to bottom.
        actions: from left to right.
        ponder: pondering steps; the last one is marked.
    """
    with style():
        figure = Figure(figsize=(WIDE, 1.75 * len(rows) + 0.5), layout=ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.05))
        grid = figure.subplots(len(rows), len(actions), sharex=True, sharey=True, squeeze=False)
        last = int(np.max(ways["step"].to_numpy(), initial=1))
        for line, (row, name) in zip(grid, rows.items(), strict=True):
            for axes, action in zip(line, actions, strict=True):
                _ways(axes, where(ways, row=row, action=action), ponder, last)
                if line is grid[0]:
                    axes.set_title(f"by action {action}", fontsize=8)
            line[0].set_ylabel(f"{name}\ncomponent 2", fontsize=7.5)
        for axes in grid[-1]:
            axes.set_xlabel("component 1", fontsize=7.5)
        norm = BoundaryNorm(np.arange(last + 1) + 0.5, _TIME.N)
        bar = figure.colorbar(ScalarMappable(norm, _TIME), ax=grid, ticks=range(1, last + 1), aspect=30, pad=0.01)
        bar.set_label("step", fontsize=7.5)
        handles = [
            Line2D([], [], color=PALETTE["ink"], lw=1, ls=":", label="answer 0 at this action"),
            Line2D([], [], color=PALETTE["ink"], lw=1, label="answer 1"),
            Line2D([], [], ls="", marker="s", mfc="none", mec=PALETTE["ink"], ms=5, label="end of pondering"),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def divergence_figure(divergence: pd.DataFrame, *, rows: Mapping[int, str], ponder: int) -> Figure:
    """Distance of the two answers' trajectories over steps, with that of permuted answers.

    Args:
        divergence: columns row, action, step, distance, chance, high.
        rows: row -> its title, from left to right.
        ponder: pondering steps.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.6), layout=ConstrainedLayoutEngine(wspace=0.04))
        panels = figure.subplots(1, len(rows), sharey=True, squeeze=False)[0]
        last = int(np.max(divergence["step"].to_numpy(), initial=1))
        for axes, (row, name) in zip(panels, rows.items(), strict=True):
            mine = where(divergence, row=row)
            for i, (action, own) in enumerate(mine.groupby("action")):
                color = CYCLE[i % len(CYCLE)]
                axes.plot(own["step"], own["distance"], color=color, lw=1.6, label=f"by action {action:.0f}")
                axes.plot(own["step"], own["high"], color=color, lw=0.8, ls=(0, (1, 1.5)))
            axes.axvspan(0.5, ponder + 0.5, color=PALETTE["faint"], alpha=0.4, lw=0, zorder=0)
            axes.set(xlabel="step (grey: pondering)", xlim=(0.5, last + 0.5), xticks=range(1, last + 1))
            axes.set_title(name)
        panels[0].set_ylabel("distance of mean trajectories\n(spread within)")
        panels[0].set_ylim(bottom=0)
        handles, labels = panels[0].get_legend_handles_labels()
        handles.append(Line2D([], [], color=PALETTE["muted"], lw=0.8, ls=(0, (1, 1.5))))
        figure.legend(handles, [*labels, "permuted, 95th percentile"], loc="outside right center", fontsize=7)
    return figure


def _ways(axes: Axes, ways: pd.DataFrame, ponder: int, last: int) -> None:
    for answer, ls in ((0, ":"), (1, "-")):
        own = where(ways, answer=answer).sort_values("step")
        axes.plot(own["pc1"], own["pc2"], color=PALETTE["ink"], lw=0.8, ls=ls, zorder=2)
        for row in own.to_dict("records"):
            color = _TIME((row["step"] - 1) / max(last - 1, 1))
            place, size = (row["pc1"], row["pc2"]), (2 * row["se1"], 2 * row["se2"])
            axes.add_patch(Ellipse(place, *size, facecolor=color, edgecolor="none", alpha=0.8, zorder=3))
            if row["step"] == ponder:
                axes.plot(*place, "s", mfc="none", mec=PALETTE["ink"], mew=0.7, ms=6, zorder=4)
    axes.tick_params(labelsize=6.5)
    axes.margins(0.08)
