"""Reversals whose time can be known: aligned choices, the posterior over time, accuracy, a prior that is learned."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import interval, number, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style


def aligned_figure(
    curves: pd.DataFrame,
    *,
    panels: Sequence[str],
    order: Sequence[str],
    titles: Mapping[str, str],
    roles: Mapping[str, str],
    observed: Sequence[str] = (),
) -> Figure:
    """Share of choices of the arm that becomes the better one, aligned to the reversal, one panel a schedule.

    Args:
        curves: columns schedule, player, offset, new; where there are intervals, low and high.
        panels: schedules from left to right.
        order: players in the order of the legend.
        titles: player -> what the legend calls it.
        roles: player -> name in `PALETTE`.
        observed: players that are drawn as data, with dots and a band.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.9), layout=ConstrainedLayoutEngine(wspace=0.05))
        grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, panel in zip(grid, panels, strict=True):
            for player in order:
                rows = where(curves, schedule=panel, player=player)
                if len(rows) == 0:
                    continue
                color, label = PALETTE[roles.get(player, "ink")], titles.get(player, player)
                if player in observed:
                    axes.plot(rows["offset"], rows["new"], "o", ms=3, color=color, label=label, zorder=5)
                    axes.fill_between(rows["offset"], rows["low"], rows["high"], color=color, alpha=0.15, lw=0)
                else:
                    axes.plot(rows["offset"], rows["new"], color=color, label=label, lw=1.4)
            axes.axvline(-0.5, color=PALETTE["ink"], lw=0.7, ls=(0, (2, 2)))
            axes.set(xlabel="trials from the reversal", ylim=(0, 1))
            axes.set_title(panel)
        grid[0].set_ylabel("P(choice of the new better one)")
        figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure


def posterior_figure(posteriors: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """How the posterior over the reversal's trial moves through a block: one row an observer, one column a schedule.

    Args:
        posteriors: columns schedule, player, trial, m, p, reversal.
        titles: player -> title of its row.
    """
    schedules = list(dict.fromkeys(posteriors["schedule"]))
    with style():
        size = (WIDE, 0.4 + 1.9 * len(titles))
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(wspace=0.04, hspace=0.06))
        grid = figure.subplots(len(titles), len(schedules), sharex=True, sharey=True, squeeze=False)
        image = None
        for line, (player, title) in zip(grid, titles.items(), strict=True):
            for axes, schedule in zip(line, schedules, strict=True):
                rows = where(posteriors, player=player, schedule=schedule)
                table = rows.pivot(index="m", columns="trial", values="p")
                image = axes.imshow(
                    np.sqrt(table.to_numpy()), origin="lower", aspect="auto", cmap="Blues", vmin=0, vmax=0.8,
                    extent=(-0.5, table.shape[1] - 0.5, 0.5, table.shape[0] + 0.5),
                )  # fmt: skip
                reversal = rows["reversal"].iloc[0]
                axes.plot([0, 79], [0, 79], color=PALETTE["muted"], lw=0.7, ls=(0, (2, 2)))
                for draw in (axes.axhline, axes.axvline):
                    draw(reversal, color=PALETTE["model_free"], lw=0.7, ls=(0, (2, 2)))
            line[0].set_ylabel(f"{title}\ntrial of the reversal", fontsize=7.5)
        for axes, schedule in zip(grid[0], schedules, strict=True):
            axes.set_title(schedule)
        for axes in grid[-1]:
            axes.set_xlabel("trial of the block")
        if image is not None:
            bar = figure.colorbar(image, ax=grid, shrink=0.6, ticks=np.sqrt([0, 0.05, 0.2, 0.4, 0.6]))
            bar.ax.set_yticklabels(["0", ".05", ".2", ".4", ".6"])
            bar.set_label("posterior", fontsize=7.5)
    return figure


def accuracy_figure(
    accuracy: pd.DataFrame,
    filtered: pd.DataFrame,
    *,
    panels: Sequence[str],
    order: Sequence[str],
    titles: Mapping[str, str],
    roles: Mapping[str, str],
) -> Figure:
    """Share of right choices of each player, one panel a schedule, and of the filter and a delta rule in the last.

    Args:
        accuracy: columns schedule, player, mean, low, high.
        filtered: columns player, mean, low, high.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.1), layout=ConstrainedLayoutEngine(wspace=0.06))
        grid = figure.subplots(1, len(panels) + 1)
        for axes, panel in zip(grid, panels, strict=False):
            _rows(axes, where(accuracy, schedule=panel), order, titles, roles)
            axes.set_title(panel)
        for axes in grid[1 : len(panels)]:
            axes.set_yticklabels([])
        _rows(grid[-1], filtered, list(filtered["player"]), {"hidden Markov model": "HMM"}, roles)
        grid[-1].set_title("Hazard .04")
        figure.supxlabel("share of right choices", fontsize=8)
    return figure


def learned_prior_figure(priors: pd.DataFrame, course: pd.DataFrame, *, flat: float, timing: float) -> Figure:
    """A prior over the trial of the reversal that is learned, and the accuracy that comes with it.

    Args:
        priors: columns block, m, p: the prior before some blocks, mean over animals.
        course: columns block, accuracy.
        flat, timing: accuracy with a flat prior and with the task's own.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.4), layout=ConstrainedLayoutEngine(wspace=0.06))
        left, right = figure.subplots(1, 2)
        left.axvspan(29.5, 50.5, color=PALETTE["faint"], alpha=0.5, lw=0, label="reversals of the task")
        for color, block in zip(CYCLE, dict.fromkeys(priors["block"]), strict=False):
            rows = where(priors, block=block)
            left.plot(rows["m"], rows["p"], color=color, label=f"before block {block + 1}")
        left.set(xlabel="trial of the reversal", ylabel="prior", ylim=(0, None))
        left.set_title("What is expected")
        left.legend(fontsize=7)
        by_ten = course.groupby(course["block"] // 10).agg(block=("block", "mean"), accuracy=("accuracy", "mean"))
        right.plot(by_ten["block"] + 1, by_ten["accuracy"], "o-", ms=3, color=PALETTE["network"])
        for value, words in ((flat, "flat prior"), (timing, "the task's prior")):
            right.axhline(value, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)))
            right.annotate(
                words, (1, value), (0, 2), xycoords=right.get_yaxis_transform(), textcoords="offset points",
                ha="right", fontsize=7, color=PALETTE["muted"],
            )  # fmt: skip
        right.set(xlabel="block", ylabel="share of right choices")
        right.set_title("What it is worth")
    return figure


def _rows(
    axes: Axes, table: pd.DataFrame, order: Sequence[str], titles: Mapping[str, str], roles: Mapping[str, str]
) -> None:
    """One dot a player with its interval and its number."""
    for at, player in enumerate(order):
        row = where(table, player=player).iloc[0]
        color = PALETTE[roles.get(player, "ink")]
        interval(axes, at, row["low"], row["high"], upright=False, color=color)
        axes.plot(row["mean"], at, "o", color=color, ms=4.5, zorder=6)
        axes.annotate(
            number(row["mean"], 3), (row["mean"], at), (0, 4), textcoords="offset points", ha="center", fontsize=6.5
        )
    axes.set_yticks(range(len(order)), [titles.get(player, player) for player in order])
    axes.set_ylim(len(order) - 0.5, -0.7)
    axes.margins(x=0.18)
    axes.tick_params(axis="y", length=0)
