"""Choices trial by trial, one row a session (Wang et al. 2018, Fig. 1c)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch

from neurorl.figures.marks import tint, where
from neurorl.figures.style import PALETTE, WIDE, style


def raster_figure(choices: pd.DataFrame, *, groups: Mapping[str, str], labels: tuple[str, str]) -> Figure:
    """Sessions of two-choice tasks as rasters, one panel a group of sessions.

    Args:
        choices: columns group, session, trial, choice (0 or 1).
        groups: group -> title, from top to bottom.
        labels: what choices 0 and 1 are.
    """
    colors = (tint(PALETTE["rare"], 0.75), tint(PALETTE["common"], 0.9))
    with style():
        rows = [len(set(where(choices, group=name)["session"])) for name in groups]
        figure = Figure(figsize=(WIDE * 0.75, 0.9 + 0.11 * sum(rows)), layout=ConstrainedLayoutEngine(hspace=0.06))
        grid = figure.subplots(len(groups), 1, sharex=True, height_ratios=rows, squeeze=False)[:, 0]
        for axes, (name, title) in zip(grid, groups.items(), strict=True):
            wide = where(choices, group=name).pivot(index="session", columns="trial", values="choice")
            n, n_trials = wide.shape
            image = wide.to_numpy(float)
            extent = (0.5, n_trials + 0.5, n + 0.5, 0.5)
            axes.imshow(
                image, ListedColormap(colors), vmin=0, vmax=1, aspect="auto", extent=extent, interpolation="none"
            )
            axes.hlines(np.arange(1, n) + 0.5, 0.5, n_trials + 0.5, color="white", lw=1.2)
            axes.set(ylabel="session", yticks=[1, n])
            axes.set_title(title)
        grid[-1].set_xlabel("trial")
        handles = [Patch(color=color, label=label) for color, label in zip(colors, labels, strict=True)]
        figure.legend(handles=handles, loc="outside right upper")
    return figure
