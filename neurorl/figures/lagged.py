"""Miller's lagged regression: weight of each kind of past trial on the next choice (Wang et al. 2018, Fig. 5d,e)."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import PALETTE, WIDE, style

# kind of trial (common, reward): its label
_KINDS = {
    (True, 1): "common, reward",
    (False, 1): "rare, reward",
    (True, 0): "common, no reward",
    (False, 0): "rare, no reward",
}
_MARK: dict[str, Any] = {"marker": "D", "ls": "", "mfc": "white", "mew": 0.8, "ms": 3.4}


def lagged_figure(
    weights: pd.DataFrame,
    indices: pd.DataFrame,
    published: pd.DataFrame | None = None,
    *,
    order: Sequence[str] | None = None,
    columns: int = 4,
) -> Figure:
    """Regression weight by lag, one panel a learner with a scale of its own, and both indices.

    Args:
        weights: columns learner, common, reward, lag, mean, low, high (log-odds).
        indices: columns learner, index ("mb", "mf"), mean, low, high, and n_units, n_separated where known. A panel
            with separated units says so, because the prior sets the size of their weights.
        published: weights from a paper, drawn as open diamonds: columns learner, common, reward, lag, mean, source.
            They are left out of a panel in which half of the units or more are separated: its weights are not
            estimates.
        order: learners from left to right; by default as they appear.
        columns: panels in a row.
    """
    learners = in_order(weights["learner"], order)
    columns = min(columns, len(learners))
    rows = -(-len(learners) // columns)
    with style():
        figure = Figure(figsize=(WIDE, 2.1 * rows + 0.45), layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06))
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, learner in zip(grid.flat, learners, strict=False):
            _panel(axes, where(weights, learner=learner))
            separated, units = _separated(where(indices, learner=learner))
            if published is not None and 2 * separated < max(units, 1):
                _published(axes, where(published, learner=learner))
            axes.set_title(learner, pad=25, fontsize=8.3)
            if separated:
                said = f"{separated} of {units} separated:\nsize set by the prior"
                axes.text(0.98, 0.97, said, transform=axes.transAxes, ha="right", va="top", fontsize=6.2)
            axes.set_xlabel("trials ago")
            mine = where(indices, learner=learner)
            for line, (index, name) in enumerate((("mb", "MB"), ("mf", "MF"))):
                row = where(mine, index=index).to_dict("records")[0]
                axes.text(0, 1.135 - 0.1 * line, _index(name, row), transform=axes.transAxes, fontsize=6.8)
        for axes in grid.flat[len(learners) :]:
            axes.set_axis_off()
        figure.supylabel("weight on the next choice (log-odds)", fontsize=8.5)
        sources = [] if published is None else list(dict.fromkeys(published["source"]))
        handles = _legend(sources)
        figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=min(5, len(handles) - len(sources)),
            columnspacing=1.5,
            handlelength=2.4,
        )
    return figure


def _panel(axes: Axes, weights: pd.DataFrame) -> None:
    axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
    for (common, reward), look in _looks().items():
        line = where(weights, common=common, reward=reward).sort_values("lag")
        axes.fill_between(line["lag"], line["low"], line["high"], color=look["color"], alpha=0.18, lw=0)
        axes.plot(line["lag"], line["mean"], **look)
    axes.set_xticks(sorted(weights["lag"].unique()))
    axes.margins(x=0.06)


def _separated(indices: pd.DataFrame) -> tuple[int, int]:
    """Units whose choices are separated, and all units of a learner."""
    if "n_separated" not in indices:
        return 0, 0
    row = indices.iloc[0]
    return int(row["n_separated"]), int(row["n_units"])


def _published(axes: Axes, published: pd.DataFrame) -> None:
    for row in published.to_dict("records"):
        color = PALETTE["common" if row["common"] else "rare"]
        axes.plot(row["lag"] + 0.16, row["mean"], mec=color, **_MARK)


def _looks() -> dict[tuple[bool, int], dict]:
    """Colour for the transition, as in every figure; full line and mark for a reward, open and broken for none."""
    looks = {}
    for common, reward in _KINDS:
        color = PALETTE["common" if common else "rare"]
        looks[common, reward] = {
            "color": color,
            "ls": "-" if reward else (0, (3, 1.6)),
            "marker": "o",
            "mfc": color if reward else "white",
            "mec": color,
            "mew": 0.9,
            "ms": 3.4,
            "lw": 1.2,
        }
    return looks


def _index(name: str, row: dict) -> str:
    mean, low, high = (f"{row[key]:.1f}".replace("-", "−") for key in ("mean", "low", "high"))
    return f"{name} index {mean}" + (f" [{low}, {high}]" if math.isfinite(row["low"]) else "")


def _legend(sources: Sequence[str]) -> list[Line2D | Patch]:
    lines = [Line2D([], [], label=_KINDS[kind], **look) for kind, look in _looks().items()]
    marks = [Line2D([], [], mec=PALETTE["ink"], label=source, **_MARK) for source in sources]
    return [*lines, Patch(color=PALETTE["faint"], label="95 % interval"), *marks]
