"""Stay probabilities: one panel a learner, so that people, networks and models stand side by side."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from neurorl.figures.marks import dots, in_order, interval, tint, where
from neurorl.figures.style import PALETTE, WIDE, style

# position on the x axis and colour of each kind of trial: (reward, common)
_AT = {(1, True): 0.0, (1, False): 0.86, (0, True): 2.2, (0, False): 3.06}
_MARKERS = ("D", "s", "^", "v")


def stay_figure(
    summary: pd.DataFrame,
    units: pd.DataFrame,
    published: pd.DataFrame | None = None,
    *,
    order: Sequence[str] | None = None,
    notes: Mapping[str, str] | None = None,
    columns: int = 5,
) -> Figure:
    """Probability of repeating the first-stage choice after each kind of trial, one panel a learner.

    Args:
        summary: columns learner, reward, common, mean, low, high, n_units.
        units: single units: columns learner, reward, common, stay.
        published: values from papers, drawn as open marks: columns learner, reward, common, mean, source.
        order: learners from left to right; by default as they appear.
        notes: a few words below a panel's title; by default the number of units.
        columns: panels in a row.
    """
    learners = in_order(summary["learner"], order)
    sources = [] if published is None else list(dict.fromkeys(published["source"]))
    marks = {source: _MARKERS[i % len(_MARKERS)] for i, source in enumerate(sources)}
    columns = min(columns, len(learners))
    rows = -(-len(learners) // columns)
    spare = rows * columns - len(learners)
    with style():
        figure = Figure(
            figsize=(WIDE, 2.05 * rows + 0.5 * (not spare)),
            layout=ConstrainedLayoutEngine(w_pad=0.05, h_pad=0.06, wspace=0.02, hspace=0.04),
        )
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, learner in zip(grid.flat, learners, strict=False):
            mine = where(summary, learner=learner)
            stay_panel(axes, mine, where(units, learner=learner))
            if published is not None:
                _published(axes, where(published, learner=learner), marks)
            note = (notes or {}).get(learner, f"n = {mine['n_units'].max()}")
            axes.set_title(learner, pad=14, fontsize=min(8.3, 8.3 * 16 / len(learner)))
            axes.text(0, 1.03, note, transform=axes.transAxes, color=PALETTE["muted"], fontsize=7)
        label = "probability of repeating\nthe first-stage choice"
        figure.supylabel(label if rows == 1 else label.replace("\n", " "), ma="center", fontsize=8.5)
        if spare:
            for axes in grid.flat[len(learners) :]:
                axes.set_axis_off()
            # a figure's legend, unlike an axes', does not push the columns apart
            corner = grid.flat[len(learners)].transAxes
            anchor = {"loc": "center left", "bbox_to_anchor": (-0.1, 0.5), "bbox_transform": corner}
            figure.legend(handles=_legend(marks), labelspacing=0.9, fontsize=7, **anchor)
        else:
            figure.legend(handles=_legend(marks), loc="outside lower center", ncols=4, columnspacing=1.5, fontsize=7)
    return figure


def stay_panel(axes: Axes, summary: pd.DataFrame, units: pd.DataFrame) -> None:
    """One learner's four bars, with dots for single units and 95 % intervals; columns as in `stay_figure`."""
    axes.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
    for row in summary.to_dict("records"):
        at = _AT[int(row["reward"]), bool(row["common"])]
        color = PALETTE["common" if row["common"] else "rare"]
        axes.bar(at, row["mean"], width=0.78, color=tint(color), zorder=1)
        axes.plot([at - 0.39, at + 0.39], [row["mean"]] * 2, color=color, lw=1.6, solid_capstyle="butt", zorder=4)
        single = where(units, reward=row["reward"], common=row["common"])
        dots(axes, at, single["stay"].to_numpy(float), color, 0.56)
        interval(axes, at, row["low"], row["high"])
    axes.set(xlim=(-0.6, 3.66), ylim=(0, 1.02), yticks=[0, 0.25, 0.5, 0.75, 1])
    axes.set_yticklabels(["0", "", "0.5", "", "1"])
    axes.set_xticks([0.43, 2.63], ["reward", "no reward"], fontsize=7)
    axes.tick_params(axis="x", length=0, labelbottom=True)


def _published(axes: Axes, published: pd.DataFrame, marks: Mapping[str, str]) -> None:
    for row in published.to_dict("records"):
        at = _AT[int(row["reward"]), bool(row["common"])] + 0.3
        axes.plot(at, row["mean"], marks[row["source"]], mfc="white", mec=PALETTE["ink"], mew=0.8, ms=3.6, zorder=6)


def _legend(marks: Mapping[str, str]) -> list[Patch | Line2D]:
    handles: list[Patch | Line2D] = [
        Patch(color=PALETTE["common"], label="common transition"),
        Patch(color=PALETTE["rare"], label="rare transition"),
        Line2D([], [], color=PALETTE["ink"], lw=1.3, label="95 % interval of mean"),
        Line2D([], [], ls="", marker="o", ms=2.6, color=PALETTE["muted"], label="one subject or replica"),
        Line2D([], [], color=PALETTE["faint"], lw=0.8, label="chance"),
    ]
    for source, marker in marks.items():
        handles.append(
            Line2D(
                [],
                [],
                ls="",
                marker=marker,
                mfc="white",
                mec=PALETTE["ink"],
                mew=0.8,
                ms=3.6,
                label=fill(source.replace("Fig. ", "Fig.\u00a0"), 24),
            )
        )
    return handles
