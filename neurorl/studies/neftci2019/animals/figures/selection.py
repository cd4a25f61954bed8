"""Model selection: evidence relative to the best model, and share of sessions by model."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import interval, number, where
from neurorl.figures.style import PALETTE, WIDE, style


def selection_figure(selection: pd.DataFrame, *, populations: Sequence[str], roles: Mapping[str, str]) -> Figure:
    """Two panels per population: log evidence relative to the best model, and the models' shares of sessions.

    Args:
        selection: columns population, agent, delta, delta_low, delta_high (nats a session), frequency, frequency_low,
            frequency_high, protected_exceedance, n_sessions.
        populations: from top to bottom.
        roles: agent -> name in `PALETTE`.
    """
    counts = [len(set(where(selection, population=name)["agent"])) for name in populations]
    with style():
        size = (WIDE, 0.9 * len(populations) + 0.22 * sum(counts))
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(wspace=0.05, hspace=0.04))
        grid = figure.subplots(len(populations), 2, squeeze=False, height_ratios=[n + 1.5 for n in counts])
        for (left, right), name in zip(grid, populations, strict=True):
            table = where(selection, population=name).sort_values("delta", ascending=False)
            for at, row in enumerate(table.to_dict("records")):
                color = PALETTE[roles.get(row["agent"], "ink")]
                _dot(left, at, row["delta"], row["delta_low"], row["delta_high"], color)
                _dot(right, at, row["frequency"], row["frequency_low"], row["frequency_high"], color)
                sure = row["protected_exceedance"]
                right.text(
                    1.02, at, number(sure, 2) if sure >= 0.005 else "< 0.01", transform=right.get_yaxis_transform(),
                    va="center", fontsize=7,
                )  # fmt: skip
            left.axvline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
            left.set_yticks(np.arange(len(table)), table["agent"])
            right.set_yticks([])
            for axes in (left, right):
                axes.set_ylim(len(table) - 0.5, -0.7)
                axes.tick_params(axis="y", length=0)
            right.set_xlim(0, 1)
            left.set_title(f"{name} ({table['n_sessions'].iloc[0]} sessions)")
            right.text(
                1.02, 1.02, "protected\nexceedance", transform=right.transAxes, fontsize=6.5, va="bottom",
                color=PALETTE["muted"],
            )  # fmt: skip
        grid[-1, 0].set_xlabel("log evidence below the best (nats per session)")
        grid[-1, 1].set_xlabel("share of sessions")
    return figure


def expected_times_figure(expected: pd.DataFrame, fitted: pd.DataFrame) -> Figure:
    """Expected time of a reversal in fits of a Gaussian prior.

    Args:
        expected: columns m, prior (mean over sessions), reversals (share of the sessions' own reversals).
        fitted: one row a session: mean (trials).
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.3), layout=ConstrainedLayoutEngine(wspace=0.06))
        left, right = figure.subplots(1, 2)
        left.hist(fitted["mean"], bins=np.arange(0, 82, 4), color=PALETTE["latent_state"], alpha=0.6)
        left.set(xlabel="mean of the fitted prior (trial)", ylabel="sessions")
        left.set_title("Sessions")
        right.plot(
            expected["m"], expected["prior"], color=PALETTE["latent_state"], label="expected, mean over sessions"
        )
        right.plot(
            expected["m"], expected["reversals"], color=PALETTE["ink"], lw=0.9, label="reversals of these sessions"
        )
        right.set(xlabel="trial of the reversal", ylabel="probability")
        right.set_ylim(0, 1.35 * expected[["prior", "reversals"]].to_numpy().max())
        right.set_title("All together")
        right.legend(fontsize=7)
    return figure


def _dot(axes: Axes, at: float, value: float, low: float, high: float, color: str) -> None:
    interval(axes, at, low, high, upright=False, color=color)
    axes.plot(value, at, "o", color=color, ms=4.5, zorder=6)
