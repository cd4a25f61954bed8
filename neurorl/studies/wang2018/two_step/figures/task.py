"""Diagram of the two-step task; stay probabilities by learner (Wang et al. 2018, Fig. 5a, b)."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from neurorl.figures.marks import where
from neurorl.figures.stay import stay_panel
from neurorl.figures.style import PALETTE, WIDE, style

# label: centre of its box, in a frame of 10 x 10
_BOXES = {
    "fixation": (5.0, 9.2),
    "left": (2.7, 6.4),
    "right": (7.3, 6.4),
    "stage A": (2.7, 3.2),
    "stage B": (7.3, 3.2),
}
_WIDTH, _HEIGHT = 2.6, 1.1


def task_figure(
    summary: pd.DataFrame, *, p_common: float, p_good: float, p_switch: float, order: Sequence[str]
) -> Figure:
    """A trial with its probabilities, and the stay probabilities of two kinds of learner.

    Args:
        summary: columns learner, reward, common, mean, low, high (`analysis.stay.stay_summary`).
        p_common: probability of a common transition.
        p_good: reward probability of the better second stage; the other pays 1 - p_good.
        p_switch: probability, before each trial, that the second stages exchange roles.
        order: learners from left to right.
    """
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(w_pad=0.05))
        panels = figure.subplots(1, 1 + len(order), width_ratios=(1.25, *[1] * len(order)))
        _diagram(panels[0], p_common, p_good, p_switch)
        for axes, learner in zip(panels[1:], order, strict=True):
            none = pd.DataFrame(columns=["learner", "reward", "common", "stay"])
            stay_panel(axes, where(summary, learner=learner), none)
            axes.set_title(learner, fontsize=8.3)
        panels[1].set_ylabel("probability of repeating\nthe first-stage choice")
        for kind in ("common", "rare"):
            panels[0].plot([], [], color=PALETTE[kind], lw=2, label=f"{kind} transition")
        figure.legend(loc="outside lower center", ncols=2, columnspacing=1.8)
    return figure


def _diagram(axes: Axes, p_common: float, p_good: float, p_switch: float) -> None:
    axes.set(xlim=(0, 10), ylim=(0, 10))
    axes.set_axis_off()
    axes.set_title("A trial", fontsize=8.3)
    for label, (x, y) in _BOXES.items():
        box = FancyBboxPatch(
            (x - _WIDTH / 2, y - _HEIGHT / 2), _WIDTH, _HEIGHT, boxstyle="round,pad=0.1", fc="white", lw=1
        )
        box.set_edgecolor(PALETTE["ink"])
        axes.add_patch(box)
        axes.text(x, y, label, ha="center", va="center", fontsize=7.5)
    for side in ("left", "right"):
        _arrow(axes, "fixation", side, "ink", 0.9)
    for side, common, rare in (("left", "stage A", "stage B"), ("right", "stage B", "stage A")):
        _arrow(axes, side, common, "common", 2.0)
        _arrow(axes, side, rare, "rare", 0.9)
    axes.text(0.9, 4.8, f"{p_common:g}", color=PALETTE["common"], fontsize=7.5, va="center")
    axes.text(5.0, 5.55, f"{1 - p_common:.2g}", color=PALETTE["rare"], fontsize=7.5, ha="center", va="center")
    for label, pays in (("stage A", p_good), ("stage B", 1 - p_good)):
        x, y = _BOXES[label]
        axes.text(x, y - 1.35, f"p(reward) = {pays:.2g}", ha="center", va="center", fontsize=7.5)
    axes.annotate("", (6.2, 0.85), (3.8, 0.85), arrowprops={"arrowstyle": "<->", "color": PALETTE["ink"], "lw": 0.9})
    axes.text(5.0, 0.1, f"p(exchange) = {p_switch:g} per trial", ha="center", va="center", fontsize=7.5)


def _arrow(axes: Axes, start: str, end: str, role: str, width: float) -> None:
    (x0, y0), (x1, y1) = _BOXES[start], _BOXES[end]
    half = _HEIGHT / 2 + 0.1
    arrow = FancyArrowPatch(
        (x0, y0 - half), (x1, y1 + half), arrowstyle="-|>", mutation_scale=7, lw=width, color=PALETTE[role]
    )
    axes.add_patch(arrow)
