"""Habits: control by training, effect of devaluation, and behaviour of simulated rats."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from neurorl.figures.marks import dots, in_order, interval, tint, where
from neurorl.figures.style import PALETTE, WIDE, style


def habits_figure(
    effects: pd.DataFrame,
    choice: pd.DataFrame,
    rates: pd.DataFrame,
    rats: pd.DataFrame,
    *,
    known: Mapping[int, float],
    titles: Mapping[str, str],
    colors: Mapping[str, str],
) -> Figure:
    """Four panels.

    Args:
        effects: columns learner, training, effect, and of the learner "intact" w_mb.
        choice: columns learner, training, share (of the lever that kept its worth).
        rates: columns learner, training, worth, mean, low, high (share of test trials with a press).
        rats: single rats: columns learner, training, worth, test.
        known: presses -> the planner's weight in a reference simulation, drawn as open marks.
        titles: learner -> name.
        colors: learner -> colour.
    """
    with style():
        figure = Figure(figsize=(WIDE, 5.3), layout=ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.07, hspace=0.04))
        (a, b), (c, d) = figure.subplots(2, 2)
        _weights(a, where(effects, learner="intact"), known)
        _lines(b, effects, "effect", titles, colors)
        b.set(ylabel="share of value lost", ylim=(-0.13, 1.15))
        b.set_title("B  Effect of devaluation")
        _lines(c, choice, "share", titles, colors)
        c.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
        c.set(ylabel="share of the valued lever", ylim=(0.3, 1.08))
        c.set_title("C  Two levers: choice")
        _rates(d, rates, rats, titles)
        for axes in (a, b, c):
            axes.set(xscale="log", xlabel="presses in training")
            axes.set_xticks([1, 10, 100, 400], ["1", "10", "100", "400"])
            axes.minorticks_off()
    return figure


def _weights(axes: Axes, intact: pd.DataFrame, known: Mapping[int, float]) -> None:
    x, w = intact["training"], intact["w_mb"]
    axes.fill_between(x, 0, w, color=tint(PALETTE["model_based"], 0.35), lw=0)
    axes.fill_between(x, w, 1, color=tint(PALETTE["model_free"], 0.35), lw=0)
    axes.plot(x, w, color=PALETTE["ink"], lw=1.6)
    marks: dict[str, Any] = {"ls": "", "marker": "D", "mfc": "white", "mec": PALETTE["ink"], "mew": 0.9, "ms": 4.5}
    axes.plot(list(known), list(known.values()), zorder=5, clip_on=False, **marks)
    axes.text(3, 0.35, "planner", ha="center", fontsize=8.5)
    axes.text(200, 0.82, "cache", ha="center", fontsize=8.5)
    axes.set(ylabel="weight", ylim=(0, 1), xlim=(1, x.max()))
    axes.legend(handles=[Line2D([], [], label="reference simulation", **marks)], loc="lower left", fontsize=6.8)
    axes.set_title("A  Weight of the planner")


def _lines(axes: Axes, table: pd.DataFrame, column: str, titles: Mapping[str, str], colors: Mapping[str, str]) -> None:
    """One line a learner; where some end in the same place one label names them all."""
    ends: dict[float, list[str]] = {}
    for at, name in enumerate(in_order(table["learner"], None)):
        mine = where(table, learner=name)
        axes.plot(mine["training"], mine[column], color=colors[name], ls="-" if at == 0 else (0, (2.5, 1 + at)), lw=1.7)
        ends.setdefault(round(float(mine[column].iloc[-1]), 2), []).append(name)
    for end, names in ends.items():
        color = colors[names[0]] if len(names) == 1 else PALETTE["ink"]
        text = ", ".join(titles[name] for name in names)
        text = f"{text[0]}{text[1:].lower()}".replace("q-", "Q-")
        below = end < 0.95
        axes.annotate(
            text,
            (400, end),
            (0, -5 if below else 4),
            textcoords="offset points",
            ha="right",
            va="top" if below else "bottom",
            fontsize=6.8,
            color=color,
        )


def _rates(axes: Axes, rates: pd.DataFrame, rats: pd.DataFrame, titles: Mapping[str, str]) -> None:
    learners, lengths = in_order(rates["learner"], None), sorted(set(rates["training"]))
    for i, learner in enumerate(learners):
        for j, training in enumerate(lengths):
            for worth, color, side in ((1.0, PALETTE["ink"], -0.19), (0.0, PALETTE["rare"], 0.19)):
                mine = where(rates, learner=learner, training=training, worth=worth).iloc[0]
                at = i * 2.3 + j * 0.95 + side
                axes.bar(at, mine["mean"], width=0.34, color=tint(color), zorder=1)
                single = where(rats, learner=learner, training=training, worth=worth)["test"].to_numpy(float)
                dots(axes, at, single, color, 0.24)
                axes.plot([at - 0.17, at + 0.17], [mine["mean"]] * 2, color=color, lw=1.6, zorder=4)
                interval(axes, at, mine["low"], mine["high"])
        axes.text(i * 2.3 + 0.475, -0.13, titles[learner], ha="center", va="top", fontsize=7.5)
    places = [i * 2.3 + j * 0.95 for i in range(len(learners)) for j in range(len(lengths))]
    axes.set_xticks(places, ["short", "long"] * len(learners), fontsize=7)
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel="share of test trials with a press", ylim=(0, 1.2), yticks=np.linspace(0, 1, 5), xlabel=" ")
    handles = [Patch(color=tint(PALETTE["ink"]), label="valued"), Patch(color=tint(PALETTE["rare"]), label="devalued")]
    axes.legend(handles=handles, loc="upper right", ncols=2, fontsize=6.8)
    axes.set_title("D  Freely pressing rats, one lever")
