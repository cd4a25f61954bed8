"""Trials per reversal by number of reversals, and the beliefs of the observer."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style


def speed_figure(
    speed: pd.DataFrame, groups: pd.DataFrame, beliefs: pd.DataFrame, *, roles: Mapping[str, str]
) -> Figure:
    """Trials to reverse with certain and with noisy outcomes, by group, and the beliefs behind them.

    Args:
        speed: columns task ("certain", "noisy"), learner, reversal, mean, low, high (trials).
        groups: columns measure ("trials"), group, reversal, mean, low, high.
        beliefs: columns reversal, hazard (a trial), noise.
        roles: learner -> name in `PALETTE`.
    """
    with style():
        figure = Figure(figsize=(WIDE, 4.9), layout=ConstrainedLayoutEngine(wspace=0.06, hspace=0.08))
        grid = figure.subplots(2, 2)
        titles = {"certain": "A  Outcomes certain", "noisy": "B  Outcomes 80/20"}
        for axes, (task, title) in zip(grid[0], titles.items(), strict=True):
            mine = where(speed, task=task)
            for learner in dict.fromkeys(mine["learner"]):
                color = PALETTE[roles.get(learner, "ink")]
                _line(axes, where(mine, learner=learner), color, learner)
            axes.set_title(title)
            axes.set(xlabel="reversal", ylabel="trials to reverse", ylim=(0, None))
        figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=7)
        left, right = grid[1]
        trials = where(groups, measure="trials")
        for color, group in zip(CYCLE, dict.fromkeys(trials["group"]), strict=False):
            _line(left, where(trials, group=group), color, group)
        left.set_title("C  Groups with other priors")
        left.legend(title="reversals so far", ncols=2, title_fontsize=7, fontsize=7)
        left.set(xlabel="reversal", ylabel="trials to reverse", ylim=(0, None))
        _beliefs(right, beliefs)
    return figure


def _line(axes: Axes, rows: pd.DataFrame, color: str, label: str) -> None:
    x = rows["reversal"].to_numpy()
    axes.plot(x, rows["mean"], "o-", color=color, ms=3, lw=1.3, label=label)
    if np.isfinite(rows["low"].to_numpy(float)).any():
        axes.fill_between(x, rows["low"], rows["high"], color=color, alpha=0.15, lw=0)


def _beliefs(axes: Axes, beliefs: pd.DataFrame) -> None:
    x = beliefs["reversal"].to_numpy()
    axes.semilogy(x, beliefs["hazard"], "o-", ms=3, color=PALETTE["network"])
    axes.semilogy(x, beliefs["noise"], "o-", ms=3, color=PALETTE["muted"])
    for name, words in (("hazard", "E[hazard] per trial"), ("noise", "E[noise]")):
        color = PALETTE["network"] if name == "hazard" else PALETTE["muted"]
        last = beliefs[name].iloc[-1]
        axes.annotate(words, (x[-1], last), (0, 6), textcoords="offset points", ha="right", fontsize=7, color=color)
    axes.set_title("D  Beliefs before each reversal")
    axes.set(xlabel="reversal", ylabel="probability", ylim=(5e-5, 1))
