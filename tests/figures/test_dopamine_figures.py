"""The figures of the dopamine and feedback studies, on made-up numbers."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from neurorl.figures.save import render
from neurorl.studies.wang2018.dopamine_stimulation.figures.panels import (
    course_figure,
    signal_figure,
    stimulation_figure,
)
from neurorl.studies.wang2018.feedback.figures.panels import feedback_figure

TITLES = {"a": "First", "b": "Second"}
CONDITIONS, BLOCKS = ("control", "a", "b"), (0.5, 0.125)


def shares(n=3):
    rng = np.random.default_rng(0)
    rows = [(i, c, p, rng.random()) for i in range(n) for c in CONDITIONS for p in BLOCKS]
    units = pd.DataFrame(rows, columns=["subject", "condition", "p_large", "risky"])
    grouped = units.groupby(["condition", "p_large"], sort=False)["risky"]
    return units, grouped.agg(mean="mean", sem="sem").reset_index()


PUBLISHED = pd.DataFrame(
    [(s, c, p, 0.9, 0.4) for s in ("model", "rats") for c in TITLES for p in BLOCKS],
    columns=["source", "protocol", "p_large", "control", "stimulated"],
)


@pytest.mark.parametrize("n", [1, 3])
def test_every_network_is_a_line_and_published_values_stand_beside(n):
    units, summary = shares(n)
    figure = stimulation_figure(summary, units, PUBLISHED, control="control", titles=TITLES)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["First", "Second"]
    for axes in figure.axes:
        lines = [list(line.get_ydata()) for line in axes.lines]
        for p in BLOCKS:
            for subject in range(n):
                mine = units[(units["subject"] == subject) & (units["p_large"] == p)].set_index("condition")["risky"]
                name = "a" if axes.get_title(loc="left") == "First" else "b"
                assert [mine["control"], mine[name]] in lines
        assert lines.count([0.9, 0.4]) == 4  # two sources, two blocks
    assert len(render(figure, "svg")) > 1_000


def test_course_and_signal_have_a_panel_each():
    course = pd.DataFrame(
        [(c, p, k, 0.5, 0.4, 0.6) for c in CONDITIONS for p in BLOCKS for k in range(1, 21)],
        columns=["condition", "p_large", "pull", "mean", "low", "high"],
    )
    figure = course_figure(course, control="control", titles=TITLES)
    assert [len(axes.lines) for axes in figure.axes] == [4, 4]
    signal = pd.DataFrame(
        [(c, o, p, 1.0, 0.5, 1.5) for c in CONDITIONS for o in ("safe", "loss") for p in BLOCKS],
        columns=["condition", "outcome", "p_large", "mean", "low", "high"],
    )
    figure = signal_figure(signal, outcomes=("safe", "loss"), titles={"control": "Control"} | TITLES)
    assert len(figure.axes) == 3


def test_bars_start_at_what_can_be_had_without_feedback():
    kinds = ("reward", "rpe", "none")
    units = pd.DataFrame(
        [(s, k, 0.6) for s in TITLES for k in kinds for _ in range(2)], columns=["simulation", "feedback", "score"]
    )
    scores = pd.DataFrame(
        [(s, k, 0.6, 0.55, 0.65, 0.5) for s in TITLES for k in kinds],
        columns=["simulation", "feedback", "mean", "low", "high", "blind"],
    )
    figure = feedback_figure(
        scores, units, titles=TITLES | {"c": "Not gathered"}, labels=dict.fromkeys(TITLES, "score")
    )
    assert len(figure.axes) == 2
    for axes in figure.axes:
        bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
        assert [(bar.get_y(), round(bar.get_height(), 6)) for bar in bars] == [(0.5, 0.1)] * 3
