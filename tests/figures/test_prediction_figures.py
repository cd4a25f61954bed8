"""The figures of the conditioning and dopamine studies, on made-up numbers."""

import numpy as np
import pandas as pd

from neurorl.figures.save import render
from neurorl.studies.neftci2019.conditioning.figures.panels import competition_figure, operators_figure, ratings_figure
from neurorl.studies.neftci2019.dopamine.figures.credit import second_order_figure, walk_figure
from neurorl.studies.neftci2019.dopamine.figures.rpe_time import errors_figure, uncertainty_figure


def product(**levels):
    index = pd.MultiIndex.from_product(list(levels.values()), names=list(levels))
    return index.to_frame(index=False)


def test_every_design_of_every_learner_has_its_cues():
    values = product(model=["m", "n"], design=["one", "two"], trial=range(11), cue=["A", "B", "X"])
    values["v"] = np.where(values["cue"] == "B", 0.0, 0.5)
    designs = {"one": ("One", 4, 10), "two": ("Two", 0, 8)}
    figure = competition_figure(values, models={"m": "First", "n": "Second"}, designs=designs, control="two")
    assert len(figure.axes) == 4
    drawn = [{line.get_color() for line in axes.lines if len(line.get_xdata()) > 2} for axes in figure.axes]
    assert all(len(colors) == 2 for colors in drawn)  # B is never worth anything and is left out
    control = [line for line in figure.axes[0].lines if line.get_linestyle() == "--" and len(line.get_xdata()) > 2]
    assert list(control[0].get_xdata()) == [4, 5, 6, 7, 8, 9, 10]  # starts where the second phase begins
    assert len(render(figure, "svg")) > 1_000


def test_operators_reversal_and_ratings():
    p = product(learner=["a", "b"], subject=range(3), trial=range(0, 50, 10)).assign(p=0.6)
    reversal = product(learner=["x", "y"], trial=range(-5, 5)).assign(better=0.5)
    figure = operators_figure(p, reversal, settles={"a": 0.7, "b": 1.0}, lines=2)
    assert [len(axes.lines) for axes in figure.axes[:2]] == [4, 4]  # two single learners, the mean, where it settles
    people = product(learner=["x", "y"], cue=["A", "X"]).assign(rating=5.0, low=4.0, high=6.0, fitted=3.0, rmse=2.0)
    figure = ratings_figure(people, learners=["x", "y"], roles={"A": "A+", "X": "AX+"})
    assert [text.get_text() for text in figure.axes[0].get_xticklabels()] == ["A\nA+", "X\nAX+"]
    assert [bar.get_height() for bar in figure.axes[0].patches] == [5.0, 5.0]


def test_rasters_begin_at_the_first_trial_and_traces_are_stacked():
    rasters = {"one": np.eye(4, 6), "two": np.zeros((4, 6))}
    traces = {name: {"first": np.arange(6) - 2.0, "last": np.zeros(6)} for name in rasters}
    figure = errors_figure(rasters, traces, cue=1, reward=4)
    top, _, bottom, _ = figure.axes[:4]
    assert top.images[0].get_extent() == [-0.5, 5.5, 4.5, 0.5]
    heights = [bar.get_height() for bar in bottom.patches]
    assert heights == [-2, -1, 0, 1, 2, 3] + [0] * 6
    assert [tick.get_text() for tick in bottom.get_yticklabels()] == ["first", "last"]


def test_uncertain_rewards_and_credit():
    traces = product(p=[0.0, 0.5, 1.0], paid=[True, False], time=range(6)).assign(rpe=0.1)
    graded = pd.DataFrame({"p": [0.0, 0.5, 1.0], "cue": 0.1, "rewarded": 0.2, "omitted": 0.3})
    graded = graded.assign(cue_exact=0.1, rewarded_exact=0.2, omitted_exact=0.3)
    timed = product(task=["a", "b"], reset=[False, True], bin=range(3)).assign(rpe=0.5, exact=0.5)
    figure = uncertainty_figure(traces, graded, timed, cue=1, reward=4)
    assert len(figure.axes) == 3 and len(render(figure, "png")) > 1_000
    walks = product(lam=[0.0, 0.5, 1.0], alpha=[0.1, 0.2]).assign(rms=[0.4, 0.5, 0.3, 0.2, 0.6, 0.7])
    delayed = product(choices=["random", "own"], delay=[0, 3], kappa=[0.0, 0.5]).assign(right=0.6)
    figure = walk_figure(walks, delayed)
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [0.4, 0.2, 0.6])  # the least for each lambda
    figure = second_order_figure({"x": np.linspace(0, 1, 9)}, {"a": (0.1, 0.2), "b": (0.3, 0.4)}, shown=5)
    assert len(figure.axes[0].lines[0].get_ydata()) == 5
    assert [bar.get_height() for bar in figure.axes[1].patches] == [0.1, 0.3, 0.2, 0.4]
