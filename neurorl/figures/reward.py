"""Reward per trial of every learner, beside the ceiling (Wang et al. 2018, Supp. Fig. 6c)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from neurorl.figures.marks import dots, in_order, interval, number, tint, where
from neurorl.figures.style import PALETTE, WIDE, style


def reward_figure(
    summary: pd.DataFrame,
    units: pd.DataFrame,
    *,
    ceiling: float,
    chance: float | None = None,
    order: Sequence[str] | None = None,
    roles: dict[str, str] | None = None,
) -> Figure:
    """Reward per trial with 95 % intervals over units, and its share of the ceiling.

    Args:
        summary: columns learner, mean, low, high, share (reward a trial; share of the ceiling).
        units: columns learner, reward, one row a unit.
        ceiling: reward a trial of the ideal learner.
        chance: reward a trial of a random one.
        order: learners from top to bottom; by default the best first.
        roles: learner -> name in `PALETTE`.
    """
    learners = in_order(summary.sort_values("mean", ascending=False)["learner"], order)
    roles = roles or {}
    with style():
        figure = Figure(figsize=(WIDE * 0.72, 0.75 + 0.27 * len(learners)), layout="constrained")
        axes = figure.subplots()
        for at, learner in enumerate(learners):
            row = where(summary, learner=learner).to_dict("records")[0]
            color = PALETTE[roles.get(learner, "muted")]
            axes.barh(at, row["mean"], height=0.66, color=tint(color), zorder=1)
            axes.plot([row["mean"]] * 2, [at - 0.33, at + 0.33], color=color, lw=1.6, solid_capstyle="butt", zorder=4)
            dots(axes, at, where(units, learner=learner)["reward"].to_numpy(float), color, 0.42, upright=False)
            interval(axes, at, row["low"], row["high"], upright=False)
            text = f"{number(row['mean'], 3)}   {row['share']:.0%}"
            axes.text(1.02, at, text, transform=axes.get_yaxis_transform(), va="center", fontsize=7)
        axes.text(
            1.02, -0.85, "mean   of ceiling", transform=axes.get_yaxis_transform(), fontsize=6.5, color=PALETTE["muted"]
        )
        for value, name in ((ceiling, "ceiling"), (chance, "chance")):
            if value is not None:
                axes.axvline(value, color=PALETTE["ink"], lw=0.9, ls=(0, (4, 2)), zorder=2)
                axes.text(value, -0.68, name, ha="center", va="bottom", fontsize=7)
        axes.set_yticks(np.arange(len(learners)), learners)
        axes.tick_params(axis="y", length=0)
        axes.set(
            xlabel="reward per trial (bars: mean, black: 95 % interval over units)", ylim=(len(learners) - 0.45, -0.6)
        )
        rewards = units["reward"].to_numpy(float)
        axes.set_xlim(min(0.0, rewards.min()), 1.08 * max(ceiling, rewards.max()))
    return figure
