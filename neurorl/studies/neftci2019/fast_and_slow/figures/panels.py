"""Fast against slow learning: the trade-off, the mixture, lesions, the map of parameter sets, experts."""

from collections.abc import Mapping, Sequence

import jax.numpy as jnp
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import interval, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style
from neurorl.ops.tracking import tracking_error

FAST, SLOW, MIXTURE = PALETTE["model_free"], PALETTE["network"], PALETTE["ink"]


def trade_off_figure(example: pd.DataFrame, walk: pd.DataFrame, *, alphas: Sequence[float], turn: float) -> Figure:
    """Left, both learners on a transient upon a trend; right, their errors over the speed of the environment.

    Args:
        example: columns step, truth, seen, fast, slow, mixture.
        walk: columns alpha, ratio (q / r), simulated.
        alphas: the fast and the slow learning rate.
        turn: the q / r at which they err the same.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(w_pad=0.08))
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        left.plot(example["step"], example["seen"], ".", color=PALETTE["faint"], ms=3, zorder=1)
        left.plot(example["step"], example["truth"], color=PALETTE["muted"], lw=1, ls=(0, (3, 2)), label="truth")
        for name, color in (("fast", FAST), ("slow", SLOW), ("mixture", MIXTURE)):
            left.plot(example["step"], example[name], color=color, lw=0.8 if name == "mixture" else 1.5, label=name)
        left.set(xlabel="step", ylabel="value")
        left.set_title("A transient on a trend")
        left.legend(ncols=2, loc="lower left")
        ratio = np.geomspace(0.004, 1.0, 100)
        for alpha, color, name in zip(alphas, (FAST, SLOW), ("fast", "slow"), strict=True):
            error = np.asarray(tracking_error(alpha, jnp.asarray(ratio), 1.0))
            right.plot(ratio, error, color=color, label=f"{name}, α = {alpha:g}")
            rows = where(walk, alpha=alpha)
            right.plot(rows["ratio"], rows["simulated"], "o", color=color, ms=3.5)
        right.axvline(turn, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)), zorder=0)
        right.annotate(f"q/r = {turn:.4f}", (turn, 0.085), (-4, 0), textcoords="offset points", fontsize=7, ha="right")
        right.set(xscale="log", yscale="log", xlabel="speed of the environment q/r", ylabel="mean squared error (r)")
        right.set_yticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
        right.minorticks_off()
        right.set_title("Error by speed of change")
        right.legend(loc="upper left")
    return figure


def mixture_figure(switching: pd.DataFrame) -> Figure:
    """Errors of both learners and their mixture, and trust in the fast one, over hazard; one panel a noise.

    Args:
        switching: columns hazard, noise, fast, slow, mixture, gate.
    """
    noises = sorted(set(switching["noise"]))
    with style():
        figure = Figure(figsize=(WIDE, 3.3), layout=ConstrainedLayoutEngine(w_pad=0.04))
        grid = figure.subplots(2, len(noises), sharex=True, sharey="row", height_ratios=(1.6, 1))
        for column, noise in enumerate(noises):
            rows = where(switching, noise=noise).sort_values("hazard")
            above, below = grid[:, column]
            for name, color in (("fast", FAST), ("slow", SLOW), ("mixture", MIXTURE)):
                above.plot(rows["hazard"], rows[name], color=color, marker="o", ms=3, label=name)
            above.set(xscale="log", yscale="log")
            above.set_title(f"noise sd {noise:g}")
            above.minorticks_off()
            below.plot(rows["hazard"], rows["gate"], color=FAST, marker="o", ms=3)
            below.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
            below.set(ylim=(0, 1), xlabel="hazard of a jump")
            below.set_xticks([0.002, 0.02, 0.2], [".002", ".02", ".2"])
            below.minorticks_off()
        grid[0, 0].set_ylabel("mean squared error")
        grid[0, 0].set_yticks([0.03, 0.1, 0.3, 1], ["0.03", "0.1", "0.3", "1"])
        grid[1, 0].set_ylabel("trust in fast")
        handles, labels = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def lesions_figure(accuracy: pd.DataFrame, courses: pd.DataFrame, *, colors: Mapping[str, str]) -> Figure:
    """Left, share correct by schedule, lesions beside control; right, courses around the reversal.

    Args:
        accuracy: columns condition, p_good, mean, low, high.
        courses: columns condition, p_good, lag, correct.
        colors: condition -> colour, in order.
    """
    schedules = sorted(set(accuracy["p_good"]), reverse=True)
    shown = (schedules[0], schedules[1])
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(w_pad=0.05))
        first, *others = figure.subplots(1, 3, width_ratios=(1.5, 1, 1))
        width = 0.8 / len(colors)
        for i, (condition, color) in enumerate(colors.items()):
            for at, p in enumerate(schedules):
                for row in where(accuracy, condition=condition, p_good=p).to_dict("records"):
                    x = at + (i - (len(colors) - 1) / 2) * width
                    first.bar(x, row["mean"] - 0.5, width * 0.9, bottom=0.5, color=color, zorder=2)
                    interval(first, x, row["low"], row["high"])
        first.set_xticks(range(len(schedules)), [schedule(p) for p in schedules])
        first.tick_params(axis="x", length=0)
        first.axhline(0.5, color=PALETTE["ink"], lw=0.7, zorder=3)
        first.set(ylim=(0.47, 1.0), ylabel="share correct")
        first.set_title("What each lesion takes")
        for axes, p in zip(others, shown, strict=True):
            for condition, color in colors.items():
                rows = where(courses, condition=condition, p_good=p).sort_values("lag")
                axes.plot(rows["lag"], rows["correct"], color=color, label=condition)
            axes.axvline(-0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
            axes.set(ylim=(0, 1.02), xlabel="trials from the reversal")
            axes.set_title(schedule(p))
        handles, labels = others[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(colors))
    return figure


def map_figure(sets: pd.DataFrame, *, titles: Mapping[str, str], labels: Mapping[str, str]) -> Figure:
    """Which parameter sets show the lesion pattern, by the way values are read out.

    Args:
        sets: one row a set and read-out: the parameters, shown, striatum_certain, striatum_stochastic.
        titles: read-out -> title of its row.
        labels: parameter -> label of its axis; the first two and the second two are drawn against each other.
    """
    names = list(labels)
    with style():
        figure = Figure(figsize=(WIDE, 4.6), layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06))
        grid = figure.subplots(len(titles), 3, squeeze=False)
        for row, (read_out, title) in zip(grid, titles.items(), strict=True):
            mine = where(sets, read_out=read_out)
            for axes, (x, y) in zip(row, ((names[0], names[1]), (names[2], names[3])), strict=False):
                _sets(axes, mine, x, y)
                axes.set(xlabel=labels[x], ylabel=labels[y])
            row[0].set_title(f"{title}: {np.count_nonzero(mine['shown'])} of {len(mine)} sets")
            last = row[2]
            last.axvspan(-0.015, 0.015, color=PALETTE["faint"], alpha=0.5, lw=0, zorder=0)
            _sets(last, mine, "striatum_certain", "striatum_stochastic")
            last.axhline(0.03, color=PALETTE["muted"], lw=0.8, ls=(0, (3, 2)), zorder=0)
            last.set(xlabel="effect of striatum lesion, certain", ylabel="uncertain rewards")
        handles, names_ = grid[0, 0].get_legend_handles_labels()
        figure.legend(handles, names_, loc="outside lower center", ncols=2)
    return figure


def experts_figure(shown: pd.DataFrame, curve: pd.DataFrame) -> Figure:
    """Curves of several regimes as one line, as a mixture coloured by the expert that is trusted, and its likelihood.

    Args:
        shown: columns problem, x, y, mixture, line, expert.
        curve: columns problem, round, log_lik.
    """
    problems = list(dict.fromkeys(shown["problem"]))
    with style():
        figure = Figure(figsize=(WIDE, 2.3), layout=ConstrainedLayoutEngine(w_pad=0.05))
        *panels, last = figure.subplots(1, len(problems) + 1)
        for axes, problem in zip(panels, problems, strict=True):
            rows = where(shown, problem=problem).sort_values("x")
            for expert in sorted(set(rows["expert"])):
                mine = rows[rows["expert"] == expert]
                axes.plot(mine["x"], mine["y"], ".", ms=2, color=CYCLE[int(expert)], alpha=0.6)
            axes.plot(rows["x"], rows["line"], color=PALETTE["muted"], lw=1, ls=(0, (3, 2)))
            axes.plot(rows["x"], rows["mixture"], color=PALETTE["ink"], lw=1.2)
            axes.set(xlabel="x")
            axes.set_title(problem)
            mine = where(curve, problem=problem)
            last.plot(mine["round"] + 1, mine["log_lik"], lw=1.2, color=CYCLE[problems.index(problem)], label=problem)
        panels[0].set_ylabel("y")
        last.set(xscale="log", xlabel="round", ylabel="log-likelihood (nats)")
        last.set_title("EM climbs")
        last.legend(fontsize=6.5)
    return figure


def schedule(p: float) -> str:
    """80/20 for .8."""
    high = round(100 * p)
    return f"{high}/{100 - high}"


def _sets(axes: Axes, sets: pd.DataFrame, x: str, y: str) -> None:
    for shown, color, label in ((False, PALETTE["muted"], "does not show the pattern"), (True, FAST, "shows it")):
        rows = where(sets, shown=shown)
        axes.scatter(rows[x], rows[y], s=9, color=color, alpha=0.8, linewidths=0, zorder=3 if shown else 2, label=label)
