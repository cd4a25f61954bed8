"""Classical conditioning: choice probabilities, a reversal, cues in competition, and people's ratings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import interval, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

_WIDTHS = {"A": 2.4, "B": 1.2, "X": 1.4}  # A and B often lie on each other
_CUES = {"A": PALETTE["network"], "B": PALETTE["model_based"], "X": PALETTE["model_free"]}


def operators_figure(
    probabilities: pd.DataFrame, reversal: pd.DataFrame, *, settles: Mapping[str, float], lines: int = 12
) -> Figure:
    """Choice probabilities of single learners with their mean, and the share of better choices around a reversal.

    Args:
        probabilities: columns learner, subject, trial, p (of the better arm).
        reversal: columns learner, trial (0 is the first after it), better.
        settles: learner -> where its probability should settle; one panel each.
        lines: single learners drawn.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.4), layout=ConstrainedLayoutEngine(w_pad=0.05))
        *panels, last = figure.subplots(1, len(settles) + 1)
        for axes, (name, end) in zip(panels, settles.items(), strict=True):
            wide = where(probabilities, learner=name).pivot(index="trial", columns="subject", values="p")
            axes.plot(wide.index, wide.to_numpy()[:, :lines], color=PALETTE["network"], lw=0.5, alpha=0.4)
            axes.plot(wide.index, wide.mean(axis=1), color=PALETTE["network"], lw=2)
            axes.axhline(end, color=PALETTE["ink"], lw=0.9, ls=(0, (4, 2)))
            axes.set(xlabel="trial", ylim=(0, 1.02))
            axes.set_title(name.capitalize())
        panels[0].set_ylabel("p (better arm)")
        colors = (PALETTE["muted"], PALETTE["model_free"])
        for color, (name, rows) in zip(colors, _series(reversal, "learner"), strict=False):
            last.plot(rows["trial"], rows["better"], color=color, label=name)
        last.axvline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
        last.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
        last.set(xlabel="trial from reversal", ylabel="better choices", ylim=(0, 1.02), xlim=(-20, None))
        last.set_title("Reversal")
        last.legend(loc="lower right", fontsize=6.5)
    return figure


def competition_figure(
    values: pd.DataFrame, *, models: Mapping[str, str], designs: Mapping[str, tuple[str, int, int]], control: str
) -> Figure:
    """Values of cues by trial, one row a learner, one column a design.

    Args:
        values: columns model, design, trial, cue, v.
        models: model -> title, from top to bottom.
        designs: design -> (title, trial at which its second phase begins or 0, last trial shown), from left to right.
        control: the design whose X is drawn, dashed, where the first design's second phase begins.
    """
    with style():
        size = (WIDE, 1.35 * len(models) + 0.6)
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.03, h_pad=0.04))
        grid = figure.subplots(len(models), len(designs), sharey=True, sharex="col", squeeze=False)
        for i, (row, (model, learner)) in enumerate(zip(grid, models.items(), strict=True)):
            for axes, (design, (title, phase, last)) in zip(row, designs.items(), strict=True):
                shown = where(values, model=model, design=design)
                rows = shown.loc[shown["trial"] <= last, :]
                for cue, one in _series(rows, "cue"):
                    if np.any(one["v"].to_numpy() != 0):
                        axes.plot(one["trial"], one["v"], color=_CUES[cue], lw=_WIDTHS[cue])
                if design == next(iter(designs)):
                    other = where(values, model=model, design=control, cue="X")
                    other = other.loc[other["trial"] <= last - phase, :]
                    axes.plot(other["trial"] + phase, other["v"], color=_CUES["X"], lw=1, ls=(0, (3, 1.5)))
                axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
                if phase:
                    axes.axvline(phase, color=PALETTE["faint"], lw=0.8, zorder=0)
                axes.set(ylim=(-1.05, 1.1), yticks=[-1, 0, 1])
                axes.margins(x=0.02)
                if i == 0:
                    axes.set_title(title, fontsize=7.6, pad=5)
                if i == len(models) - 1:
                    axes.set_xlabel("trial")
            row[0].set_ylabel(learner, fontsize=7.5)
        handles = [Line2D([], [], color=color, label=cue) for cue, color in _CUES.items()]
        handles.append(Line2D([], [], color=_CUES["X"], lw=1, ls=(0, (3, 1.5)), label="X without blocking"))
        figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def ratings_figure(people: pd.DataFrame, *, learners: Sequence[str], roles: Mapping[str, str]) -> Figure:
    """Mean ratings of cues by people with their 95 % intervals, beside the best fit of each learner.

    Args:
        people: columns learner, cue, rating, low, high, fitted (0 to 10), rmse.
        learners: from left to right.
        roles: cue -> what was shown with it.
    """
    with style():
        figure = Figure(figsize=(WIDE * 0.72, 2.4), layout=ConstrainedLayoutEngine())
        axes = figure.subplots()
        first = where(people, learner=learners[0])
        cues = first["cue"].tolist()
        axes.bar(range(len(cues)), first["rating"], width=0.78, color=PALETTE["faint"], label="people")
        for at, row in enumerate(first.to_dict("records")):
            interval(axes, at, row["low"], row["high"])
        sides = np.linspace(-0.22, 0.22, len(learners))
        for side, mark, color, name in zip(sides, "osD", (CYCLE[1], CYCLE[2], CYCLE[4]), learners, strict=False):
            rows = where(people, learner=name).set_index("cue").reindex(cues)
            label = f"{name} ({rows['rmse'].iloc[0]:.1f})"
            axes.plot(np.arange(len(cues)) + side, rows["fitted"], mark, color=color, ms=4.5, zorder=6, label=label)
        axes.legend(loc="upper right", fontsize=6.8, title="root mean square error in brackets", title_fontsize=6.5)
        axes.set_xticks(range(len(cues)), [f"{cue}\n{roles[cue]}" for cue in cues], fontsize=7)
        axes.tick_params(axis="x", length=0)
        axes.set(ylabel="rating, 0 to 10", ylim=(-0.15, 10.6))
    return figure


def _series(table: pd.DataFrame, column: str) -> list[tuple[str, pd.DataFrame]]:
    return [(str(name), rows) for name, rows in table.groupby(column, sort=False)]
