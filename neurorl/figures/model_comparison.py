"""How well each model describes each population's choices, side by side (Wang et al. 2018, Supp. Fig. 6d)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import in_order, interval, number, where
from neurorl.figures.style import PALETTE, WIDE, style

_COLUMNS = (1.2, 1.46)  # where the numbers end, in widths of a panel


def model_comparison_figure(
    comparison: pd.DataFrame,
    *,
    populations: Sequence[str] | None = None,
    agents: Sequence[str] | None = None,
    roles: dict[str, str] | None = None,
) -> Figure:
    """Log-likelihood per choice below the best model, one panel a population, with BIC.

    Args:
        comparison: columns population, agent, log_lik_per_choice, delta, delta_low, delta_high (nats a choice),
            delta_bic, n_best, n_units.
        populations: from left to right; by default as they appear.
        agents: from top to bottom; by default as they appear.
        roles: agent -> name in `PALETTE`.
    """
    populations = in_order(comparison["population"], populations)
    agents = in_order(comparison["agent"], agents)
    with style():
        size = (WIDE, 0.95 + 0.26 * len(agents))
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.1))
        grid = figure.subplots(1, len(populations), sharey=True, squeeze=False)[0]
        for axes, population in zip(grid, populations, strict=True):
            mine = where(comparison, population=population)
            _panel(axes, mine, agents, roles or {})
            axes.set_title(f"{population} (n = {mine['n_units'].max()})", pad=16, fontsize=8.3)
        grid[0].set_yticks(np.arange(len(agents)), agents)
        grid[0].set_ylim(len(agents) - 0.5, -0.5)
        figure.supxlabel(
            "log-likelihood below the best model (nats per choice; line: 95 % interval of the paired difference)",
            fontsize=7.5,
        )
    return figure


def _panel(axes: Axes, table: pd.DataFrame, agents: Sequence[str], roles: dict[str, str]) -> None:
    axes.axvline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
    for at, agent in enumerate(agents):
        own = where(table, agent=agent).to_dict("records")
        if not own:
            continue
        row = own[0]
        color = PALETTE[roles.get(agent, "ink")]
        axes.plot([row["delta"], 0], [at, at], color=PALETTE["faint"], lw=3, solid_capstyle="butt", zorder=1)
        interval(axes, at, row["delta_low"], row["delta_high"], upright=False, color=color)
        axes.plot(row["delta"], at, "o", color=color, ms=4.5, zorder=6)
        weight = "bold" if row["delta_bic"] == 0 else "normal"
        for x, text in zip(_COLUMNS, (number(row["log_lik_per_choice"], 3), f"{row['delta_bic']:,.0f}"), strict=True):
            axes.text(
                x, at, text, transform=axes.get_yaxis_transform(), ha="right", va="center", fontsize=6.8, weight=weight
            )
    for x, text in zip(_COLUMNS, ("log-lik", "ΔBIC"), strict=True):
        axes.text(
            x, 1.02, text, transform=axes.transAxes, ha="right", va="bottom", fontsize=6.8, color=PALETTE["muted"]
        )
    axes.tick_params(axis="y", length=0)
