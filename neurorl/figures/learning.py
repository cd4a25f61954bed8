"""Learning curves of training: reward and entropy of the policy by sessions, one line a replica."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from neurorl.figures.style import PALETTE, WIDE, style


def learning_figure(curve: pd.DataFrame, *, ceiling: float | None = None, chance: float | None = None) -> Figure:
    """Reward per trial and policy entropy over training.

    Args:
        curve: columns replica, sessions, reward (a trial), entropy (nats a step).
        ceiling: reward a trial of the ideal learner.
        chance: reward a trial of a random one.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.4), layout=ConstrainedLayoutEngine(wspace=0.06))
        left, right = figure.subplots(1, 2)
        _lines(left, curve, "reward")
        for value, name in ((ceiling, "ceiling"), (chance, "chance")):
            if value is not None:
                left.axhline(value, color=PALETTE["ink"], lw=0.9, ls=(0, (4, 2)), zorder=1)
                left.annotate(
                    name,
                    (1, value),
                    (0, 2),
                    xycoords=left.get_yaxis_transform(),
                    textcoords="offset points",
                    ha="right",
                    fontsize=7,
                )
        left.set_ylabel("reward per trial")
        _lines(right, curve, "entropy")
        right.set_ylabel("policy entropy (nats per step)")
        right.set_ylim(bottom=0)
        n = curve["replica"].nunique()
        left.set_title("Reward")
        right.set_title("Exploration")
        right.plot([], [], color=PALETTE["network"], lw=0.8, alpha=0.45, label=f"one of {n} replicas")
        right.plot([], [], color=PALETTE["network"], lw=2, label="their mean")
        right.legend(loc="upper right")
    return figure


def _lines(axes: Axes, curve: pd.DataFrame, column: str) -> None:
    by_replica = curve.pivot(index="sessions", columns="replica", values=column)
    sessions, values = by_replica.index.to_numpy(), by_replica.to_numpy(float)
    axes.plot(sessions, values, color=PALETTE["network"], lw=0.8, alpha=0.45, zorder=2)
    axes.plot(sessions, values.mean(axis=1), color=PALETTE["network"], lw=2, zorder=3)
    axes.set_xlabel("sessions of training (thousands)")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x / 1000:g}"))
    axes.margins(x=0.01)
