"""Credit across time: second-order cues and unblocking, TD(lambda) on the random walk, choices with late outcomes."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style


def walk_figure(walks: pd.DataFrame, delayed: pd.DataFrame) -> Figure:
    """Error on the random walk by learning rate and lambda, its least by lambda, and late outcomes by length of trace.

    Args:
        walks: columns lam, alpha, rms (reward units).
        delayed: columns choices ("random", "own"), delay (trials), kappa, right (share).
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.6), layout=ConstrainedLayoutEngine(w_pad=0.05))
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.15, 0.85, 1.1])
        lambdas = sorted(walks["lam"].unique())
        shades = colormaps["viridis"](np.linspace(0.0, 0.92, len(lambdas)))
        for shade, lam in zip(shades, lambdas, strict=True):
            rows = where(walks, lam=lam)
            left.plot(rows["alpha"], rows["rms"], color=shade, lw=1.2, label=f"{lam:g}")
        left.set(xscale="log", xlabel="learning rate α", ylabel="RMS error, first 10 walks", ylim=(0.2, 0.6))
        left.legend(title="λ", fontsize=6, title_fontsize=6.5, ncols=2, loc="lower left", columnspacing=0.8)
        left.set_title("Random walk, 19 states", fontsize=8)
        least = [where(walks, lam=lam)["rms"].min() for lam in lambdas]
        middle.plot(lambdas, least, color=PALETTE["ink"], lw=1.2, zorder=1)
        middle.scatter(lambdas, least, color=list(shades), s=22, zorder=2)
        middle.set(xlabel="λ", ylabel="least error", ylim=(0.2, 0.6))
        middle.set_title("Best α for each λ", fontsize=8)
        for color, (delay, rows) in zip(CYCLE, delayed.groupby("delay"), strict=False):
            for kind, line in (("random", "-"), ("own", (0, (3, 1.5)))):
                here = where(rows, choices=kind)
                label = f"{delay} late" if kind == "random" else None
                right.plot(here["kappa"], here["right"], color=color, ls=line, lw=1.3, marker="o", ms=2.6, label=label)
        right.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
        right.plot([], [], color=PALETTE["ink"], lw=1.3, label="random choices")
        right.plot([], [], color=PALETTE["ink"], lw=1.3, ls=(0, (3, 1.5)), label="own choices")
        right.set(xlabel="trace κ", ylabel="right way round", ylim=(0.45, 1.02))
        handles, labels = right.get_legend_handles_labels()
        figure.legend(handles, labels, fontsize=6.5, loc="outside lower right", ncols=5, columnspacing=1.2)
        right.set_title("Outcomes that come late", fontsize=8)
    return figure


def second_order_figure(
    values: Mapping[str, np.ndarray], blocked: Mapping[str, tuple[float, float]], *, shown: int
) -> Figure:
    """The value of a cue that precedes a trained cue and no reward, and of a blocked cue with and without stimulation.

    Args:
        values: learner -> value of the cue at its onset by trial, reward units.
        blocked: condition -> value of the blocked cue at its onset and before the reward.
        shown: trials drawn.
    """
    with style():
        figure = Figure(figsize=(WIDE * 0.72, 2.3), layout=ConstrainedLayoutEngine(w_pad=0.08))
        left, right = figure.subplots(1, 2, width_ratios=[1.4, 1])
        for color, (name, value) in zip(CYCLE, values.items(), strict=False):
            left.plot(np.arange(1, shown + 1), value[:shown], color=color, label=name, lw=1.4)
        left.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
        left.set(xlabel="trials of X, then A, no reward", ylabel="value of X")
        left.legend(fontsize=6.3)
        left.set_title("Second-order conditioning", fontsize=8)
        _bars(right, blocked)
        right.set_title("Blocked, and unblocked", fontsize=8)
    return figure


def _bars(axes: Axes, blocked: Mapping[str, tuple[float, float]]) -> None:
    for i, (side, color, label) in enumerate(((-0.2, "network", "at its onset"), (0.2, "model_free", "before reward"))):
        heights = [pair[i] for pair in blocked.values()]
        axes.bar(np.arange(len(blocked)) + side, heights, width=0.38, color=PALETTE[color], label=label)
    axes.axhline(0, color=PALETTE["ink"], lw=0.7)
    axes.set_xticks(range(len(blocked)), list(blocked))
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel="value of X alone", ylim=(0, 0.36))
    axes.legend(fontsize=6.3, loc="upper left")
