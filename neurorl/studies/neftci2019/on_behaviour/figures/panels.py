"""Learning on behaviour, from copies, in batches, from replay: regret by time and by samples."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from neurorl.figures.marks import interval, where
from neurorl.figures.style import PALETTE, WIDE, style

SHOWN = 5_000  # ticks: until learning on behaviour has come to the criterion
_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))  # of the numbers of a way, the smallest first


def on_behaviour_figure(
    curves: pd.DataFrame,
    ticks: pd.DataFrame,
    samples: pd.DataFrame,
    bandit: pd.DataFrame,
    *,
    titles: Mapping[str, str],
    colors: Mapping[str, str],
) -> Figure:
    """Four panels.

    Args:
        curves: goals forgone so far in the maze: columns way, n, tick, sample, a_copy, in_all.
        ticks, samples: to the criterion: columns way, n, mean, low, high.
        bandit: regret in all: columns way, n, mean, low, high.
        titles: way -> name; the number n is added where it is not 1.
        colors: way -> colour.
    """
    with style():
        figure = Figure(figsize=(WIDE, 5.4), layout=ConstrainedLayoutEngine(w_pad=0.07, h_pad=0.07, hspace=0.04))
        (a, b), (c, d) = figure.subplots(2, 2)
        _curves(a, curves, "tick", "a_copy", colors)
        shown = curves["tick"] <= SHOWN
        a.set(xlabel="ticks", ylabel="goals missed, one copy", xlim=(0, SHOWN))
        a.set_ylim(0, 1.05 * curves["a_copy"].to_numpy()[shown].max())
        a.set_title("A  Maze, by time")
        _curves(b, curves, "sample", "in_all", colors)
        b.set(xlabel="samples (thousands)", ylabel="goals missed, total", xlim=(0, curves["sample"].max()))
        b.set_xticks([0, 4_000, 8_000, 12_000, 16_000], ["0", "4", "8", "12", "16"])
        b.set_title("B  Maze, by samples")
        b.legend(handles=_key(curves, titles, colors), loc="upper left", fontsize=6.8, ncols=2, handlelength=2.2)
        b.set_ylim(0, 1.45 * curves["in_all"].max())
        _criterion(c, ticks, samples, titles, colors)
        _bandit(d, bandit, titles, colors)
    return figure


def _name(way: str, n: int, titles: Mapping[str, str]) -> str:
    return titles[way] if n == 1 else f"{titles[way]} of {n:,}" if way == "batches" else f"{n} {titles[way].lower()}"


def _ways(table: pd.DataFrame) -> list[tuple[str, int, Any]]:
    """Way, number and dashes of each, in order of appearance."""
    pairs = [(str(way), int(n)) for way, n in table[["way", "n"]].drop_duplicates().itertuples(index=False)]
    return [(way, n, _DASHES[[m for w, m in pairs if w == way].index(n)]) for way, n in pairs]


def _curves(axes: Axes, curves: pd.DataFrame, x: str, y: str, colors: Mapping[str, str]) -> None:
    for way, n, dashes in _ways(curves):
        mine = where(curves, way=way, n=n)
        axes.plot(mine[x], mine[y], color=colors[way], ls=dashes, lw=1.4)
    axes.set_ylim(bottom=0)


def _key(table: pd.DataFrame, titles: Mapping[str, str], colors: Mapping[str, str]) -> list[Line2D]:
    return [
        Line2D([], [], color=colors[way], ls=dashes, lw=1.4, label=_name(way, n, titles))
        for way, n, dashes in _ways(table)
    ]


def _criterion(
    axes: Axes, ticks: pd.DataFrame, samples: pd.DataFrame, titles: Mapping[str, str], colors: Mapping[str, str]
) -> None:
    rows = list(reversed(_ways(ticks)))
    for row, (way, n, _) in enumerate(rows):
        for table, face, shift in ((samples, "white", 0.13), (ticks, colors[way], -0.13)):
            mine = where(table, way=way, n=n).iloc[0]
            interval(axes, row + shift, mine["low"], mine["high"], upright=False, color=colors[way])
            axes.plot(mine["mean"], row + shift, "o", mfc=face, mec=colors[way], mew=1.1, ms=4.8, zorder=6)
    axes.set_yticks(range(len(rows)), [_name(way, n, titles) for way, n, _ in rows])
    axes.tick_params(axis="y", length=0)
    axes.set(xscale="log", xlabel="ticks or samples to the criterion", xlim=(200, 10_000))
    look = {"ls": "", "marker": "o", "mec": PALETTE["ink"], "mew": 1.1, "ms": 4.8}
    handles = [Line2D([], [], mfc="white", label="samples", **look), Line2D([], [], mfc="black", label="ticks", **look)]
    axes.legend(handles=handles, loc="lower left", fontsize=6.8)
    axes.set_title("C  Maze: ten trials of 20 steps or fewer")


def _bandit(axes: Axes, bandit: pd.DataFrame, titles: Mapping[str, str], colors: Mapping[str, str]) -> None:
    alone = where(bandit, way="on_behaviour")
    for way, shift, marker in (("batches", 0.97, "o"), ("copies", 1.03, "s")):
        mine = pd.concat([alone, where(bandit, way=way)])
        axes.plot(mine["n"] * shift, mine["mean"], marker=marker, ms=4.2, color=colors[way], label=titles[way])
        for row in mine.to_dict("records"):
            interval(axes, row["n"] * shift, row["low"], row["high"], color=colors[way])
    for way, marker in (("replay", "D"), ("on_behaviour", "o")):
        mine = where(bandit, way=way).iloc[0]
        axes.plot(mine["n"], mine["mean"], marker, ms=5, color=colors[way], zorder=6, label=titles[way])
        interval(axes, mine["n"], mine["low"], mine["high"], color=colors[way])
    numbers = sorted(set(bandit["n"]))
    axes.set(xscale="log", xlabel="stored, remembered, or copies", ylabel="regret (reward)")
    axes.set_ylim(0, 1.1 * float(bandit["mean"].to_numpy().max()))
    axes.set_xticks(numbers, [str(n) for n in numbers])
    axes.minorticks_off()
    axes.legend(loc="lower right", fontsize=6.8)
    axes.set_title("D  Bandit, 320 samples")
