"""Blocks in which pictures or sides are rewarded: lesions, courses around reversals, doses, mixing, fits."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import dots, interval, where
from neurorl.figures.style import PALETTE, WIDE, style

KINDS = {"what": "What blocks: pictures are rewarded", "where": "Where blocks: sides are rewarded"}


def lesion_figure(
    accuracy: pd.DataFrame,
    courses: pd.DataFrame,
    *,
    names: Mapping[str, str],
    colors: Mapping[str, str],
    schedule: float,
) -> Figure:
    """Top: share correct by schedule, lesions and control; bottom: courses around the reversal.

    Args:
        accuracy: columns condition, kind, p_good, mean, low, high.
        courses: columns condition, kind, p_good, lag, correct.
        names: condition -> name in the legend, in order; others are left out.
        colors: condition -> colour.
        schedule: the p_good whose courses are drawn.
    """
    with style():
        figure = Figure(figsize=(WIDE, 4.3), layout=ConstrainedLayoutEngine(w_pad=0.06, hspace=0.06))
        grid = figure.subplots(2, 2, sharey="row")
        for column, (kind, title) in enumerate(KINDS.items()):
            _bars(grid[0, column], where(accuracy, kind=kind), names, colors)
            grid[0, column].set_title(title)
            axes = grid[1, column]
            for condition, name in names.items():
                rows = where(courses, kind=kind, p_good=schedule, condition=condition).sort_values("lag")
                axes.plot(rows["lag"], rows["correct"], color=colors[condition], label=name)
            axes.axvline(-0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
            axes.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
            axes.set(ylim=(0, 1), xlabel="trials from the reversal")
        grid[0, 0].set_ylabel("share correct")
        grid[1, 0].set_ylabel(f"share correct, {_schedule(schedule)}")
        handles, labels = grid[1, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(names), columnspacing=1.4)
    return figure


def arbitration_figure(
    trust: pd.DataFrame,
    doses: pd.DataFrame,
    gradient: pd.DataFrame,
    *,
    doses_of: Mapping[str, str],
    colors: Sequence[str],
) -> Figure:
    """Weight of pictures over a block, accuracy by dose of a lesion, and the dissociation by mixing of the loops.

    Args:
        trust: columns trial, kind, p_good, omega. doses: columns part, kind, gain, mean, low, high. gradient: columns
        mixing, effect, mean, low, high: effect of each lesion on its own blocks less that on the others. doses_of: part
        -> name. colors: of what and where.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.5), layout=ConstrainedLayoutEngine(w_pad=0.06))
        first, second, third = figure.subplots(1, 3)
        shades = {p: 1 - 0.32 * i for i, p in enumerate(sorted(set(trust["p_good"]), reverse=True))}
        for kind, color in zip(KINDS, colors, strict=True):
            for p, alpha in shades.items():
                rows = where(trust, kind=kind, p_good=p)
                first.plot(rows["trial"], rows["omega"], color=color, alpha=alpha, lw=1.4)
                first.annotate(
                    _schedule(p), (80, rows["omega"].iloc[-1]), (2, 0), textcoords="offset points", fontsize=6
                )
            first.text(3, 0.72 if kind == "what" else 0.26, kind.capitalize(), color=color, fontsize=8, weight="bold")
        first.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
        first.set(ylim=(0.2, 0.8), xlim=(0, 92), xlabel="trial of the block", ylabel="weight of pictures ω")
        first.set_title("Arbitration")
        for (part, name), line in zip(doses_of.items(), ("-", (0, (4, 2))), strict=True):
            for kind, color in zip(KINDS, colors, strict=True):
                rows = where(doses, part=part, kind=kind).sort_values("gain")
                label = f"{kind.capitalize()}, {name}"
                second.plot(1 - rows["gain"], rows["mean"], color=color, ls=line, marker="o", ms=3, label=label)
        second.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
        second.set(xlabel="lesion (share of the gain taken)", ylabel="share correct, 80/20", ylim=(0.45, 0.86))
        second.set_title("Dose")
        second.legend(fontsize=6.3, loc="lower left", handlelength=3.2)
        for (effect, rows), color in zip(gradient.groupby("effect", sort=False), colors, strict=True):
            third.plot(rows["mixing"], rows["mean"], color=color, marker="o", ms=4, label=effect)
            for row in rows.to_dict("records"):
                interval(third, row["mixing"], row["low"], row["high"], color=color)
        third.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
        third.set(xlabel="mixing of the loops g", ylabel="dissociation (share correct)", ylim=(0, None))
        third.set_title("Gradient")
        third.legend(fontsize=6.5)
    return figure


def strategy_figure(
    fits: pd.DataFrame, *, groups: Mapping[str, str], panels: Mapping[str, tuple[str, str, str]]
) -> Figure:
    """Fitted parameters of simulated subjects, one dot each.

    Args:
        fits: columns group, kind, and the parameters.
        groups: group -> colour, from left to right.
        panels: title -> (kind, column, label of the axis).
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.3), layout=ConstrainedLayoutEngine(w_pad=0.08))
        row = figure.subplots(1, len(panels), squeeze=False)[0]
        for axes, (title, (kind, column, label)) in zip(row, panels.items(), strict=True):
            for at, (group, color) in enumerate(groups.items()):
                values = where(fits, kind=kind, group=group)[column].to_numpy(float)
                dots(axes, at, values, color, 0.3)
                axes.plot([at - 0.22, at + 0.22], [values.mean()] * 2, color=PALETTE["ink"], lw=1.6, zorder=4)
            axes.set_xticks(range(len(groups)), list(groups))
            axes.tick_params(axis="x", length=0)
            axes.set(xlim=(-0.6, len(groups) - 0.4), ylabel=label)
            axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
            axes.set_title(title)
    return figure


def _bars(axes: Axes, accuracy: pd.DataFrame, names: Mapping[str, str], colors: Mapping[str, str]) -> None:
    schedules = sorted(set(accuracy["p_good"]), reverse=True)
    width = 0.8 / len(names)
    for i, condition in enumerate(names):
        for at, p in enumerate(schedules):
            for row in where(accuracy, condition=condition, p_good=p).to_dict("records"):
                x = at + (i - (len(names) - 1) / 2) * width
                axes.bar(x, row["mean"] - 0.5, width * 0.9, bottom=0.5, color=colors[condition], zorder=2)
                interval(axes, x, row["low"], row["high"])
    axes.axhline(0.5, color=PALETTE["ink"], lw=0.7, zorder=3)
    axes.set_xticks(range(len(schedules)), [_schedule(p) for p in schedules])
    axes.tick_params(axis="x", length=0)
    axes.set(ylim=(0.47, 0.85), xlim=(-0.55, len(schedules) - 0.45))


def _schedule(p: float) -> str:
    high = round(100 * p)
    return f"{high}/{100 - high}"


def effect(value: float) -> str:
    """A change of a share as text: −.08, +.01, 0 where nothing changes at all."""
    if not np.isfinite(value) or value == 0:
        return "0"
    return f"{value:+.2f}".replace("0.", ".").replace("-", "−")
