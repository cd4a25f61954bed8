"""Regret in bandits: by trial (Wang et al. 2018, Fig. 1d), over problems, and by length of the session."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter, ScalarFormatter

from neurorl.figures.marks import dots, in_order, interval, number, tint, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style


def regret_figure(
    curves: pd.DataFrame,
    summary: pd.DataFrame,
    units: pd.DataFrame,
    published: pd.DataFrame | None = None,
    *,
    order: Sequence[str],
    colors: Mapping[str, str],
    source: str = "",
) -> Figure:
    """Cumulative regret by trial on one problem, and what it has come to at the end.

    Args:
        curves: columns learner, trial, mean, low, high: drawn on the left.
        summary: at the last trial: columns learner, mean, low, high; drawn on the right.
        units: single replicas at the last trial: columns learner, regret; drawn as dots.
        published: values from a paper, drawn as open marks: columns learner, trial, regret.
        order: learners as they are listed, the best first.
        colors: learner -> colour.
        source: whose values the open marks are.
    """
    learners = [name for name in order if name in set(curves["learner"])]
    last = int(curves["trial"].to_numpy().max())
    with style():
        figure = Figure(figsize=(WIDE, 3.1), layout=ConstrainedLayoutEngine(wspace=0.06))
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        for name in learners:
            mine = where(curves, learner=name)
            left.plot(mine["trial"], mine["mean"], color=colors[name], zorder=3)
            left.fill_between(mine["trial"], mine["low"], mine["high"], color=tint(colors[name]), alpha=0.5, lw=0)
        left.set(xlabel="trial", ylabel="cumulative regret (reward)", xlim=(1, last), ylim=(0, None))
        left.set_title("Regret by trial")
        ends = []
        for row, name in enumerate(reversed(learners)):
            mine = where(summary, learner=name).iloc[0]
            ends.append(float(mine["mean"]))
            right.plot([0, mine["mean"]], [row, row], color=tint(colors[name]), lw=7, solid_capstyle="butt", zorder=1)
            dots(right, row, where(units, learner=name)["regret"].to_numpy(float), colors[name], 0.4, upright=False)
            interval(right, row, mine["low"], mine["high"], upright=False)
            right.text(1.0, row, number(mine["mean"]), transform=right.get_yaxis_transform(), ha="right", va="center")
        right.set_yticks(range(len(learners)), list(reversed(learners)))
        right.tick_params(axis="y", length=0)
        right.set(xlabel=f"regret after {last} trials", xlim=(0, 1.3 * max(ends)))
        right.set_title("At the end")
        if published is not None:
            _published(left, right, published, learners, colors, last, source)
    return figure


def _published(
    left: Axes,
    right: Axes,
    published: pd.DataFrame,
    learners: Sequence[str],
    colors: Mapping[str, str],
    last: int,
    source: str,
) -> None:
    look: dict[str, Any] = dict(marker="D", mfc="white", mew=0.9, ms=4.2, ls="", zorder=6, clip_on=False)
    rows = {name: at for at, name in enumerate(reversed(learners))}
    for name in [name for name in learners if name in set(published["learner"])]:
        mine = where(published, learner=name)
        left.plot(mine["trial"], mine["regret"], mec=colors[name], **look)
        end = where(mine, trial=last)
        right.plot(end["regret"], [rows[name]] * len(end), mec=PALETTE["ink"], **look)
    handle = Line2D([], [], mec=PALETTE["ink"], label=source, **look)
    left.legend(handles=[handle], loc="upper left")


def transfer_figure(
    summary: pd.DataFrame,
    units: pd.DataFrame,
    *,
    problems: Mapping[str, str],
    order: Sequence[str],
    colors: Mapping[str, str],
) -> Figure:
    """Regret at the end of a session of every learner on every problem, one panel a problem.

    Args:
        summary: columns learner, problem, mean, low, high.
        units: single replicas: columns learner, problem, regret.
        problems: problem -> title, in order.
        order: learners from top to bottom.
        colors: learner -> colour.
    """
    learners = in_order(summary["learner"], order)
    with style():
        figure = Figure(figsize=(WIDE, 0.9 + 0.24 * len(learners)), layout=ConstrainedLayoutEngine(wspace=0.04))
        for axes, (problem, title) in zip(
            figure.subplots(1, len(problems), sharey=True, squeeze=False)[0], problems.items(), strict=True
        ):
            for row, name in enumerate(reversed(learners)):
                mine = where(summary, learner=name, problem=problem).iloc[0]
                single = where(units, learner=name, problem=problem)["regret"].to_numpy(float)
                dots(axes, row, single, to_hex(tint(colors[name], 0.6)), 0.4, upright=False)
                interval(axes, row, mine["low"], mine["high"], upright=False, color=colors[name])
                axes.plot(mine["mean"], row, "o", color=colors[name], ms=4.5, zorder=6)
            axes.set_title(title, fontsize=8)
            axes.set_xlim(left=0)
            axes.grid(axis="y")
            axes.set_yticks(range(len(learners)), list(reversed(learners)))
            axes.tick_params(axis="y", length=0)
        figure.supxlabel("regret after 100 trials", fontsize=8.5)
    return figure


def horizons_figure(
    table: pd.DataFrame, *, order: Sequence[str], colors: Mapping[str, str], network: pd.DataFrame | None = None
) -> Figure:
    """Regret of sessions of a few trials, exactly, by their length.

    Args:
        table: columns horizon, learner, regret.
        order: learners as they are listed; the last is dashed, so that one that it covers shows through.
        colors: learner -> colour.
        network: a measured value with its interval: columns learner, horizon, mean, low, high.
    """
    with style():
        figure = Figure(figsize=(WIDE * 0.62, 2.9), layout="constrained")
        axes = figure.subplots()
        for name in order:
            mine = where(table, learner=name).sort_values("horizon")
            dashes = (0, (2, 2)) if name == order[-1] else "-"
            axes.plot(mine["horizon"], mine["regret"], marker="o", ls=dashes, color=colors[name], label=name)
        for row in [] if network is None else network.to_dict("records"):
            axes.plot(row["horizon"], row["mean"], "s", color=colors[row["learner"]], label=row["learner"], zorder=6)
            interval(axes, row["horizon"], row["low"], row["high"], color=colors[row["learner"]])
        axes.set(xscale="log", yscale="log", xlabel="trials in a session", ylabel="regret (reward)")
        axes.set_xticks(sorted(table["horizon"].unique()))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(ScalarFormatter())
            axis.set_minor_formatter(NullFormatter())
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def learner_colors(names: Sequence[str], roles: Mapping[str, str]) -> dict[str, str]:
    """A colour for each name: by its role in `PALETTE`, else the next one of the cycle."""
    spare = iter([color for color in CYCLE if color not in {PALETTE[role] for role in roles.values()}] * len(names))
    return {name: PALETTE[roles[name]] if name in roles else next(spare) for name in names}
