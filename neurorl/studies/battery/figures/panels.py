"""Signatures of an agent: one row per signature, its mean and interval, and the value that it must exceed."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.style import PALETTE, WIDE, style


def battery_figure(table: pd.DataFrame) -> Figure:
    """Signatures from top to bottom; those shown by the agent are in colour.

    Args:
        table: columns claim, mean, low, high, above, shown.
    """
    with style():
        figure = Figure(figsize=(WIDE, 0.8 + 0.28 * len(table)), layout="constrained")
        axes = figure.subplots()
        for at, row in enumerate(table.to_dict("records")):
            color = PALETTE["network" if row["shown"] else "muted"]
            axes.plot([row["low"], row["high"]], [at, at], color=color, lw=1.4)
            axes.plot(row["mean"], at, "o", color=color, ms=5)
            axes.plot([row["above"]] * 2, [at - 0.35, at + 0.35], color=PALETTE["chance"], lw=1, ls=(0, (2, 1)))
            axes.text(
                1.02,
                at,
                "shown" if row["shown"] else "not shown",
                transform=axes.get_yaxis_transform(),
                va="center",
                fontsize=7,
                color=color,
            )
        axes.set_yticks(np.arange(len(table)), table["claim"].str.removeprefix("The agent "))
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.set_xlabel("mean over subjects, 95 % interval (dashed: what an agent without the signature reaches)")
        axes.tick_params(axis="y", length=0)
    return figure
