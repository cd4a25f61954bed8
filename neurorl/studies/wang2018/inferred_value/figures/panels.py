"""Errors at cues around a reversal, and hidden units by state (Wang et al. 2018, Fig. 4b, c)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

STEPS = ("fixation", "cue", "response")
_COLORS = {"prior": CYCLE[1], "after": CYCLE[0]}
_ROLES = {"prior": "cue rewarded before the change", "after": "cue rewarded since"}
_MOMENTS = {
    "before": "Reversal trial,\nbefore its outcome",
    "experienced": "Next trial,\ncue just experienced",
    "inferred": "Next trial,\nthe other cue (inferred)",
}
_COLUMNS = ("Fixation", "Cue", "Action", "Reward")
_SIDES = ("left", "right")


def errors_figure(
    summary: pd.DataFrame,
    units: pd.DataFrame,
    published: pd.DataFrame,
    *,
    order: Sequence[str] | None = None,
    measured: str = "",
) -> Figure:
    """Fig. 4b: prediction errors at fixation, cue and response; one row a learner, one column a moment.

    Args:
        summary: columns learner, moment, role, step, mean, low, high.
        units: single replicas: columns learner, subject, moment, role, step, rpe.
        published: values from papers, drawn as open marks in the row of `measured`: columns moment, role, step, rpe.
        order: learners from top to bottom.
        measured: the learner that published values belong to; by default the first.
    """
    learners = in_order(summary["learner"], order)
    measured = measured or learners[0]
    with style():
        figure = Figure(
            figsize=(WIDE, 0.75 + 1.45 * len(learners)), layout=ConstrainedLayoutEngine(w_pad=0.05, h_pad=0.05)
        )
        grid = figure.subplots(len(learners), len(_MOMENTS), sharex=True, sharey=True, squeeze=False)
        for row, learner in zip(grid, learners, strict=True):
            for axes, moment in zip(row, _MOMENTS, strict=True):
                axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
                mine = where(summary, learner=learner, moment=moment)
                for role in _ROLES:
                    _line(axes, where(mine, role=role), where(units, learner=learner, moment=moment, role=role), role)
                if learner == measured:
                    _published(axes, where(published, moment=moment))
            row[0].set_ylabel(f"{learner}\nerror (reward)")
        for axes, title in zip(grid[0], _MOMENTS.values(), strict=True):
            axes.set_title(title, fontsize=8.3)
        for axes in grid[-1]:
            axes.set_xticks(range(len(STEPS)), STEPS)
        drawn = units[units["step"].isin(STEPS)], summary[summary["step"].isin(STEPS)]
        top = _reach(drawn[0]["rpe"], drawn[1]["mean"], published["rpe"])
        grid[0, 0].set(xlim=(-0.35, len(STEPS) - 0.65), ylim=(-top, top))
        figure.legend(handles=_legend(), loc="outside lower center", ncols=4, columnspacing=1.6)
    return figure


def course_figure(summary: pd.DataFrame, *, order: Sequence[str] | None = None) -> Figure:
    """Error at the cue by trial since the roles changed, one panel a learner.

    Args:
        summary: columns learner, since (trials since the change; -1 the last one before), role, mean, low, high.
        order: learners from left to right.
    """
    learners = in_order(summary["learner"], order)
    with style():
        figure = Figure(figsize=(WIDE, 2.3), layout=ConstrainedLayoutEngine(w_pad=0.05))
        for axes, learner in zip(
            figure.subplots(1, len(learners), sharey=True, squeeze=False)[0], learners, strict=True
        ):
            axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
            for role, color in _COLORS.items():
                rows = where(summary, learner=learner, role=role).sort_values("since")
                at = rows["since"].to_numpy(float) + 1
                axes.fill_between(at, rows["low"], rows["high"], color=color, alpha=0.18, lw=0)
                axes.plot(at, rows["mean"], color=color, marker="o", ms=3)
            axes.set_title(learner, fontsize=8.3)
            axes.set_xticks(range(6), ["last\nbefore", *map(str, range(1, 6))])
            axes.set_xlabel("trial of the block")
            axes.axvline(0.5, color=PALETTE["muted"], lw=0.8, ls=":", zorder=0)
        top = _reach(summary["mean"])
        figure.axes[0].set(ylabel="error at the cue (reward)", ylim=(-top, top))
        figure.legend(handles=_legend(published=False)[:2], loc="outside lower center", ncols=2)
    return figure


def states_figure(points: pd.DataFrame, shares: Sequence[float]) -> Figure:
    """Fig. 4c: mean activity on two components; rows are the reversal trial and the next, columns the steps of a trial.

    Each column has axes of its own, since steps differ by more than states do.

    Args:
        points: columns row (0, 1), step (0 .. 3), rewarded and cue (0 left, 1 right), pc1, pc2.
        shares: share of the variance of each component.
    """
    with style():
        figure = Figure(figsize=(WIDE, 4.0), layout=ConstrainedLayoutEngine(w_pad=0.04, h_pad=0.04))
        grid = figure.subplots(2, len(_COLUMNS), sharex="col", sharey="col")
        for row in (0, 1):
            for step, title in enumerate(_COLUMNS):
                axes = grid[row, step]
                both = where(points, step=step)  # the other row's too
                axes.scatter(both["pc1"], both["pc2"], s=9, color=PALETTE["faint"], linewidths=0, zorder=1)
                axes.margins(0.14)
                for point in where(points, row=row, step=step).to_dict("records"):
                    rewarded, cue = int(point["rewarded"]), int(point["cue"])
                    axes.plot(
                        point["pc1"],
                        point["pc2"],
                        marker="<>"[cue],
                        ls="",
                        ms=7,
                        color=CYCLE[rewarded],
                        mec="white",
                        mew=0.6,
                        alpha=0.9,
                        zorder=3,
                    )
                if row == 0:
                    axes.set_title(title)
        for row, label in zip(grid, ("reversal trial", "next trial"), strict=True):
            row[0].set_ylabel(f"{label}\nPC2 ({100 * shares[1]:.0f} %)")
        for axes in grid[1]:
            axes.set_xlabel(f"PC1 ({100 * shares[0]:.0f} %)")
        handles = [
            *(Line2D([], [], ls="", marker="s", ms=5, color=CYCLE[i], label=f"{s} cue pays now") for i, s in _sides()),
            *(
                Line2D([], [], ls="", marker="<>"[i], ms=6, color=PALETTE["muted"], label=f"{s} cue shown")
                for i, s in _sides()
            ),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=4, columnspacing=1.6)
    return figure


def _reach(*values: Any) -> float:
    """Half the height of an axis that holds all of these; intervals of a few replicas may reach beyond."""
    return 1.15 * max(0.1, *(float(np.nanmax(np.abs(np.asarray(v, float)))) for v in values))


def _sides() -> list[tuple[int, str]]:
    return list(enumerate(_SIDES))


def _line(axes: Axes, summary: pd.DataFrame, units: pd.DataFrame, role: str) -> None:
    color = _COLORS[role]
    for _, one in units.groupby("subject", sort=False):
        values = one.set_index("step")["rpe"].reindex(STEPS)
        axes.plot(np.arange(len(STEPS)), values, color=color, lw=0.6, alpha=0.35, zorder=2)
    rows = summary.set_index("step").reindex(STEPS)
    at = np.arange(len(STEPS))
    axes.plot(at, rows["mean"], color=color, marker="o", ms=3.5, lw=1.8, zorder=4)
    bounds: Mapping[str, np.ndarray] = {name: rows[name].to_numpy(float) for name in ("low", "high")}
    if np.isfinite(bounds["low"]).all():
        axes.vlines(at, bounds["low"], bounds["high"], color=color, lw=1.3, zorder=3)


def _published(axes: Axes, published: pd.DataFrame) -> None:
    for row in published.to_dict("records"):
        at = STEPS.index(row["step"]) + 0.16
        axes.plot(at, row["rpe"], "D", mfc="white", mec=_COLORS[row["role"]], mew=1.0, ms=4.5, zorder=6)


def _legend(*, published: bool = True) -> list[Line2D]:
    handles = [Line2D([], [], color=_COLORS[role], marker="o", ms=3.5, label=label) for role, label in _ROLES.items()]
    if published:
        handles.append(Line2D([], [], color=PALETTE["muted"], lw=0.6, label="one replica"))
        mark = {"mfc": "white", "mec": PALETTE["ink"], "mew": 1.0, "ms": 4.5}
        handles.append(Line2D([], [], ls="", marker="D", label="Wang et al. 2018, Fig. 4b", **mark))
    return handles
