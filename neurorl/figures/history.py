"""Weights of past rewards and past choices on the next choice (Wang et al. 2018, Fig. 2c,f)."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import PALETTE, WIDE, style

_EFFECTS = {"reward": "past rewards", "choice": "past choices"}
_MARKERS = ("D", "s", "^", "v")


def history_figure(
    summary: pd.DataFrame,
    units: pd.DataFrame,
    published: pd.DataFrame,
    *,
    order: Sequence[str] | None = None,
    roles: Mapping[str, str] | None = None,
) -> Figure:
    """Weight by lag: rewards above, choices below, one column a learner.

    Args:
        summary: columns learner, effect ("reward", "choice"), lag, mean, low, high (log-odds).
        units: single units as thin lines: columns learner, subject, effect, lag, weight.
        published: values from papers as open marks: columns learner, effect, lag, mean, source.
        order: learners from left to right; by default as they appear.
        roles: learner -> name in `PALETTE`.
    """
    learners, roles = in_order(summary["learner"], order), roles or {}
    marks = {s: _MARKERS[i % len(_MARKERS)] for i, s in enumerate(dict.fromkeys(published["source"]))}
    with style():
        figure = Figure(figsize=(WIDE, 4.1), layout=ConstrainedLayoutEngine(w_pad=0.05, h_pad=0.05))
        grid = figure.subplots(2, len(learners), sharex=True, squeeze=False)
        for column, learner in enumerate(learners):
            for row, (effect, words) in enumerate(_EFFECTS.items()):
                axes, here = grid[row, column], {"learner": learner, "effect": effect}
                color = PALETTE[roles.get(learner, "ink")]
                _panel(axes, where(summary, **here), where(units, **here), color)
                for mark in where(published, **here).to_dict("records"):
                    axes.plot(mark["lag"], mark["mean"], marks[mark["source"]], **_OPEN)
                if column == 0:
                    axes.set_ylabel(f"weight of {words}\n(log-odds)", ma="center")
            grid[0, column].set_title(learner)
            grid[1, column].set_xlabel("trials ago")
        handles = [
            Line2D([], [], color=PALETTE["ink"], marker="o", ms=3, lw=1.3, label="mean"),
            Line2D([], [], color=PALETTE["muted"], lw=0.6, label="one replica or animal"),
            *(Line2D([], [], marker=marker, label=source, **_OPEN) for source, marker in marks.items()),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.4, fontsize=7)
    return figure


_OPEN = {"ls": "", "mfc": "white", "mec": PALETTE["ink"], "mew": 0.8, "ms": 3.8, "zorder": 6}


def _panel(axes: Axes, summary: pd.DataFrame, units: pd.DataFrame, color: str) -> None:
    axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
    for _, line in units.groupby("subject", sort=False):
        axes.plot(line["lag"], line["weight"], color=color, lw=0.6, alpha=0.35, zorder=1)
    line = summary.sort_values("lag")
    axes.plot(line["lag"], line["mean"], color=color, marker="o", ms=3, lw=1.3, zorder=4)
    axes.set_xticks([1, 5, 10, 15])
