"""Models side by side on the choices they were fitted to, and how frequent each is among the subjects."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurorl.figures.style import PALETTE, WIDE, as_written, style

_NAMES = {"integrated_bic": "integrated BIC", "bic": "BIC"}


def fit_comparison_figure(table: pd.DataFrame, frequencies: pd.DataFrame | None = None) -> Figure:
    """How far each model lies behind the best, on top; beside it its frequency and protected exceedance probability.

    Args:
        table: columns agent, and integrated_bic or bic (the first that is there is drawn), best first.
        frequencies: columns model, frequency, protected_exceedance; None draws the first panel alone.
    """
    by = next(name for name in _NAMES if name in table)
    with style():
        panels = 1 if frequencies is None else 2
        size = (WIDE * (0.6 if panels == 1 else 1.0), 0.95 + 0.3 * len(table))
        figure = Figure(figsize=size, layout="constrained")
        grid = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
        behind = table[by].to_numpy(float) - np.nanmin(table[by].to_numpy(float))
        _bars(grid[0], behind, [f"{value:,.0f}" for value in behind])
        grid[0].set_title(f"{_NAMES[by]} above the best model")
        grid[0].set_xlabel("2 x nats, summed over units (lower is better)")
        grid[0].set_yticks(np.arange(len(table)), list(map(as_written, table["agent"])))
        grid[0].set_ylim(len(table) - 0.5, -0.5)
        if frequencies is not None:
            own = frequencies.set_index("model").loc[list(table["agent"])]
            words = [f"{f:.2f}  ({p:.2f})" for f, p in own[["frequency", "protected_exceedance"]].to_numpy(float)]
            _bars(grid[1], own["frequency"].to_numpy(float), words)
            grid[1].set_title("Frequency (protected exceedance)")
            grid[1].set_xlabel("expected share of the population (posterior mean)")
    return figure


def _bars(axes: Axes, values: np.ndarray, words: list[str]) -> None:
    at = np.arange(len(values))
    axes.barh(at, values, color=PALETTE["network"], height=0.55)
    for y, value, text in zip(at, values, words, strict=True):
        axes.annotate(text, (value, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7)
    axes.set_xlim(0, 1.25 * max(np.nanmax(values), 1e-9))
    axes.tick_params(axis="y", length=0)
