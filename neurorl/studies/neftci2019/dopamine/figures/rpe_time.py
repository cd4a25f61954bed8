"""Prediction errors in time: rasters, single trials, errors graded by probability, rewards at uncertain times."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import where
from neurorl.figures.style import PALETTE, WIDE, style

_ERRORS = LinearSegmentedColormap.from_list("errors", [PALETTE["network"], "#FFFFFF", PALETTE["model_free"]])
_APART = 1.7  # between traces, reward units


def errors_figure(
    rasters: Mapping[str, np.ndarray], traces: Mapping[str, Mapping[str, np.ndarray]], *, cue: int, reward: int
) -> Figure:
    """Prediction errors over trials and time, and single trials below them, one column a learner.

    Args:
        rasters: learner -> errors [trials, time], reward units, from the first trial on.
        traces: learner -> {name of a trial: errors [time]}, from top to bottom.
        cue, reward: their times, in steps.
    """
    with style():
        names = list(next(iter(traces.values())))
        figure = Figure(figsize=(WIDE, 5.4), layout=ConstrainedLayoutEngine(w_pad=0.04, h_pad=0.04))
        grid = figure.subplots(2, len(rasters), sharex=True, sharey="row", squeeze=False, height_ratios=[1, 1.15])
        image = None
        for column, (name, errors) in zip(grid.T, rasters.items(), strict=True):
            top, bottom = column
            trials, steps = errors.shape
            extent = (-0.5, steps - 0.5, trials + 0.5, 0.5)
            image = top.imshow(errors, _ERRORS, vmin=-1, vmax=1, aspect="auto", extent=extent, interpolation="none")
            top.set_title(name, fontsize=8)
            for i, trace in enumerate(traces[name].values()):
                base = -_APART * i
                bottom.axhline(base, color=PALETTE["faint"], lw=0.7, zorder=0)
                bottom.bar(np.arange(steps), trace, bottom=base, width=0.85, color=_signed(trace))
            for at in (cue, reward):
                bottom.axvline(at, color=PALETTE["muted"], lw=0.6, ls=(0, (2, 2)), zorder=0)
            bottom.set_xticks([cue, reward], [f"{cue}\ncue", f"{reward}\nreward"])
        grid[0, 0].set_ylabel("trial")
        grid[1, 0].set_yticks([-_APART * i for i in range(len(names))], [name.replace(" ", "\n", 1) for name in names])
        grid[1, 0].tick_params(axis="y", length=0)
        grid[1, 0].set_xlabel("step")
        if image is not None:
            figure.colorbar(image, ax=grid[0], label="prediction error", shrink=0.9, pad=0.01, ticks=[-1, 0, 1])
    return figure


def uncertainty_figure(
    traces: pd.DataFrame, graded: pd.DataFrame, timed: pd.DataFrame, *, cue: int, reward: int
) -> Figure:
    """Errors by the probability of reward, and by its time where that is uncertain.

    Args:
        traces: columns p, paid, time, rpe.
        graded: columns p, cue, rewarded, omitted, and each with `_exact` (what it should be).
        timed: columns task, reset, bin, rpe, exact.
        cue, reward: their times, in steps.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.75), layout=ConstrainedLayoutEngine(w_pad=0.05))
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.1, 1, 1.2])
        _stacked(left, traces, (cue, reward))
        for name, color, mark in (("cue", "network", "o"), ("rewarded", "model_free", "s"), ("omitted", "muted", "D")):
            middle.plot(graded["p"], graded[f"{name}_exact"], color=PALETTE[color], lw=0.9, ls=(0, (4, 2)), zorder=1)
            label = {"cue": "at the cue", "rewarded": "at a reward", "omitted": "at none"}[name]
            middle.plot(graded["p"], graded[name], mark, color=PALETTE[color], ms=4.5, label=label)
        middle.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
        middle.set(xlabel="probability of reward", ylabel="prediction error", xticks=[0, 0.5, 1], ylim=(-1.1, 1.9))
        middle.legend(loc="upper left", fontsize=6.5, handletextpad=0.1)
        middle.set_title("Graded by probability", fontsize=8)
        for color, (task, rows) in zip(("ink", "model_free"), timed.groupby("task", sort=False), strict=False):
            for reset, mark in ((False, "s"), (True, "o")):
                here = where(rows, reset=reset)
                right.plot(here["bin"], here["exact"], color=PALETTE[color], lw=0.9, ls=(0, (4, 2)), zorder=1)
                face = PALETTE[color] if reset else "white"
                label = f"{task}, {'ended by reward' if reset else 'goes on'}"
                right.plot(here["bin"], here["rpe"], mark, color=PALETTE[color], mfc=face, ms=3.8, label=label)
        right.set(xlabel="reward, steps after the cue", ylim=(-0.05, 1.45), ylabel="error at the reward")
        right.legend(loc="upper left", fontsize=6, ncols=1, title="rewarded", title_fontsize=6.3, alignment="left")
        right.set_title("At uncertain times", fontsize=8)
    return figure


def _stacked(axes: Axes, traces: pd.DataFrame, times: Sequence[int]) -> None:
    """Mean errors over time by probability: rewarded trials in colour, others in grey."""
    chances = sorted(traces["p"].unique())
    for i, p in enumerate(chances):
        axes.axhline(_APART * i, color=PALETTE["faint"], lw=0.7, zorder=0)
        for paid, color in ((False, PALETTE["muted"]), (True, PALETTE["model_free"])):
            rows = where(traces, p=p, paid=paid)
            if len(rows):
                axes.plot(rows["time"], rows["rpe"] + _APART * i, color=color, lw=1.3)
    for at in times:
        axes.axvline(at, color=PALETTE["muted"], lw=0.6, ls=(0, (2, 2)), zorder=0)
    axes.set_yticks([_APART * i for i in range(len(chances))], [f"p = {p:g}" for p in chances])
    axes.tick_params(axis="y", length=0)
    axes.set_xticks(list(times), ["cue", "reward"])
    axes.set_title("Mean errors", fontsize=8)
    handles = [
        Line2D([], [], color=PALETTE["model_free"], label="rewarded"),
        Line2D([], [], color=PALETTE["muted"], label="not"),
    ]
    axes.legend(handles=handles, loc="upper left", fontsize=6.3, ncols=2, columnspacing=0.8, bbox_to_anchor=(0, 1.02))
    axes.set_ylim(-1.3, _APART * len(chances) + 0.3)


def _signed(values: np.ndarray) -> list[str]:
    return [PALETTE["model_free"] if value > 0 else PALETTE["network"] for value in values]
