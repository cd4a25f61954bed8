"""Profile likelihoods: how far the fit of the choices falls as one parameter leaves its best value."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import PALETTE, WIDE, style

LINE = 1.92  # nats: half the 95 % quantile of chi-square with one degree of freedom
DEPTH = 4  # lines that a panel reaches down


def profile_figure(curves: pd.DataFrame, intervals: pd.DataFrame) -> Figure:
    """One panel a parameter: each unit's profile, all of them together, and the line that bounds an interval.

    Args:
        curves: columns parameter, unit, value, below (nats below the unit's maximum).
        intervals: columns parameter, bounded_below, bounded_above.
    """
    parameters = in_order(curves["parameter"], None)
    columns = min(4, len(parameters))
    rows = -(-len(parameters) // columns)
    with style():
        figure = Figure(figsize=(max(WIDE * columns / 4, 2.6), 2.0 * rows + 0.3), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in grid[len(parameters) :]:
            axes.set_visible(False)
        for axes, name in zip(grid, parameters, strict=False):
            below = where(curves, parameter=name).pivot(index="value", columns="unit", values="below")
            units = axes.plot(below.index, -below.to_numpy(), color=PALETTE["faint"], lw=0.7)
            together = below.sum(axis=1)
            (shared,) = axes.plot(below.index, together.min() - together, color=PALETTE["ink"], lw=1.4)
            line = axes.axhline(-LINE, color=PALETTE["model_free"], lw=0.9, ls="--")
            mine = where(intervals, parameter=name)
            bounded = np.count_nonzero(mine["bounded_below"] & mine["bounded_above"])
            axes.set_title(f"{name}: {bounded}/{len(mine)} bounded", fontsize=8)
            axes.set_ylim(-DEPTH * LINE, 0.3)
            axes.set_xlabel("held at", fontsize=7)
            axes.set_ylabel("nats below the best", fontsize=7)
        handles, names = (units[0], shared, line), ("each unit", "one value for all", "95 %")
        figure.legend(handles, names, loc="outside lower center", ncols=3, fontsize=7)
    return figure
