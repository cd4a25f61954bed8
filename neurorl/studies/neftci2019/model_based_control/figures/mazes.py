"""Learners in mazes: steps a trial, rewards when the maze changes, and trials after the goal has moved."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import in_order, tint, where
from neurorl.figures.style import PALETTE, WIDE, style


def mazes_figure(
    trials: pd.DataFrame,
    changing: pd.DataFrame,
    *,
    titles: Mapping[str, str],
    colors: Mapping[str, str],
    shortest: float,
    changes: Mapping[str, int],
) -> Figure:
    """Steps a trial in the maze that stays, and cumulative reward in those that change.

    Args:
        trials: columns learner, trial (from 0), mean, low, high (steps).
        changing: columns maze, learner, step, mean, low, high (reward).
        titles: learner -> name, and maze -> title.
        colors: learner -> colour.
        shortest: fewest steps of a trial.
        changes: maze -> step at which it changes, in the order of the panels.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(w_pad=0.06, wspace=0.04))
        panels = figure.subplots(1, 1 + len(changes))
        curves(panels[0], trials.assign(trial=trials["trial"] + 1), "trial", titles, colors)
        panels[0].axhline(shortest, color=PALETTE["ink"], lw=0.8, ls=(0, (3, 2)))
        panels[0].text(2, 0.93 * shortest, "shortest path", va="top", fontsize=7)
        panels[0].set(yscale="log", xlabel="trial", ylabel="steps per trial", ylim=(0.7 * shortest, None))
        panels[0].set_title("A  A maze without changes")
        panels[0].legend(fontsize=7)
        for axes, (maze, change), letter in zip(panels[1:], changes.items(), "BCDE", strict=False):
            curves(axes, where(changing, maze=maze), "step", titles, colors)
            axes.axvline(change, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)))
            axes.set(xlabel="step of the session", ylabel="cumulative reward", ylim=(0, None))
            axes.set_title(f"{letter}  {titles[maze]}")
            axes.legend(loc="lower right", fontsize=7)
    return figure


def relocation_figure(trials: pd.DataFrame, *, titles: Mapping[str, str], colors: Mapping[str, str]) -> Figure:
    """Steps a trial before and after the goal has moved, on a logarithmic axis.

    Args:
        trials: columns learner, trial (0 is the first after the change), mean, low, high (steps).
        titles: learner -> name.
        colors: learner -> colour.
    """
    with style():
        figure = Figure(figsize=(WIDE * 0.72, 2.9), layout="constrained")
        axes = figure.subplots()
        curves(axes, trials.assign(trial=trials["trial"] + 1), "trial", titles, colors)
        axes.axvline(0.5, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)))
        axes.set(yscale="log", xlabel="trial after the goal has moved", ylabel="steps per trial")
        axes.set_yticks([5, 10, 20, 50, 100, 300], ["5", "10", "20", "50", "100", "300"])
        axes.minorticks_off()
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def curves(axes: Axes, table: pd.DataFrame, x: str, titles: Mapping[str, str], colors: Mapping[str, str]) -> None:
    """One line a learner with its 95 % interval: columns learner, x, mean, low, high."""
    for name in in_order(table["learner"], None):
        mine, color = where(table, learner=name), colors[name]
        axes.plot(mine[x], mine["mean"], color=color, label=titles[name], lw=1.5)
        axes.fill_between(mine[x], mine["low"].clip(lower=1e-3), mine["high"], color=tint(color), alpha=0.5, lw=0)
