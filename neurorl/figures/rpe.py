"""A network's reward prediction errors beside model-based and model-free ones (Wang et al. 2018, Fig. 5f,g, S6a,b)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import interval, number, tint, where
from neurorl.figures.style import CYCLE, PALETTE, WIDE, style

# moment: its colour (none that stands for something in other figures) and its label
_MOMENTS = {"arrival": (CYCLE[4], "arrival at the second stage"), "reward": (PALETTE["ink"], "delivery of the reward")}


def rpe_figure(errors: pd.DataFrame, replicas: pd.DataFrame) -> Figure:
    """Four panels: network against model-based errors, against the model-free residual, both references, and weights.

    The points are those of one network, the one with the median r2_mb; weights and ranges are those of all.

    Args:
        errors: columns subject (the replica), moment ("arrival", "reward"), and rpe, mb, mf in reward units.
        replicas: the regressions, one row a replica: columns subject, r2_mb, r2_mf_residual, r_mb_mf and, for m in mb,
            mf, std_beta_m, std_low_m, std_high_m.
    """
    drawn = replicas.sort_values("r2_mb").to_dict("records")[len(replicas) // 2]
    errors = where(errors, subject=drawn["subject"])
    errors = errors.assign(residual=_beyond(errors["mb"].to_numpy(float), errors["mf"].to_numpy(float)))
    with style():
        figure = Figure(figsize=(WIDE, 2.5), layout=ConstrainedLayoutEngine(w_pad=0.05, wspace=0.03))
        panels = figure.subplots(1, 4, width_ratios=(1, 1, 1, 0.72))
        network = "network's error (reward)"
        _scatter(panels[0], errors, "mb", "rpe", "model-based error (reward)", network)
        _fit(panels[0], errors, "mb", "model_based")
        _say(panels[0], _r2(drawn, replicas, "r2_mb"))
        _scatter(panels[1], errors, "residual", "rpe", "model-free residual (reward)", network)
        _fit(panels[1], errors, "residual", "model_free")
        _say(panels[1], _r2(drawn, replicas, "r2_mf_residual"))
        _scatter(panels[2], errors, "mb", "mf", "model-based error (reward)", "model-free error (reward)")
        _say(panels[2], f"r = {number(drawn['r_mb_mf'])}")
        _weights(panels[3], replicas)
        titles = ("Model-based", "Model-free residual", "References", "Both together")
        for axes, title in zip(panels, titles, strict=True):
            axes.set_title(title, fontsize=8.3)
        figure.legend(handles=_legend(), loc="outside lower center", ncols=3, columnspacing=1.8)
    return figure


def _beyond(mb: np.ndarray, mf: np.ndarray) -> np.ndarray:
    """What is left of the model-free errors after a straight line through the model-based ones."""
    return mf - np.polyval(np.polyfit(mb, mf, 1), mb)


def _scatter(axes: Axes, errors: pd.DataFrame, x: str, y: str, xlabel: str, ylabel: str) -> None:
    for line in (axes.axhline, axes.axvline):
        line(0, color=PALETTE["faint"], lw=0.8, zorder=0)
    for moment, (color, _) in _MOMENTS.items():
        own = where(errors, moment=moment)
        alpha = float(np.clip(300 / max(len(own), 1), 0.08, 0.6))
        axes.scatter(own[x], own[y], s=5, color=color, alpha=alpha, linewidths=0, rasterized=True, zorder=2)
    axes.set(xlabel=xlabel, ylabel=ylabel)


def _fit(axes: Axes, errors: pd.DataFrame, x: str, role: str) -> None:
    at = errors[x].to_numpy(float)
    slope, intercept = np.polyfit(at, errors["rpe"].to_numpy(float), 1)
    ends = np.array([at.min(), at.max()])
    axes.plot(ends, intercept + slope * ends, color=PALETTE[role], lw=1.8, zorder=4)


def _r2(drawn: Mapping[str, float], replicas: pd.DataFrame, name: str) -> str:
    """The network's own share of explained variance, and the range over all networks."""
    all_of_them = replicas[name].to_numpy(float)
    text = f"r² = {number(drawn[name])}"
    if len(all_of_them) == 1:
        return text
    low, high = number(all_of_them.min()), number(all_of_them.max())
    return f"{text}\n" + (f"replicas up to {high}" if all_of_them.min() < 0.01 else f"replicas {low} to {high}")


def _say(axes: Axes, text: str) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.22 * (high - low))
    axes.text(0.04, 0.98, text, transform=axes.transAxes, va="top", fontsize=6.6, linespacing=1.4)


def _weights(axes: Axes, replicas: pd.DataFrame) -> None:
    """The mean over replicas as a bar; each replica's own weight and 95 % interval."""
    for at, (reference, role) in enumerate((("mb", "model_based"), ("mf", "model_free"))):
        color = PALETTE[role]
        weights = replicas[f"std_beta_{reference}"].to_numpy(float)
        axes.bar(at, weights.mean(), width=0.7, color=tint(color), zorder=1)
        axes.plot([at - 0.35, at + 0.35], [weights.mean()] * 2, color=color, lw=1.6, solid_capstyle="butt", zorder=2)
        places = at + (np.arange(len(weights)) - (len(weights) - 1) / 2) * 0.56 / max(len(weights) - 1, 1)
        for row, place in zip(replicas.to_dict("records"), places, strict=True):
            interval(axes, place, row[f"std_low_{reference}"], row[f"std_high_{reference}"])
        axes.scatter(places, weights, s=9, color=color, linewidths=0, zorder=6)
    axes.axhline(0, color=PALETTE["ink"], lw=0.7)
    axes.set_xticks([0, 1], ["model-\nbased", "model-\nfree"])
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel="standardised weight", xlim=(-0.6, 1.6))


def _legend() -> list[Line2D]:
    handles = [
        Line2D([], [], ls="", marker="o", ms=3.2, color=color, label=label) for color, label in _MOMENTS.values()
    ]
    return [*handles, Line2D([], [], color=PALETTE["ink"], lw=1.3, label="95 % interval, each replica")]
