"""Risky choices with and without stimulation, published values beside ours (Wang et al. 2018, Fig. 7)."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import spread, where
from neurorl.figures.style import PALETTE, WIDE, style

_COLORS = {False: PALETTE["ink"], True: PALETTE["model_free"]}  # control, stimulated
_MARKS = ("D", "s")
_FLANK = 0.17  # from control (left) to stimulation (right) around a block's place


def stimulation_figure(
    summary: pd.DataFrame,
    units: pd.DataFrame,
    published: pd.DataFrame,
    *,
    control: str,
    titles: Mapping[str, str],
) -> Figure:
    """Share of risky choices in both blocks, control beside stimulation, one panel a protocol.

    Args:
        summary: columns condition, p_large, mean, sem.
        units: single networks: columns subject, condition, p_large, risky.
        published: columns source, protocol, p_large, control, stimulated; two sources at most.
        control: the condition without stimulation.
        titles: protocol -> title of its panel, from left to right.
    """
    sources = list(dict.fromkeys(published["source"]))
    with style():
        figure = Figure(figsize=(WIDE, 2.95), layout=ConstrainedLayoutEngine(w_pad=0.05, wspace=0.02))
        row = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
        for axes, (protocol, title) in zip(row, titles.items(), strict=True):
            blocks = sorted(set(summary["p_large"]), reverse=True)
            for at, p in enumerate(blocks):
                single = _pairs(units, control, protocol, p)
                _block(axes, 1.5 * at - 0.24, summary, single, (control, protocol), p)
                for i, source in enumerate(sources):
                    rows = where(published, source=source, protocol=protocol, p_large=p)
                    for known in rows.to_dict("records"):
                        _arrow(axes, 1.5 * at + 0.22 + 0.3 * i, known, _MARKS[i])
            axes.axhline(0.5, color=PALETTE["faint"], lw=0.8, zorder=0)
            axes.set_xticks([1.5 * i for i in range(len(blocks))], [_block_name(p) for p in blocks], fontsize=7.5)
            axes.tick_params(axis="x", length=0)
            axes.set(ylim=(0, 1.02), xlim=(-0.75, 1.5 * len(blocks) - 0.72))
            axes.set_title(title)
        row[0].set_ylabel("share of risky choices")
        figure.legend(handles=_legend(sources), loc="outside lower center", ncols=5, columnspacing=1.4, fontsize=7)
    return figure


def course_figure(course: pd.DataFrame, *, control: str, titles: Mapping[str, str]) -> Figure:
    """Share of risky choices by free pull, control beside stimulation.

    Args:
        course: columns condition, p_large, pull, mean, low, high.
        control: the condition without stimulation.
        titles: protocol -> title of its panel.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.4), layout=ConstrainedLayoutEngine(w_pad=0.05, wspace=0.02))
        row = figure.subplots(1, len(titles), sharey=True, sharex=True, squeeze=False)[0]
        for axes, (protocol, title) in zip(row, titles.items(), strict=True):
            for condition in (control, protocol):
                for p, line in zip(sorted(set(course["p_large"]), reverse=True), ("-", (0, (4, 2))), strict=False):
                    rows = where(course, condition=condition, p_large=p).sort_values("pull")
                    color = _COLORS[condition != control]
                    label = f"{'stimulation' if condition != control else 'control'}, {_chance(p)}"
                    axes.plot(rows["pull"], rows["mean"], color=color, ls=line, label=label)
                    axes.fill_between(rows["pull"], rows["low"], rows["high"], color=color, alpha=0.13, lw=0)
            axes.set(ylim=(0, 1.02), xlabel="free pull")
            axes.set_title(title)
        row[0].set_ylabel("share of risky choices")
        handles, labels = row[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4, columnspacing=1.4, fontsize=7)
    return figure


def signal_figure(signal: pd.DataFrame, *, outcomes: Sequence[str], titles: Mapping[str, str]) -> Figure:
    """Prediction error that the actor receives after each outcome, one panel per condition.

    Args:
        signal: columns condition, outcome, p_large, mean, low, high (reward units).
        outcomes: outcomes from left to right.
        titles: condition -> title of its panel.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.2), layout=ConstrainedLayoutEngine(w_pad=0.04, wspace=0.02))
        row = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
        blocks = sorted(set(signal["p_large"]), reverse=True)
        for axes, (condition, title) in zip(row, titles.items(), strict=True):
            axes.axhline(0, color=PALETTE["faint"], lw=0.8, zorder=0)
            for p, side, filled in zip(blocks, (-0.14, 0.14), (True, False), strict=False):
                for at, outcome in enumerate(outcomes):
                    for one in where(signal, condition=condition, p_large=p, outcome=outcome).to_dict("records"):
                        color = PALETTE["network"]
                        axes.plot([at + side] * 2, [one["low"], one["high"]], color=color, lw=1.2, zorder=2)
                        face = color if filled else "white"
                        axes.plot(at + side, one["mean"], "o", ms=4, mfc=face, mec=color, mew=0.9, zorder=3)
            axes.set_xticks(range(len(outcomes)), [o.replace(" ", "\n") for o in outcomes], fontsize=6.8)
            axes.tick_params(axis="x", length=0)
            axes.set_xlim(-0.5, len(outcomes) - 0.5)
            axes.set_title(title, fontsize=8)
        row[0].set_ylabel("prediction error\nreceived by the actor (reward units)")
        marks = [
            Line2D([], [], ls="", marker="o", ms=4, mfc=face, mec=PALETTE["network"], label=_chance(p))
            for p, face in zip(blocks, (PALETTE["network"], "white"), strict=False)
        ]
        figure.legend(handles=marks, loc="outside lower center", ncols=2, fontsize=7)
    return figure


def _pairs(units: pd.DataFrame, control: str, protocol: str, p: float) -> np.ndarray:
    """[networks, 2]: the share of risky choices without and with stimulation."""
    here = where(units, p_large=p)
    table = here.pivot(index="subject", columns="condition", values="risky").reindex(columns=[control, protocol])
    return table.to_numpy(float)


def _block(
    axes: Axes, at: float, summary: pd.DataFrame, single: np.ndarray, conditions: tuple[str, str], p: float
) -> None:
    """Our networks in one block: each as a thin line, their mean as a dot with its standard error."""
    x = np.array([at - _FLANK, at + _FLANK])
    for pair, shift in zip(single, spread(len(single), 0.05), strict=True):
        axes.plot(x + shift, pair, color=PALETTE["muted"], lw=0.7, alpha=0.6, zorder=1)
    means = []
    for where_x, condition, stimulated in zip(x, conditions, (False, True), strict=True):
        for one in where(summary, condition=condition, p_large=p).to_dict("records"):
            means.append((where_x, one["mean"]))
            sem = one["sem"] if np.isfinite(one["sem"]) else 0.0
            color = _COLORS[stimulated]
            axes.plot([where_x] * 2, [one["mean"] - sem, one["mean"] + sem], color=color, lw=1.6, zorder=4)
            axes.plot(where_x, one["mean"], "o", ms=5, color=color, zorder=5)
    axes.plot(*zip(*means, strict=True), color=PALETTE["ink"], lw=1.2, zorder=3)


def _arrow(axes: Axes, at: float, known: Mapping[str, float], mark: str) -> None:
    """A published pair: control, and an arrow to stimulation."""
    x = (at, at + 0.14)
    axes.plot(x, (known["control"], known["stimulated"]), color=PALETTE["muted"], lw=0.9, zorder=2)
    for where_x, value, stimulated in zip(x, (known["control"], known["stimulated"]), (False, True), strict=True):
        axes.plot(where_x, value, mark, mfc="white", mec=_COLORS[stimulated], mew=0.9, ms=3.6, zorder=3)


def _block_name(p: float) -> str:
    return f"{'risky' if p > 0.25 else 'safe'} arm better\n({_chance(p)})"


def _chance(p: float) -> str:
    return f"p = {p:g}"


def _legend(sources: Sequence[str]) -> list[Line2D]:
    ink = PALETTE["ink"]
    handles = [
        Line2D([], [], ls="", marker="o", ms=5, color=_COLORS[False], label="control, ± s.e.m."),
        Line2D([], [], ls="", marker="o", ms=5, color=_COLORS[True], label="stimulation"),
        Line2D([], [], color=PALETTE["muted"], lw=0.8, label="one network"),
    ]
    for source, mark in zip(sources, _MARKS, strict=False):
        handles.append(Line2D([], [], ls="", marker=mark, mfc="white", mec=ink, mew=0.9, ms=3.6, label=source))
    return handles
