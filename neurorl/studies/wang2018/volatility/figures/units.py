"""Units that code volatility: number, time course, strength; effect of inhibition; control of the estimate."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import dots, interval, number, tint, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

_MODELS = {"alone": "ink", "with covariates": "model_free"}
_CONDITIONS = {"control": "network", "coding units": "model_free", "random units": "muted"}


def units_figure(
    course: pd.DataFrame, sweep: pd.DataFrame, shares: pd.DataFrame, *, published: float, levels: Mapping[str, float]
) -> Figure:
    """How many units code volatility: by trial, by threshold, and by session beside the published share.

    Args:
        course: columns model ("alone", "with covariates"), trial, mean, low, high: share of units.
        sweep: columns model, threshold, mean, low, high: number of units, mean over trials.
        shares: one row a replica and model: share (mean over sessions).
        published: the share printed in the paper.
        levels: name -> threshold to mark.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(wspace=0.07))
        left, middle, right = figure.subplots(1, 3, width_ratios=(1.5, 1.5, 1))
        for model, role in _MODELS.items():
            mine = where(course, model=model)
            _band(left, mine, "trial", PALETTE[role], model)
            mine = where(sweep, model=model).sort_values("threshold")
            _band(middle, mine, "threshold", PALETTE[role], model)
        left.axvline(25, color=PALETTE["muted"], lw=0.7, ls=(0, (2, 2)))
        left.annotate(
            "first possible\nreversal",
            (25, 1),
            (3, -2),
            xycoords=left.get_xaxis_transform(),
            textcoords="offset points",
            va="top",
            fontsize=6.5,
        )
        left.set(xlabel="trial", ylabel="share of units coding volatility", ylim=(0, 1), xlim=(0, 200))
        left.set_title("By trial")
        for name, level in levels.items():
            middle.axvline(level, color=PALETTE["muted"], lw=0.7, ls=(0, (2, 2)))
            middle.annotate(
                name,
                (level, 1),
                (-1, 0),
                xycoords=middle.get_xaxis_transform(),
                textcoords="offset points",
                rotation=90,
                va="top",
                ha="right",
                fontsize=6.5,
            )
        middle.set(
            xscale="log", xlabel="threshold on p", ylabel="units that pass threshold,\nmean over trials", ylim=(0, None)
        )
        middle.set(xlim=(0.6, 1e-21), xticks=[1e-2, 1e-8, 1e-14, 1e-20])
        middle.minorticks_off()
        middle.set_title("By threshold")
        for at, (model, role) in enumerate(_MODELS.items()):
            values = where(shares, model=model)["share"].to_numpy(float)
            dots(right, at, values, PALETTE[role], 0.4)
            right.plot([at - 0.3, at + 0.3], [values.mean()] * 2, color=PALETTE[role], lw=1.8)
        right.axhline(published, color=PALETTE["network"], lw=1, ls=(0, (4, 2)))
        right.annotate(
            f"published {100 * published:.0f} %", (-0.55, published), (0, 2), textcoords="offset points", fontsize=7
        )
        right.set_xticks(range(len(_MODELS)), [name.replace(" ", "\n") for name in _MODELS])
        right.set(xlim=(-0.6, 1.6), ylim=(0, None), ylabel="share of units,\nmean over sessions")
        right.set_title("By session")
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=7)
    return figure


def inhibition_figure(
    course: pd.DataFrame, summary: pd.DataFrame, by_replica: pd.DataFrame, draws: pd.DataFrame, *, onset: int = 100
) -> Figure:
    """Learning rate with volatility-coding units inhibited from the onset of the volatile period.

    Args:
        course: columns condition, first, mean, low, high.
        summary: columns condition, period, mean, low, high.
        by_replica: columns condition, period, replica, alpha.
        draws: columns condition, period, replica, draw, alpha: single random pairs.
        onset: trial from which units are inhibited.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(wspace=0.07))
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        for condition, role in _CONDITIONS.items():
            mine = where(course, condition=condition).sort_values("first")
            mine = mine.assign(middle=mine["first"] + 4.5)
            _band(left, mine.loc[mine["first"] < onset, :], "middle", PALETTE[role], None)
            _band(left, mine.loc[mine["first"] >= onset, :], "middle", PALETTE[role], condition)
        left.axvline(onset, color=PALETTE["muted"], lw=0.7, ls=(0, (2, 2)))
        left.annotate(
            "onset of inhibition",
            (onset, 0),
            (3, 4),
            xycoords=left.get_xaxis_transform(),
            textcoords="offset points",
            fontsize=6.5,
        )
        left.set(xlabel="trial (middle of a window of ten)", ylabel="learning rate α", ylim=(0, 1))
        left.set_title("Low volatility first")
        figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
        after = where(by_replica, period="volatile").pivot(index="replica", columns="condition", values="alpha")
        for _, row in after.iterrows():
            right.plot(range(3), row[list(_CONDITIONS)], color=PALETTE["faint"], lw=0.8, zorder=1)
        for at, (condition, role) in enumerate(_CONDITIONS.items()):
            mine = where(summary, condition=condition, period="volatile").iloc[0]
            single = draws if condition == "random units" else by_replica
            dots(
                right,
                at,
                where(single, condition=condition, period="volatile")["alpha"].to_numpy(float),
                PALETTE[role],
                0.4,
            )
            right.plot([at - 0.3, at + 0.3], [mine["mean"]] * 2, color=PALETTE[role], lw=1.8, zorder=4)
            interval(right, at, mine["low"], mine["high"])
        right.set_xticks(range(3), [name.replace(" ", "\n") for name in _CONDITIONS])
        right.set(xlim=(-0.6, 2.6), ylim=(0, 0.8), ylabel="α in the volatile period")
        right.set_title("Volatile period")
    return figure


def recovery_figure(recovery: pd.DataFrame) -> Figure:
    """Estimated learning rate of simulated learners beside their true one: columns true, block, alpha."""
    with style():
        figure = Figure(figsize=(3.6, 3.0), layout=ConstrainedLayoutEngine())
        axes = figure.subplots()
        top = 1.1 * float(recovery[["true", "alpha"]].to_numpy().max())
        axes.plot([0, top], [0, top], color=PALETTE["faint"], lw=1)
        blocks = list(dict.fromkeys(recovery["block"]))
        for i, block in enumerate(blocks):
            mine = where(recovery, block=block)
            true, found = mine["true"].to_numpy(float), mine["alpha"].to_numpy(float)
            axes.plot(true + (i - 1.5) * 0.006, found, "o", color=CYCLE[i], mfc="none", ms=4, label=block)
        bias = recovery["alpha"] - recovery["true"]
        axes.text(0.03, 0.97, f"mean bias {number(bias.mean())}", transform=axes.transAxes, va="top", fontsize=7)
        axes.set(xlabel="true learning rate", ylabel="estimated, mean over windows", xlim=(0, top), ylim=(0, top))
        axes.legend(loc="lower right")
    return figure


def _band(axes: Axes, table: pd.DataFrame, at: str, color: str, label: str | None) -> None:
    """A mean along the column `at` with its 95 % interval as a band; no band for one or two units."""
    x = table[at].to_numpy(float)
    low, high = table["low"].to_numpy(float), table["high"].to_numpy(float)
    if np.isfinite(low).all() and (table["n_units"].to_numpy() > 2).all():
        axes.fill_between(x, low, high, color=tint(color, 0.22), lw=0, zorder=1)
    axes.plot(x, table["mean"].to_numpy(float), color=color, lw=1.5, label=label, zorder=2)
