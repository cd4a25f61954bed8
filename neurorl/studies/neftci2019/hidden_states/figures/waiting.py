"""Errors while a reward is awaited, by the time at which it comes (Starkweather et al. 2017)."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from neurorl.figures.marks import where
from neurorl.figures.style import PALETTE, WIDE, style


def waiting_figure(
    errors: pd.DataFrame, beliefs: pd.DataFrame, *, titles: Mapping[str, str], roles: Mapping[str, str]
) -> Figure:
    """Belief by time without a reward, and the error at the reward by its time, one panel per task.

    Args:
        errors: columns task, features, seconds, mean (reward units).
        beliefs: columns task, seconds, p_waiting.
        titles: features -> name in the legend.
        roles: features or task -> name in `PALETTE`.
    """
    tasks = list(dict.fromkeys(errors["task"]))
    with style():
        figure = Figure(figsize=(WIDE, 2.7), layout=ConstrainedLayoutEngine(wspace=0.06))
        grid = figure.subplots(1, 1 + len(tasks))
        left = grid[0]
        for task in tasks:
            rows = where(beliefs, task=task)
            left.plot(rows["seconds"], rows["p_waiting"], "o-", ms=3, color=PALETTE[roles[task]], label=task)
        left.set(xlabel="time since the cue (s)", ylabel="P(reward still to come)", ylim=(0, 1.05))
        left.set_title("Belief, no reward yet")
        left.legend()
        for axes, task in zip(grid[1:], tasks, strict=True):
            for features, words in titles.items():
                rows = where(errors, task=task, features=features)
                dashes = "--" if features == "time_until_reward" else "-"
                axes.plot(
                    rows["seconds"], rows["mean"], "o", ls=dashes, ms=3, color=PALETTE[roles[features]], label=words
                )
            axes.set(xlabel="time of the reward (s)", ylim=(-0.03, 1.05))
            axes.set_title(f"Error at the reward, {task}")
        grid[1].set_ylabel("prediction error (rewards)")
        figure.legend(*grid[1].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure
