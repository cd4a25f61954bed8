"""How long a side is kept: runs of a choice, pooled and by base chance (Wang et al. 2018, Supp. Fig. 4)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import in_order, where
from neurorl.figures.style import PALETTE, WIDE, style


def run_length_figure(
    counts: pd.DataFrame,
    by_chance: pd.DataFrame,
    runs: pd.DataFrame,
    *,
    order: Sequence[str] | None = None,
    roles: Mapping[str, str] | None = None,
) -> Figure:
    """Share of runs by length on a logarithmic axis; and, for each base chance of an arm, as a map.

    Args:
        counts: columns learner, length, share; the longest length stands for all longer ones too.
        by_chance: columns p0 (base chance of the arm), length, share.
        runs: columns p0, mean and best_length (the best cycle's; NaN where there is none).
        order: learners; by default as they appear.
        roles: learner -> name in `PALETTE`.
    """
    learners, roles = in_order(counts["learner"], order), roles or {}
    with style():
        figure = Figure(figsize=(WIDE, 2.9), layout=ConstrainedLayoutEngine(w_pad=0.05, wspace=0.05))
        left, right = figure.subplots(1, 2)
        for learner in learners:
            line = where(counts, learner=learner).iloc[:-1]
            share = line["share"].where(line["share"] > 0)
            left.plot(line["length"], share, color=PALETTE[roles.get(learner, "ink")], marker="o", ms=3, label=learner)
        left.set_yscale("log")
        left.set_xticks(_ticks(int(counts["length"].to_numpy().max())))
        left.set(xlabel="run length (trials)", ylabel="share of runs")
        left.set_title("All base chances")
        left.legend()
        _map(right, by_chance)
        known = runs[runs["best_length"].notna()]
        at = np.searchsorted(np.unique(by_chance["p0"]), known["p0"])
        right.plot(at, known["best_length"], **_OPEN)
        right.set_title("By base chance of the arm")
        right.legend(
            handles=[Line2D([], [], label="best cycle (Houston & McNamara)", **_OPEN)], loc="upper left", fontsize=7
        )
    return figure


_OPEN = {"ls": "", "marker": "o", "mfc": "none", "mec": PALETTE["rare"], "mew": 1.2, "ms": 6, "zorder": 6}


def _map(axes: Axes, by_chance: pd.DataFrame) -> None:
    wide = by_chance.pivot(index="length", columns="p0", values="share")
    image = axes.imshow(
        wide.to_numpy(float),
        origin="lower",
        aspect="auto",
        extent=(-0.5, wide.shape[1] - 0.5, 0.5, len(wide) + 0.5),
        cmap="Greys",
        vmin=0,
        vmax=1,
    )
    axes.set_xticks(np.arange(wide.shape[1]), [f"{p:g}" for p in wide.columns], fontsize=6.5)
    axes.set_yticks(_ticks(len(wide)))
    axes.set(xlabel="base chance of the arm (the other: 0.5 less it)", ylabel="run length (trials)")
    assert axes.figure is not None
    axes.figure.colorbar(image, ax=axes, label="share of runs", shrink=0.9)


def _ticks(longest: int) -> list[int]:
    return [1, *range(5, longest + 1, 5)]
