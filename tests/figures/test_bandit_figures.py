import numpy as np
import pandas as pd
import pytest

from neurorl.figures.raster import raster_figure
from neurorl.figures.regret import horizons_figure, learner_colors, regret_figure, transfer_figure
from neurorl.figures.save import render
from neurorl.figures.style import PALETTE
from neurorl.studies.wang2018.bandits.figures.end_states import ends_figure, paths_figure

LEARNERS = ["good", "bad"]
COLORS = learner_colors(LEARNERS, {"good": "network"})


@pytest.fixture
def summary():
    return pd.DataFrame({"learner": LEARNERS, "mean": [1.0, 3.0], "low": [0.8, np.nan], "high": [1.2, np.nan]})


@pytest.fixture
def units():
    return pd.DataFrame({"learner": ["good"] * 3, "regret": [0.9, 1.0, 1.1]})


def test_regret_is_drawn_with_what_was_published(summary, units):
    trial = np.arange(1, 11)
    curves = pd.concat(
        pd.DataFrame({"learner": name, "trial": trial, "mean": k * trial, "low": 0.0, "high": 2.0 * k * trial})
        for k, name in ((0.1, "good"), (0.3, "bad"))
    )
    published = pd.DataFrame({"learner": ["good", "good"], "trial": [5, 10], "regret": [0.6, 0.9]})
    figure = regret_figure(curves, summary, units, published, order=LEARNERS, colors=COLORS, source="A paper")
    render(figure, "png")
    left, right = figure.axes
    assert [line.get_color() for line in left.lines[:2]] == [COLORS["good"], COLORS["bad"]]
    assert left.get_legend().get_texts()[0].get_text() == "A paper"
    assert [label.get_text() for label in right.get_yticklabels()] == ["bad", "good"]
    assert {text.get_text() for text in right.texts} == {"1.00", "3.00"}


def test_transfer_has_a_panel_a_problem(summary, units):
    both = pd.concat([summary.assign(problem="a"), summary.assign(problem="b")])
    figure = transfer_figure(
        both, units.assign(problem="a"), problems={"a": "A", "b": "B"}, order=LEARNERS, colors=COLORS
    )
    render(figure, "png")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["A", "B"]


def test_horizons_have_a_line_a_learner_and_a_square_for_the_network(summary):
    table = pd.DataFrame({"horizon": [5, 10] * 2, "learner": ["good"] * 2 + ["bad"] * 2, "regret": [1.0, 2, 3, 4]})
    figure = horizons_figure(table, order=LEARNERS, colors=COLORS, network=summary.iloc[:1].assign(horizon=10))
    render(figure, "png")
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["good", "bad", "good"]


def test_a_raster_shows_each_choice():
    choice = np.array([[0, 1, 1], [1, 1, 0]])
    rows = [(g, s, t + 1, choice[s, t]) for g in ("x", "y") for s in range(2) for t in range(3)]
    table = pd.DataFrame(rows, columns=["group", "session", "trial", "choice"])
    figure = raster_figure(table, groups={"x": "X", "y": "Y"}, labels=("left", "right"))
    render(figure, "png")
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), choice)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["left", "right"]


def test_paths_and_ends_of_sessions():
    trial = np.arange(1, 6)
    place = {"pc_1": trial / 5, "pc_2": trial**2 / 25, "choice": trial % 2, "p_left": 0.9, "p_right": 0.1}
    paths = pd.concat(pd.DataFrame(place | {"group": g, "session": s, "trial": trial}) for g in "ab" for s in (3, 7))
    points = paths.assign(p_left=0.5)
    figure = paths_figure(paths, points, groups={"a": "A", "b": "B"}, labels=("left", "right"))
    render(figure, "png")
    assert figure.axes[0].get_title(loc="left") == "left 0.90, right 0.10"
    assert figure.axes[0].get_ylabel().startswith("A") and figure.axes[2].get_ylabel().startswith("B")
    ends = ends_figure(points, [("a", "p_left", "One", "p left"), ("b", "p_right", "Two", "p right")])
    render(ends, "png")
    assert [axes.get_title(loc="left") for axes in ends.axes[:2]] == ["One", "Two"]


def test_colours_follow_roles_and_no_two_learners_share_one():
    colors = learner_colors(["a", "b", "c"], {"b": "network"})
    assert colors["b"] == PALETTE["network"] and len(set(colors.values())) == 3
