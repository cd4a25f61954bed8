"""Trajectories of the hierarchical Gaussian filter and of a delta rule."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import where
from neurorl.figures.style import PALETTE, WIDE, style


def hgf_figure(example: pd.DataFrame) -> Figure:
    """One session of each world: events and predictions above, log-volatility and learning rate below.

    Args:
        example: columns world, trial, event, left_better, volatile, p, mu3, learning_rate, delta.
    """
    worlds = list(dict.fromkeys(example["world"]))
    with style():
        figure = Figure(figsize=(WIDE, 4.2), layout=ConstrainedLayoutEngine(wspace=0.04, hspace=0.04))
        grid = figure.subplots(3, len(worlds), sharex=True, sharey="row", height_ratios=(1.4, 1, 1), squeeze=False)
        for column, world in zip(grid.T, worlds, strict=True):
            rows = where(example, world=world)
            trial = rows["trial"].to_numpy()
            top, middle, bottom = column
            for axes in column:
                axes.axvspan(*_volatile(rows), color=PALETTE["latent_state"], alpha=0.08, lw=0, label="volatile part")
            top.plot(trial, np.where(rows["event"] > 0, 1.06, -0.06), "|", ms=4, color=PALETTE["muted"], mew=0.5)
            top.plot(trial, rows["p"], color=PALETTE["network"], lw=1.2, label="HGF")
            top.plot(trial, rows["delta"], color=PALETTE["model_free"], lw=0.9, alpha=0.8, label="delta rule, α = .15")
            top.set(ylim=(-0.12, 1.12))
            top.set_title(world)
            middle.plot(trial, rows["mu3"], color=PALETTE["latent_state"], lw=1.2)
            bottom.plot(trial, rows["learning_rate"], color=PALETTE["network"], lw=0.9)
            bottom.axhline(0.15, color=PALETTE["model_free"], lw=0.9)
            bottom.set_xlabel("trial")
        for axes, words in zip(grid[:, 0], ("P(left rewarded)", "log-volatility μ₃", "learning rate"), strict=True):
            axes.set_ylabel(words)
        figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure


def _volatile(rows: pd.DataFrame) -> tuple[float, float]:
    trials = rows.loc[rows["volatile"] > 0, "trial"]
    return float(trials.min()) - 0.5, float(trials.max()) + 0.5
