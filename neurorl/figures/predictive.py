"""Predictive checks: what subjects did, what fitted models expected of them, and what those models do by themselves."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, as_written, style

_TITLES = {
    "stay": ("Repeating a choice", "P(same choice again)"),
    "matching": ("Matching", "P(second option)"),
    "better": ("Around a reversal", "P(the new better option)"),
    "correct": ("Learning by set size", "P(correct)"),
}
_XLABELS = {
    "matching": "share of rewards from the second option",
    "better": "trials since the reversal",
    "correct": "times the stimulus was seen",
}
FEWEST = 4  # units from which an interval says something


def predictive_figure(checks: pd.DataFrame, *, data: str = "data", names: dict[str, str] | None = None) -> Figure:
    """One panel a measure; data in ink, each other source in a colour.

    Args:
        checks: columns source, measure, series, x, mean, low, high, n_units (means over subjects, 95 %
            intervals).
        data: the source that holds the data.
        names: source -> words for the legend.
    """
    measures = in_order(checks["measure"], None)
    sources = [data, *(s for s in in_order(checks["source"], None) if s != data)]
    colors = {source: PALETTE["ink"] if source == data else CYCLE[(i - 1) % 6] for i, source in enumerate(sources)}
    with style():
        figure = Figure(figsize=(WIDE if len(measures) > 1 else 0.75 * WIDE, 2.9), layout="constrained")
        grid = figure.subplots(1, len(measures), squeeze=False)[0]
        for axes, measure in zip(grid, measures, strict=True):
            mine = where(checks, measure=measure)
            _panel(axes, mine, sources, colors, data)
            title, label = _TITLES.get(measure, (measure, "probability"))
            axes.set_title(title)
            axes.set_ylabel(label)
            axes.set_xlabel(_XLABELS.get(measure, ""))
        handles = [
            axes.plot(
                [], [], "o" if source == data else "-", color=color, label=as_written((names or {}).get(source, source))
            )[0]
            for source, color in colors.items()
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 4), fontsize=7)
    return figure


def _panel(axes: Axes, table: pd.DataFrame, sources: list[str], colors: dict[str, str], data: str) -> None:
    series = in_order(table["series"], None)
    if len(set(table["x"])) == 1:
        order = sorted(series)
        for i, source in enumerate(sources):
            mine = where(table, source=source).set_index("series").reindex(order)
            at = np.arange(len(order)) + 0.6 * ((i + 0.5) / len(sources) - 0.5)
            mean = mine["mean"].to_numpy(float)
            low, high = (np.nan_to_num(mine[k].to_numpy(float), nan=0.0) for k in ("low", "high"))
            error = np.where(np.isnan(mine["low"].to_numpy(float)), 0, [mean - low, high - mean])
            axes.errorbar(at, mean, np.maximum(error, 0), fmt="o", ms=4, color=colors[source], lw=1.2)
        axes.set_xticks(np.arange(len(order)), [as_written(name).replace(", ", ",\n") for name in order], fontsize=6.8)
        axes.set_xlim(-0.6, len(order) - 0.4)
        return
    shades = np.linspace(1.0, 0.35, len(series))
    for source in sources:
        for shade, name in zip(shades, series, strict=True):
            mine = where(table, source=source, series=name).sort_values("x")
            x, mean = mine["x"].to_numpy(float), mine["mean"].to_numpy(float)
            if source == data:
                axes.plot(x, mean, "o", ms=2.8, color=colors[source], alpha=shade)
                mine = mine[mine["n_units"] >= FEWEST]
                axes.vlines(mine["x"], mine["low"], mine["high"], color=colors[source], lw=0.8, alpha=shade)
            else:
                axes.plot(x, mean, "-", color=colors[source], alpha=shade, lw=1.3)
            if len(series) > 1 and source == data and len(x):
                axes.annotate(
                    name, (x[-1], mean[-1]), xytext=(4, 0), textcoords="offset points", fontsize=6, va="center"
                )
