import io

import numpy as np
import pandas as pd
import pytest

from neurorl.figures.film import film_of
from neurorl.figures.save import render
from neurorl.studies.wang2018.harlow.figures.panels import (
    accuracy_figure,
    performance_figure,
    stages_figure,
    strip_figure,
)

TRIALS = range(1, 7)


@pytest.fixture
def stages():
    return pd.DataFrame(
        [(s, k, 0.5 + 0.05 * i, 0.4, 0.9, 4) for i, s in enumerate(("1st", "final")) for k in TRIALS],
        columns=["stage", "trial", "mean", "low", "high", "n_units"],
    )


def test_stages_have_monkeys_paper_and_ours_side_by_side(stages):
    monkeys = pd.DataFrame({"stage": ["1-8"], "trial": [1], "mean": [0.5]})
    figure = stages_figure(stages, stages.drop(columns=["low", "high"]), monkeys)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Monkeys", "Network, published", "Network, ours"]
    ours, theirs = figure.axes[2], figure.axes[0]
    assert len(ours.get_legend().get_texts()) == 2 and len(theirs.get_legend().get_texts()) == 1
    assert len(ours.collections) == 2  # intervals, since there are enough replicas
    render(figure, "png")


def test_stages_may_be_empty(stages):
    render(stages_figure(stages[:0], stages, stages), "png")


def test_tests_have_a_panel_a_level_and_a_line_a_test(stages):
    accuracy = stages.rename(columns={"stage": "test"}).assign(level="pixels")
    single = accuracy.assign(replica=0, accuracy=accuracy["mean"])
    figure = accuracy_figure(accuracy, single, {"pixels": "Pixels"})
    assert len(figure.axes) == 1 and len(figure.axes[0].get_legend().get_texts()) == 2
    render(figure, "png")


def test_learning_curves_are_one_line_a_replica():
    curve = pd.DataFrame(
        {"level": "pixels", "replica": [0, 0, 1, 1], "sessions": [1, 2, 1, 2], "performance": [50, 60, 50, 90]}
    )
    figure = performance_figure(curve, {"pixels": "Pixels"})
    assert len(figure.axes[0].lines) == 2 + 2  # replicas, chance and optimum
    render(figure, "png")


def test_a_strip_has_a_picture_a_step():
    figure = strip_figure(np.zeros((5, 6, 12, 3), np.uint8), ["a"] * 5, columns=3)
    assert len(figure.axes) == 6 and sum(bool(axes.images) for axes in figure.axes) == 5
    render(figure, "png")


def test_a_film_has_a_frame_a_step():
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    session = {
        "view": rng.integers(0, 256, (4, 24, 48, 3), np.uint8),
        "heading": np.array([0.0, 10.0, 170.0, -170.0]),
        "value": np.array([0.0, 0.5, 1.0, -0.5]),
        "reward": np.array([0.0, 0.2, 1.0, -1.0]),
    }
    with image.open(io.BytesIO(film_of([session, session]))) as film:
        assert film.n_frames == 8 and film.size[0] == 384
