"""Values and best answers on the cells of a grid, one panel a map."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import number, where
from neurorl.figures.style import PALETTE, WIDE, style

_ARROWS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
_HEAD = "-|>,head_length=0.3,head_width=0.16"
_WRITTEN = 30  # cells up to which values are written into them


def value_maps_figure(maps: pd.DataFrame, *, titles: Mapping[str, str], columns: int = 2) -> Figure:
    """Cells coloured by value, arrows for the best answers, walls grey.

    Args:
        maps: one row a cell: columns map, row, column, value (reward units), and up, down, left, right (whether that
            answer is a best one); `mark`, where there is such a column, is a letter to write into the cell.
        titles: map -> title, in order.
        columns: panels in a row.
    """
    rows = -(-len(titles) // columns)
    with style():
        figure = Figure(figsize=(WIDE, 2.9 * rows), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08, wspace=0.03))
        for axes, (name, title) in zip(figure.subplots(rows, columns, squeeze=False).flat, titles.items(), strict=True):
            _map(axes, where(maps, map=name))
            axes.set_title(title)
    return figure


def _map(axes: Axes, cells: pd.DataFrame) -> None:
    row, column = cells["row"].to_numpy(), cells["column"].to_numpy()
    image = np.full((row.max() + 1, column.max() + 1), np.nan)
    image[row, column] = cells["value"]
    axes.set_facecolor(PALETTE["faint"])
    most = max(float(np.nanmax(image)), 1e-12)
    shown = axes.imshow(image, cmap="Blues", vmin=0, vmax=1.35 * most)  # pale enough for dark arrows
    few = len(cells) <= _WRITTEN
    for cell in cells.to_dict("records"):
        at = float(cell["column"]), float(cell["row"])
        if cell.get("mark"):
            axes.text(at[0] - 0.42, at[1] - 0.42, cell["mark"], ha="left", va="top", fontsize=6.5, weight="bold")
        if few:
            axes.text(*at, number(cell["value"], 1), ha="center", va="center", fontsize=7)
        ways = [vector for name, vector in _ARROWS.items() if cell[name]]
        if len(ways) == len(_ARROWS) and few:
            continue  # every answer leads the same way
        for x, y in ways:
            start, length = (0.24, 0.22) if few else (0.0, 0.42)
            axes.annotate(
                "",
                (at[0] + (start + length) * x, at[1] + (start + length) * y),
                (at[0] + start * x, at[1] + start * y),
                arrowprops=dict(arrowstyle=_HEAD, lw=0.7, color=PALETTE["ink"], shrinkA=0, shrinkB=0, mutation_scale=8),
            )
    edges = {"xlim": (column.min() - 0.5, column.max() + 0.5), "ylim": (row.max() + 0.5, row.min() - 0.5)}
    axes.set(xticks=[], yticks=[], **edges)
    axes.spines[:].set_visible(False)
    assert axes.figure is not None
    bar = axes.figure.colorbar(shown, ax=axes, shrink=0.75, boundaries=np.linspace(0, most, 65), pad=0.03)
    bar.set_ticks([0, most], labels=["0", number(most, 1 if most >= 1 else 2)])
    bar.outline.set_visible(False)
    bar.set_label("value", labelpad=-6)
