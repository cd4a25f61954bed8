"""Scores of networks by kind of feedback: reward, prediction error, or none."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import dots, interval, tint, where
from neurorl.figures.style import PALETTE, WIDE, style

_COLORS = {"reward": PALETTE["network"], "rpe": PALETTE["model_free"], "none": PALETTE["muted"]}
_NAMES = {"reward": "reward", "rpe": "error", "none": "nothing"}


def feedback_figure(
    scores: pd.DataFrame, units: pd.DataFrame, *, titles: Mapping[str, str], labels: Mapping[str, str]
) -> Figure:
    """Scores by kind of feedback, one panel a simulation.

    Args:
        scores: columns simulation, feedback, mean, low, high, blind, share.
        units: single networks: columns simulation, feedback, score.
        titles: simulation -> title of its panel, from left to right.
        labels: simulation -> what its score is.
    """
    shown = [name for name in titles if name in set(scores["simulation"])]
    with style():
        figure = Figure(figsize=(min(WIDE, 2.2 * len(shown)), 2.5), layout=ConstrainedLayoutEngine(wspace=0.04))
        row = figure.subplots(1, len(shown), squeeze=False)[0]
        for axes, name in zip(row, shown, strict=True):
            mine = where(scores, simulation=name)
            blind = float(mine["blind"].iloc[0])
            for at, (kind, color) in enumerate(_COLORS.items()):
                for one in where(mine, feedback=kind).to_dict("records"):
                    axes.bar(at, one["mean"] - blind, bottom=blind, width=0.7, color=tint(color), zorder=1)
                    axes.plot([at - 0.35, at + 0.35], [one["mean"]] * 2, color=color, lw=1.6, zorder=3)
                    interval(axes, at, one["low"], one["high"])
                    dots(axes, at, where(units, simulation=name, feedback=kind)["score"].to_numpy(float), color, 0.4)
            axes.axhline(blind, color=PALETTE["ink"], lw=0.9, ls=(0, (4, 2)), zorder=2)
            axes.set_xticks(range(len(_NAMES)), list(_NAMES.values()), fontsize=5.6)
            axes.tick_params(axis="x", length=0)
            axes.set_title(titles[name], fontsize=8)
            axes.set_ylabel(labels[name], fontsize=7)
            low, high = axes.get_ylim()
            axes.set_ylim(low - 0.05 * (high - low), high)
        line = Line2D([], [], color=PALETTE["ink"], lw=0.9, ls=(0, (4, 2)), label="best without feedback")
        dot = Line2D([], [], ls="", marker="o", ms=2.6, color=PALETTE["muted"], label="one network")
        figure.legend(handles=[line, dot], loc="outside lower center", ncols=2, fontsize=7)
    return figure
