"""Attractor networks: phase plane, courses of decisions, psychometric curve, and reversals held as activity."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

Flow = Callable[[np.ndarray], np.ndarray]


def decisions_figure(courses: pd.DataFrame, psychometric: pd.DataFrame, flow: Flow) -> Figure:
    """The plane of both populations without input, some decisions in it and over time, and their accuracy.

    Args:
        courses: columns run, time (s), s1, s2.
        psychometric: columns lesion, coherence, mean, low, high.
        flow: dS/dt, a second, at points [..., 2].
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(wspace=0.06))
        plane, time, right = figure.subplots(1, 3)
        _plane(plane, flow, 0.75)
        for number, (_, rows) in enumerate(courses.groupby("run")):
            color = PALETTE["network"] if rows["s1"].iloc[-1] > rows["s2"].iloc[-1] else PALETTE["model_free"]
            plane.plot(rows["s1"], rows["s2"], color=color, lw=0.6, alpha=0.8)
            if number < 3:
                time.plot(rows["time"], rows["s1"] - rows["s2"], color=color, lw=0.9)
        plane.set(xlabel="S of the left population", ylabel="S of the right population")
        plane.set_title("Eight decisions")
        time.axvspan(0, 1, color=PALETTE["faint"], alpha=0.6, lw=0)
        time.axhline(0, color=PALETTE["muted"], lw=0.6, ls=(0, (2, 2)))
        time.text(0.5, 0.98, "dots", transform=time.get_xaxis_transform(), ha="center", va="top", fontsize=7)
        time.set(xlabel="time (s)", ylabel="S left − S right")
        time.set_title("Decided, then held")
        for color, lesion in zip(CYCLE, dict.fromkeys(psychometric["lesion"]), strict=False):
            rows = where(psychometric, lesion=lesion)
            right.plot(100 * rows["coherence"], rows["mean"], "o-", ms=3, color=color, label=lesion)
            right.fill_between(100 * rows["coherence"], rows["low"], rows["high"], color=color, alpha=0.15, lw=0)
        right.set(xlabel="coherence (%)", ylabel="share correct", ylim=(0.3, 1.03))
        right.set_title("Accuracy after the delay")
        right.legend(fontsize=6.5, loc="center right", bbox_to_anchor=(1, 0.62))
    return figure


def held_figure(course: pd.DataFrame, held: pd.DataFrame, flow: Flow, *, levels: dict[str, float]) -> Figure:
    """Reversals without plasticity: one session, its path in the plane, and the effect of the current of an outcome.

    Args:
        course: columns trial, choice, reward, truth_best, latent_s_0, latent_s_1.
        held: columns gain (nA), trials, accuracy, low, high.
        flow: dS/dt without input.
        levels: name -> accuracy of others at 80/20.
    """
    with style():
        figure = Figure(figsize=(WIDE, 4.3), layout=ConstrainedLayoutEngine(wspace=0.06, hspace=0.08))
        grid = figure.add_gridspec(2, 3, height_ratios=(1, 1.25))
        top, plane = figure.add_subplot(grid[0, :]), figure.add_subplot(grid[1, 0])
        speed, noisy = figure.add_subplot(grid[1, 1]), figure.add_subplot(grid[1, 2])
        shown = course.loc[course["trial"] < 100, :]
        trial = shown["trial"].to_numpy()
        left = shown["truth_best"].to_numpy() == 0
        top.fill_between(trial, 0, 1, where=left, step="mid", color=PALETTE["network"], alpha=0.1, lw=0)
        top.fill_between(trial, 0, 1, where=~left, step="mid", color=PALETTE["model_free"], alpha=0.1, lw=0)
        top.plot(trial, shown["latent_s_0"], color=PALETTE["network"], label="left population")
        top.plot(trial, shown["latent_s_1"], color=PALETTE["model_free"], label="right population")
        lost = shown["reward"].to_numpy() == 0
        top.plot(trial[lost], np.full(lost.sum(), 0.66), "x", ms=4, mew=0.9, color=PALETTE["ink"], label="no reward")
        top.set(xlabel="trial (shaded: the good arm)", ylabel="S at the choice", ylim=(0, 0.7))
        top.set_title("Reversals without change of weights")
        top.legend(loc="lower right", ncols=3, bbox_to_anchor=(1, 1.0))
        _plane(plane, flow, 0.7)
        plane.plot(shown["latent_s_0"], shown["latent_s_1"], "o-", ms=2.5, lw=0.5, color=PALETTE["ink"], alpha=0.7)
        plane.set(xlabel="S left", ylabel="S right")
        plane.set_title("The same in the plane")
        speed.plot(1000 * held["gain"], held["trials"], "o-", ms=3.5, color=PALETTE["network"])
        speed.axhline(3, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)))
        speed.set(xlabel="current of an outcome (pA)", ylabel="trials to reverse", ylim=(0, None))
        speed.set_title("Outcomes certain")
        noisy.plot(1000 * held["gain"], held["accuracy"], "o-", ms=3.5, color=PALETTE["network"])
        noisy.fill_between(1000 * held["gain"], held["low"], held["high"], color=PALETTE["network"], alpha=0.15, lw=0)
        for name, value in levels.items():
            noisy.axhline(value, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)))
            noisy.annotate(
                name, (1, value), (0, 2), xycoords=noisy.get_yaxis_transform(), textcoords="offset points", ha="right",
                fontsize=7, color=PALETTE["muted"],
            )  # fmt: skip
        noisy.set(xlabel="current of an outcome (pA)", ylabel="share correct")
        noisy.set_title("80/20, hazard .04")
    return figure


def _plane(axes: Axes, flow: Flow, reach: float) -> None:
    """Nullclines of both populations, and the flow."""
    line = np.linspace(0, reach, 161)
    s1, s2 = np.meshgrid(line, line)
    change = flow(np.stack([s1, s2], axis=-1))
    axes.contour(s1, s2, change[..., 0], levels=[0], colors=[PALETTE["network"]], linewidths=1.1)
    axes.contour(s1, s2, change[..., 1], levels=[0], colors=[PALETTE["model_free"]], linewidths=1.1)
    few = slice(8, None, 16)
    arrow = change[few, few] / (np.linalg.norm(change[few, few], axis=-1, keepdims=True) + 0.3)
    axes.quiver(
        s1[few, few], s2[few, few], arrow[..., 0], arrow[..., 1], color=PALETTE["muted"], width=0.005, scale=18,
        pivot="mid",
    )  # fmt: skip
    axes.plot([0, reach], [0, reach], color=PALETTE["muted"], lw=0.6, ls=(0, (2, 2)))
    axes.set(xlim=(0, reach), ylim=(0, reach), aspect="equal")
