"""Values with a deadline: convergence to those without one, and the value of exploration."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.style import PALETTE, WIDE, style


def deadlines_figure(deadlines: pd.DataFrame, curiosity: pd.DataFrame, *, gamma: float) -> Figure:
    """Three panels over the steps or trials that are left.

    Args:
        deadlines: columns left, distance (reward units).
        curiosity: columns left (trials), bonus (reward units), worse_arm (share of beliefs).
        gamma: discount of one step, the slope that the distance should have.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.5), layout=ConstrainedLayoutEngine(w_pad=0.06, wspace=0.04))
        far, worse, bonus = figure.subplots(1, 3)
        left, distance = deadlines["left"], deadlines["distance"]
        far.plot(left, distance, color=PALETTE["model_based"], lw=2.4, label="$u_t$")
        slope = distance.iloc[0] * gamma ** (left - left.iloc[0])
        far.plot(left, slope, color=PALETTE["ink"], lw=0.9, ls=(0, (3, 2)), label=f"factor {gamma:g} per step")
        far.set(yscale="log", xlabel="steps left", ylabel="distance (reward)")
        far.set_title("A  Values converge")
        far.legend()
        panels = (
            (worse, "worse_arm", "share of beliefs", "B  Lower mean is best"),
            (bonus, "bonus", "bonus (reward)", "C  Exploration bonus"),
        )
        for axes, column, label, title in panels:
            axes.plot(curiosity["left"], curiosity[column], color=PALETTE["model_based"], marker="o", ms=3)
            axes.set(xlabel="trials left", ylabel=label, ylim=(0, None))
            axes.invert_xaxis()
            axes.set_title(title)
    return figure
