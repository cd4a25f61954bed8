"""Transitions learned from state prediction errors, and recovery of the planning weight."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import dots, in_order, number, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style


def learned_transitions_figure(
    errors: pd.DataFrame, beliefs: pd.DataFrame, recovery: pd.DataFrame, *, truth: float, least: float
) -> Figure:
    """Three panels.

    Args:
        errors: columns eta, trial, mean (state prediction error over subjects).
        beliefs: columns eta, t (believed probability of a common transition, one row a subject and answer).
        recovery: columns true, fitted (weight of planning).
        truth: the true probability.
        least: the state prediction error of a learner who knows the truth, 2 p (1 - p).
    """
    rates = in_order(errors["eta"].astype(str), None)
    with style():
        figure = Figure(figsize=(WIDE, 2.5), layout=ConstrainedLayoutEngine(w_pad=0.06, wspace=0.04))
        error, belief, weight = figure.subplots(1, 3)
        for at, (rate, color) in enumerate(zip(rates, CYCLE, strict=False)):
            mine = where(errors, eta=float(rate))
            smooth = mine["mean"].rolling(20, min_periods=1, center=True).mean()
            error.plot(mine["trial"] + 1, smooth, color=color, lw=1.2, label=f"η = {rate}")
            dots(belief, at, where(beliefs, eta=float(rate))["t"].to_numpy(float), color, 0.6)
        error.axhline(least, color=PALETTE["ink"], lw=0.8, ls=(0, (3, 2)))
        error.set(xscale="log", xlabel="trial", ylabel="state prediction error", ylim=(0.35, 0.75))
        error.set_title("A  Errors shrink")
        error.legend(loc="upper right")
        belief.axhline(truth, color=PALETTE["ink"], lw=0.8, ls=(0, (3, 2)))
        belief.set_xticks(range(len(rates)), [f"η = {rate}" for rate in rates])
        belief.set(ylabel="believed p(common)", ylim=(0, 1))
        belief.set_title("B  Final beliefs")
        weight.axline((0, 0), slope=1, color=PALETTE["faint"], lw=1)
        weight.scatter(recovery["true"], recovery["fitted"], s=10, color=PALETTE["hybrid"], linewidths=0)
        r = np.corrcoef(recovery["true"], recovery["fitted"])[0, 1]
        weight.text(0.04, 0.96, f"r = {number(r)}", transform=weight.transAxes, va="top")
        weight.set(xlabel="true w", ylabel="fitted w", xlim=(0, 1), ylim=(0, 1), aspect="equal")
        weight.set_title("C  Planning weight")
    return figure
