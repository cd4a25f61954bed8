"""Recovery: true beside fitted parameters, and which model is taken for which."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.marks import in_order, number, where
from neurorl.figures.style import PALETTE, WIDE, as_written, style


def recovery_figure(table: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """One panel a parameter.

    Args:
        table: columns parameter, true, fitted.
        summary: columns parameter, r, bias.
    """
    parameters = in_order(table["parameter"], None)
    columns = min(4, len(parameters))
    rows = -(-len(parameters) // columns)
    with style():
        figure = Figure(figsize=(WIDE * columns / 4, 2.0 * rows + 0.2), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in grid[len(parameters) :]:
            axes.set_visible(False)
        for axes, name in zip(grid, parameters, strict=False):
            mine = where(table, parameter=name)
            axes.axline((mine["true"].mean(), mine["true"].mean()), slope=1, color=PALETTE["faint"], lw=1)
            axes.scatter(mine["true"], mine["fitted"], s=9, color=PALETTE["network"], alpha=0.7, linewidths=0)
            row = where(summary, parameter=name).iloc[0]
            axes.set_title(f"{name}   r = {number(row['r'])}", fontsize=8)
            axes.set_xlabel("true", fontsize=7)
            axes.set_ylabel("fitted", fontsize=7)
    return figure


def confusion_figure(confusion: pd.DataFrame, inversion: pd.DataFrame) -> Figure:
    """Confusion P(fitted best | simulated) and inversion P(simulated | fitted best), models in both axes.

    Args:
        confusion, inversion: index simulated, columns fitted.
    """
    with style():
        size = 0.55 * len(confusion) + 1.6
        figure = Figure(figsize=(min(WIDE, 2 * size), size), layout="constrained")
        titles = ("P(fitted | simulated)", "P(simulated | fitted)")
        for axes, matrix, title in zip(figure.subplots(1, 2), (confusion, inversion), titles, strict=True):
            values = matrix.to_numpy(float)
            axes.imshow(values, cmap="Blues", vmin=0, vmax=1)
            for i, j in np.ndindex(*values.shape):
                color = "white" if values[i, j] > 0.6 else PALETTE["ink"]
                axes.text(j, i, number(values[i, j]), ha="center", va="center", fontsize=7, color=color)
            names = [as_written(name, 28) for name in matrix.columns]
            axes.set_xticks(np.arange(len(names)), names, rotation=30, ha="right")
            axes.set_yticks(np.arange(len(names)), names)
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
            axes.set(title=title, xlabel="fitted best", ylabel="simulated")
    return figure
