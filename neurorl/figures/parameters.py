"""Fitted parameters of every unit, one panel a parameter, with their mean and its standard error."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.marks import dots
from neurorl.figures.style import PALETTE, WIDE, style


def parameters_figure(values: pd.DataFrame, ranges: dict[str, tuple[float, float]]) -> Figure:
    """Each column a parameter.

    Args:
        values: one row a unit whose fit succeeded, one column a parameter.
        ranges: parameter -> where it may lie.
    """
    names = list(values.columns)
    columns = min(6, len(names))
    rows = -(-len(names) // columns)
    with style():
        figure = Figure(figsize=(WIDE * columns / 6, 2.1 * rows), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in grid[len(names) :]:
            axes.set_visible(False)
        for axes, name in zip(grid, names, strict=False):
            own = values[name].to_numpy(float)
            dots(axes, 0.0, own, PALETTE["network"], 0.5)
            error = own.std(ddof=1) / np.sqrt(len(own)) if len(own) > 1 else 0.0
            axes.errorbar([0.55], [own.mean()], yerr=[1.96 * error], fmt="o", color=PALETTE["ink"], ms=4)
            axes.set(title=name, xticks=[], xlim=(-0.5, 0.9))
            low, high = ranges.get(name, (-np.inf, np.inf))
            if np.isfinite([low, high]).all():
                margin = 0.03 * (high - low)
                axes.set_ylim(low - margin, high + margin)
    return figure
