"""The matching plot: log ratios of choices and rewards, one panel a population (Wang et al. 2018, Fig. 2a,d)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import in_order, number, where
from neurorl.figures.style import PALETTE, WIDE, style

MANY = 1500  # points in a panel; more are thinned out evenly
_EDGE = 5.0  # of both axes, log2 units


def matching_figure(
    points: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    published_slope: float,
    source: str,
    order: Sequence[str] | None = None,
    colors: Mapping[str, str] | None = None,
) -> Figure:
    """One point a session or block, the mean matching line, and a published one, dashed.

    Args:
        points: columns learner, group, log_rewards, log_choices (log2 of right over left); rows with NaN are skipped.
        lines: columns learner, group, number ("slope", "intercept", "r"), mean, low, high; the line drawn is that of
            group "all".
        published_slope, source: slope of the dashed line, and where it is from.
        order: learners from left to right; by default as they appear.
        colors: group -> name in `PALETTE`; by default ink.
    """
    learners, colors = in_order(points["learner"], order), colors or {}
    with style():
        figure = Figure(figsize=(WIDE, 3.1), layout=ConstrainedLayoutEngine(w_pad=0.05, wspace=0.03))
        grid = figure.subplots(1, len(learners), sharex=True, sharey=True, squeeze=False)[0]
        for axes, learner in zip(grid, learners, strict=True):
            _panel(axes, where(points, learner=learner), colors)
            mine = where(lines, learner=learner)
            _line(axes, mine)
            axes.plot([-_EDGE, _EDGE], [-_EDGE * published_slope, _EDGE * published_slope], **_DASHED)
            axes.set_title(learner)
            axes.text(0.03, 0.97, _words(mine), transform=axes.transAxes, va="top", fontsize=6.8, linespacing=1.4)
            axes.set_xlabel("log₂ rewards right / left")
        grid[0].set_ylabel("log₂ choices right / left")
        grid[0].set(xlim=(-_EDGE, _EDGE), ylim=(-_EDGE, _EDGE))
        handles = [
            Line2D([], [], ls="", marker="o", ms=3, color=PALETTE[colors.get(group, "ink")], label=f"{group}")
            for group in in_order(points["group"], None)
            if group in colors
        ]
        handles += [
            Line2D([], [], color=PALETTE["ink"], lw=1.4, label="mean line"),
            Line2D([], [], color=PALETTE["faint"], lw=1.0, label="matching"),
            Line2D([], [], **_DASHED, label=source),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.4, fontsize=7)
    return figure


_DASHED = {"color": PALETTE["muted"], "lw": 1.2, "ls": (0, (4, 2)), "zorder": 4}


def _panel(axes: Axes, points: pd.DataFrame, colors: Mapping[str, str]) -> None:
    axes.axline((0, 0), slope=1, color=PALETTE["faint"], lw=1.0, zorder=0)
    there = points[points["log_rewards"].notna()]
    keep = np.unique(np.linspace(0, max(len(there) - 1, 0), min(len(there), MANY)).astype(int))
    for group, rows in there.iloc[keep].groupby("group", sort=False):
        color = PALETTE[colors.get(str(group), "ink")]
        axes.scatter(
            rows["log_rewards"],
            rows["log_choices"],
            s=3,
            color=color,
            alpha=0.4,
            linewidths=0,
            zorder=2,
            rasterized=True,
        )


def _line(axes: Axes, lines: pd.DataFrame) -> None:
    mean = {row["number"]: row["mean"] for row in where(lines, group="all").to_dict("records")}
    x = np.array([-_EDGE, _EDGE])
    axes.plot(x, mean["intercept"] + mean["slope"] * x, color=PALETTE["ink"], lw=1.4, zorder=5)


def _words(lines: pd.DataFrame) -> str:
    """ "slope 0.65, r 0.96" for each group of the panel."""
    said = []
    for group in in_order(lines["group"], None):
        mean = {row["number"]: row["mean"] for row in where(lines, group=group).to_dict("records")}
        text = f"slope {number(mean['slope'])}, intercept {number(mean['intercept'])}, r {number(mean['r'])}"
        said.append(text if group == "all" else f"{group}: slope {number(mean['slope'])}, r {number(mean['r'])}")
    return "\n".join(said)
