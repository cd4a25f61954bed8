"""Planning by pondering: the map, returns, accuracy of values, and codes of coming actions (Supp. Fig. 7)."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import FancyArrowPatch

from neurorl.figures.marks import dots, in_order, interval, number, tint, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

_FADED = 0.35


def planning_figure(
    successors: Sequence[Sequence[int]],
    payments: np.ndarray,
    walk: Sequence[int],
    returns: pd.DataFrame,
    returns_by_unit: pd.DataFrame,
    accuracy: pd.DataFrame,
    accuracy_by_unit: pd.DataFrame,
    codes: pd.DataFrame,
    *,
    ponder: int,
    order: Sequence[str],
    roles: Mapping[str, str],
) -> Figure:
    """Four panels.

    Args:
        successors: for each state, the next state by answer.
        payments: reward of entering each state in one trial, reward units.
        walk: the states of a trained network's walk in that trial, from its start.
        returns: columns learner, mean, low, high (reward a trial).
        returns_by_unit: columns learner, earned.
        accuracy: columns step (from 1), mean, low, high (correlation of value and reward to come).
        accuracy_by_unit: columns replica, step, r.
        codes: columns variable, step, mean, low, high (canonical correlation).
        ponder: pondering steps.
        order: learners from top to bottom.
        roles: learner -> name in `PALETTE`.
    """
    with style():
        figure = Figure(figsize=(WIDE, 5.4), layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06, hspace=0.03))
        (a, b), (c, d) = figure.subplots(2, 2, width_ratios=(1, 1.25))
        _map(a, successors, payments, walk)
        _returns(b, returns, returns_by_unit, order, roles)
        _accuracy(c, accuracy, accuracy_by_unit, ponder)
        _codes(d, codes, ponder)
        titles = (
            "A  Map and one path",
            "B  Reward per trial",
            "C  Value and reward to come",
            "D  Codes in hidden units",
        )
        for axes, title in zip((a, b, c, d), titles, strict=True):
            axes.set_title(title)
    return figure


def _map(axes: Axes, successors: Sequence[Sequence[int]], payments: np.ndarray, walk: Sequence[int]) -> None:
    """States on a circle with both transitions of each, rewards as colours, and the path in black."""
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(successors)) / len(successors)
    at = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for state, ways in enumerate(successors):
        for to in ways:
            axes.plot(*at[[state, to]].T, color=PALETTE["faint"], lw=0.5, zorder=1)
    for before, after in pairwise(walk):
        axes.add_patch(
            FancyArrowPatch(
                tuple(at[before]),
                tuple(at[after]),
                arrowstyle="-|>",
                mutation_scale=7,
                color=PALETTE["network"],
                lw=1.2,
                shrinkA=3,
                shrinkB=3,
                zorder=3,
            )
        )
    best, worst = payments.max(), payments.min()
    kinds = (
        (payments == worst, PALETTE["muted"], 12, number(worst, 0)),
        ((payments > worst) & (payments < best), PALETTE["ceiling"], 16, "+1"),
        (payments == best, PALETTE["model_free"], 42, f"+{number(best, 0)}"),
    )
    for own, color, size, label in kinds:
        axes.scatter(*at[own].T, s=size, color=color, zorder=4, label=label, linewidths=0)
    start = dict(s=70, facecolors="none", edgecolors=PALETTE["ink"], linewidths=1, zorder=5, label="start")
    axes.scatter(*at[walk[0]], **start)
    axes.set(aspect="equal", xlim=(-1.15, 1.15), ylim=(-1.15, 1.15))
    axes.set_axis_off()
    axes.legend(loc="center left", bbox_to_anchor=(0.97, 0.5), handletextpad=0.2, fontsize=7)


def _returns(
    axes: Axes, returns: pd.DataFrame, units: pd.DataFrame, order: Sequence[str], roles: Mapping[str, str]
) -> None:
    learners = [name for name in order if name in set(returns["learner"])]
    for at, learner in enumerate(learners):
        row = where(returns, learner=learner).to_dict("records")[0]
        color = PALETTE[roles.get(learner, "muted")]
        axes.barh(at, row["mean"], height=0.66, color=tint(color), zorder=1)
        axes.plot([row["mean"]] * 2, [at - 0.33, at + 0.33], color=color, lw=1.6, solid_capstyle="butt", zorder=4)
        own = where(units, learner=learner)["earned"].to_numpy(float)
        dots(axes, at, own, color, 0.42, upright=False)
        interval(axes, at, row["low"], row["high"], upright=False)
        text = number(row["mean"])
        axes.text(1.02, at, text, transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.axvline(0, color=PALETTE["ink"], lw=0.7)
    axes.set_yticks(np.arange(len(learners)), learners)
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="reward per trial", ylim=(len(learners) - 0.45, -0.55))


def _accuracy(axes: Axes, accuracy: pd.DataFrame, units: pd.DataFrame, ponder: int) -> None:
    for _, own in units.groupby("replica"):
        axes.plot(own["step"], own["r"], color=PALETTE["network"], lw=0.7, alpha=_FADED)
    axes.plot(accuracy["step"], accuracy["mean"], color=PALETTE["network"], lw=2, marker="o", ms=3)
    low = float(np.nanmin(units["r"].to_numpy(float), initial=0.9))
    axes.set(ylabel="correlation over trials", ylim=(low - 0.05, 1.01))
    _phases(axes, len(accuracy), ponder)


def _codes(axes: Axes, codes: pd.DataFrame, ponder: int) -> None:
    names = in_order(codes["variable"], None)
    actions = [name for name in names if name.startswith("action")]
    for i, name in enumerate(actions):
        own = where(codes, variable=name).sort_values("step")
        color = CYCLE[i % len(CYCLE)]
        axes.plot(own["step"], own["mean"], color=color, lw=1.6, label=name)
        peak = own[own["step"] == ponder + i + 1]
        axes.plot(peak["step"], peak["mean"], "o", color=color, ms=4)
    dashes = ((0, (4, 2)), (0, (1, 1.2)), (0, (4, 1.5, 1, 1.5)))
    for i, name in enumerate(n for n in names if n not in actions):
        own = where(codes, variable=name).sort_values("step")
        axes.plot(own["step"], own["mean"], color=PALETTE["muted"], lw=1.1, ls=dashes[i % 3], label=name)
    axes.axhline(0, color=PALETTE["ink"], lw=0.7)
    axes.set(ylabel="canonical correlation, held out")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=7)
    _phases(axes, len(set(codes["step"])), ponder)


def _phases(axes: Axes, last: int, ponder: int) -> None:
    """A grey background for the pondering steps."""
    axes.axvspan(0.5, ponder + 0.5, color=PALETTE["faint"], alpha=0.4, lw=0, zorder=0)
    axes.set(xlabel="step (grey: pondering)", xlim=(0.5, last + 0.5), xticks=range(1, last + 1))
