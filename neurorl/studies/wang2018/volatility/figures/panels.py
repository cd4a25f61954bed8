"""The volatility task: one session with its learning rate, learning rates by period, decoded volatility."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import dots, interval, spread, where
from neurorl.figures.style import PALETTE, WIDE, style

WINDOW = 10  # trials
_KINDS = {"low_first": "Low volatility first", "high_first": "High volatility first"}


def session_figure(session: pd.DataFrame, windows: pd.DataFrame, *, half: int = 100) -> Figure:
    """One session as Wang et al. 2018, Fig. 3a, b: choices and outcomes; volatility and learning rate.

    Args:
        session: one row a trial: trial, choice (0 left), reward, truth_p_left, truth_volatile, decoded,
            observer_volatility.
        windows: learning rates of such sessions pooled: replica, first, alpha.
        half: trial at which the period changes.
    """
    with style():
        figure = Figure(figsize=(WIDE, 3.7), layout=ConstrainedLayoutEngine(hspace=0.05))
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.35))
        trial = session["trial"].to_numpy()
        left = session["choice"].to_numpy() == 0
        paid = (session["reward"].to_numpy() > 0) == left
        top.plot(
            trial,
            session["truth_p_left"],
            color=PALETTE["network"],
            lw=1.5,
            drawstyle="steps-mid",
            label="p(left rewarded)",
        )
        top.plot(trial, np.where(left, 1.1, -0.1), "o", ms=2.2, mec=PALETTE["ink"], mfc="none", mew=0.6, label="choice")
        top.plot(trial, np.where(paid, 1.22, -0.22), "x", ms=2.4, color=PALETTE["muted"], mew=0.7, label="rewarded arm")
        top.set(ylim=(-0.32, 1.32), yticks=[0, 0.5, 1], ylabel="p(left rewarded)")
        top.text(1.005, 0.86, "left", transform=top.transAxes, fontsize=7, va="center", color=PALETTE["muted"])
        top.text(1.005, 0.14, "right", transform=top.transAxes, fontsize=7, va="center", color=PALETTE["muted"])
        top.set_title("One session: choices and outcomes")
        top.legend(loc="upper right", ncols=3, bbox_to_anchor=(1, 1.25), fontsize=7)

        bottom.fill_between(
            trial,
            0,
            session["truth_volatile"],
            step="mid",
            color=PALETTE["latent_state"],
            alpha=0.1,
            lw=0,
            label="volatile period",
        )
        bottom.plot(
            trial, session["decoded"], color=PALETTE["model_based"], lw=1.1, label="volatility, decoded from units"
        )
        bottom.plot(
            trial,
            session["observer_volatility"],
            color=PALETTE["ceiling"],
            lw=1,
            ls=(0, (3, 1.5)),
            label="volatility, Bayesian observer",
        )
        course = windows.pivot(index="first", columns="replica", values="alpha")
        bottom.plot(
            course.index.to_numpy() + (WINDOW - 1) / 2,
            course.to_numpy().mean(axis=1),
            color=PALETTE["model_free"],
            lw=2,
            label="learning rate, sessions of this kind pooled",
        )
        bottom.axvline(half - 0.5, color=PALETTE["muted"], lw=0.7, ls=(0, (2, 2)))
        bottom.set(ylim=(-0.05, 1.05), xlim=(-2, len(trial) + 1), xlabel="trial", ylabel="learning rate, P(volatile)")
        bottom.set_title("Volatility and learning rate")
        figure.legend(*bottom.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)
    return figure


def courses_figure(windows: pd.DataFrame, observer: pd.DataFrame, *, half: int = 100) -> Figure:
    """Learning rate by window of ten trials, one panel a kind of session.

    Args:
        windows: columns schedule, replica, first, alpha.
        observer: the same of the Bayesian observer, without replicas.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.5), layout=ConstrainedLayoutEngine(wspace=0.05))
        panels = figure.subplots(1, 2, sharey=True)
        for axes, (kind, title) in zip(panels, _KINDS.items(), strict=True):
            _shade(axes, kind, half)
            lines = where(windows, schedule=kind).pivot(index="first", columns="replica", values="alpha")
            at = lines.index.to_numpy() + (WINDOW - 1) / 2
            axes.plot(at, lines.to_numpy(), color=PALETTE["network"], lw=0.5, alpha=0.35)
            axes.plot(at, lines.mean(axis=1), color=PALETTE["network"], lw=2)
            other = where(observer, schedule=kind)
            axes.plot(
                other["first"] + (WINDOW - 1) / 2, other["alpha"], color=PALETTE["ceiling"], lw=1.2, ls=(0, (3, 1.5))
            )
            axes.set(xlabel="trial (middle of a window of ten)", ylim=(0, 1), xlim=(0, 200))
            axes.set_title(title)
        panels[0].set_ylabel("learning rate α")
        axes = panels[1]
        axes.plot([], [], color=PALETTE["network"], lw=0.6, alpha=0.5, label="one replica")
        axes.plot([], [], color=PALETTE["network"], lw=2, label="mean of replicas")
        axes.plot([], [], color=PALETTE["ceiling"], lw=1.2, ls=(0, (3, 1.5)), label="Bayesian observer")
        axes.fill_between([], [], color=PALETTE["latent_state"], alpha=0.1, lw=0, label="volatile period")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=7)
    return figure


def blocks_figure(
    rates: pd.DataFrame, blocks: pd.DataFrame, published: pd.DataFrame, *, order: Sequence[str], sources: dict[str, str]
) -> Figure:
    """Learning rate of each period: people, the published network, ours (Wang et al. 2018, Fig. 3c, d).

    Args:
        rates: one row a replica and block: columns block, alpha.
        blocks: columns block, mean, low, high, observer.
        published: columns block, learner ("people", "network"), alpha, lowest, highest.
        order: blocks from left to right.
        sources: learner -> where its published values stand.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.8), layout=ConstrainedLayoutEngine(wspace=0.06))
        panels = figure.subplots(1, 3, sharey=True)
        titles = ("People", "Network, published", "Network, ours")
        for axes, title in zip(panels, titles, strict=True):
            axes.set_title(title)
            axes.set_xticks(range(len(order)), [name.replace(" ", "\n") for name in order])
            axes.tick_params(axis="x", length=0)
            axes.set(xlim=(-0.6, len(order) - 0.4))
        for at, block in enumerate(order):
            color = PALETTE["latent_state"] if block.startswith("Volatile") else PALETTE["muted"]
            for axes, learner in zip(panels[:2], ("people", "network"), strict=True):
                row = where(published, block=block, learner=learner).iloc[0]
                _bar(axes, at, row["alpha"], color)
                if pd.notna(row["lowest"]):
                    axes.plot([at, at], [row["lowest"], row["highest"]], color=PALETTE["ink"], lw=0.8, zorder=5)
            mine = where(blocks, block=block).iloc[0]
            _bar(panels[2], at, mine["mean"], color)
            dots(panels[2], at, where(rates, block=block)["alpha"].to_numpy(float), color, 0.5)
            interval(panels[2], at, mine["low"], mine["high"])
            panels[2].plot(at + 0.3, mine["observer"], "D", mfc="white", mec=PALETTE["ceiling"], mew=1, ms=4, zorder=6)
        panels[0].set(ylim=(0, 0.75), ylabel="learning rate α")
        panels[0].set_xlabel(sources["people"].replace(", as", ",\nas"), fontsize=6.5, color=PALETTE["muted"])
        panels[1].set_xlabel(
            sources["network"] + "\n(line: range over 8 networks)", fontsize=6.5, color=PALETTE["muted"]
        )
        panels[2].set_xlabel(
            "dots: replicas; line: 95 % interval\nof their mean; diamond: Bayesian observer",
            fontsize=6.5,
            color=PALETTE["muted"],
        )
    return figure


def decoding_figure(course: pd.DataFrame, scores: pd.DataFrame, *, half: int = 100) -> Figure:
    """Volatility decoded from the units in sessions left out of the fit, with the observer's estimate.

    Args:
        course: means by schedule and trial: decoded, observer_volatility.
        scores: one row per replica: r.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.5), layout=ConstrainedLayoutEngine(wspace=0.05))
        panels = figure.subplots(1, 3, width_ratios=(2, 2, 0.8))
        panels[1].sharey(panels[0])
        for axes, (kind, title) in zip(panels[:2], _KINDS.items(), strict=True):
            _shade(axes, kind, half)
            mine = where(course, schedule=kind)
            axes.plot(mine["trial"], mine["observer_volatility"], color=PALETTE["ceiling"], ls=(0, (3, 1.5)))
            axes.plot(mine["trial"], mine["decoded"], color=PALETTE["model_based"])
            axes.set(xlabel="trial", ylim=(0, 1), xlim=(0, 200))
            axes.set_title(title)
        panels[0].set_ylabel("P(volatile), mean of sessions")
        panels[1].plot([], [], color=PALETTE["model_based"], label="decoded from units")
        panels[1].plot([], [], color=PALETTE["ceiling"], ls=(0, (3, 1.5)), label="Bayesian observer")
        figure.legend(*panels[1].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=7)
        r = scores["r"].to_numpy(float)
        panels[2].scatter(spread(len(r), 0.5), r, s=9, color=PALETTE["model_based"], zorder=3)
        panels[2].plot([-0.35, 0.35], [r.mean()] * 2, color=PALETTE["ink"], lw=1.5)
        panels[2].set(xlim=(-0.8, 0.8), ylim=(min(0, r.min() - 0.05), 1), xticks=[], ylabel="correlation r, held out")
        panels[2].set_title("Replicas")
    return figure


def _bar(axes: Axes, at: float, height: float, color: str) -> None:
    axes.bar(at, height, width=0.7, color=color, alpha=0.35, zorder=1)
    axes.plot([at - 0.35, at + 0.35], [height] * 2, color=color, lw=1.6, solid_capstyle="butt", zorder=4)


def _shade(axes: Axes, kind: str, half: int) -> None:
    begin = half if kind == "low_first" else 0
    axes.axvspan(begin, begin + half, color=PALETTE["latent_state"], alpha=0.1, lw=0, zorder=0)
