"""Figures of the inferred-value study: panels, lines and marks."""

import numpy as np
import pandas as pd

from neurorl.figures.save import render
from neurorl.studies.wang2018.inferred_value.figures.panels import course_figure, errors_figure, states_figure

LEARNERS = ["network", "cacher"]
MOMENTS = ["before", "experienced", "inferred"]


def cells(**levels) -> pd.DataFrame:
    return pd.MultiIndex.from_product(levels.values(), names=levels.keys()).to_frame(index=False)


def test_errors_figure_has_a_row_a_learner_and_published_marks_in_the_first():
    steps = ["fixation", "cue", "response", "outcome"]
    summary = cells(learner=LEARNERS, moment=MOMENTS, role=["prior", "after"], step=steps)
    summary = summary.assign(mean=0.2, low=0.1, high=0.3)
    summary.loc[summary["learner"] == "cacher", ["low", "high"]] = np.nan
    units = cells(learner=LEARNERS, subject=[0, 1], moment=MOMENTS, role=["prior", "after"], step=steps).assign(rpe=0.2)
    published = cells(moment=MOMENTS, role=["prior", "after"]).assign(step="cue", rpe=0.3)
    figure = errors_figure(summary, units, published, order=LEARNERS)
    render(figure, "png")
    assert len(figure.axes) == 6
    # the zero line, two replicas and the mean of two roles, and two published marks in the first row
    assert [len(axes.lines) for axes in figure.axes] == [1 + 4 + 2 + 2] * 3 + [1 + 4 + 2] * 3
    assert figure.axes[0].get_ylabel().startswith("network")
    assert [label.get_text() for label in figure.axes[-1].get_xticklabels()] == steps[:3]


def test_states_figure_has_four_points_in_each_of_eight_panels():
    points = cells(row=[0, 1], step=[0, 1, 2, 3], rewarded=[0, 1], cue=[0, 1])
    points = points.assign(pc1=np.arange(32.0), pc2=0.0)
    figure = states_figure(points, [0.5, 0.25])
    render(figure, "png")
    assert len(figure.axes) == 8 and all(len(axes.lines) == 4 for axes in figure.axes)
    assert [axes.get_title(loc="left") for axes in figure.axes[:4]] == ["Fixation", "Cue", "Action", "Reward"]
    assert "50 %" in figure.axes[4].get_xlabel()


def test_course_figure_has_a_panel_a_learner():
    summary = cells(learner=LEARNERS, since=range(-1, 5), role=["prior", "after"]).assign(mean=0.1, low=0.0, high=0.2)
    figure = course_figure(summary)
    render(figure, "png")
    assert [axes.get_title(loc="left") for axes in figure.axes] == LEARNERS
