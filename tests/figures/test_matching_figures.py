"""Figures of the matching study draw what they are given."""

import numpy as np
import pandas as pd

from neurorl.figures.history import history_figure
from neurorl.figures.matching import matching_figure
from neurorl.figures.run_lengths import run_length_figure
from neurorl.figures.unit_coding import unit_coding_figure


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_matching_names_slopes_and_skips_points_without_a_ratio():
    points = pd.DataFrame(
        {
            "learner": ["net", "net", "mice"],
            "group": ["trained", "held out", "all"],
            "log_rewards": [1.0, np.nan, -1.0],
            "log_choices": [0.5, np.nan, -0.5],
        }
    )
    numbers = {"slope": 0.6, "intercept": 0.0, "r": 0.95}
    groups = [("net", "all"), ("net", "held out"), ("mice", "all")]
    lines = pd.DataFrame(
        [(learner, group, name, value) for learner, group in groups for name, value in numbers.items()],
        columns=["learner", "group", "number", "mean"],
    )
    figure = matching_figure(
        points, lines, published_slope=0.52, source="monkeys", colors={"trained": "network", "held out": "rare"}
    )
    assert "slope 0.60, intercept 0.00, r 0.95\nheld out: slope 0.60, r 0.95" in texts(figure)
    drawn = [axes.collections for axes in figure.axes]
    assert sum(len(c.get_offsets()) for panel in drawn for c in panel) == 2


def test_history_has_rewards_above_choices():
    lags = np.arange(1, 16)
    summary = pd.concat(
        [
            pd.DataFrame({"learner": "net", "effect": e, "lag": lags, "mean": s / lags})
            for e, s in (("reward", 1), ("choice", -1))
        ]
    )
    units = summary.rename(columns={"mean": "weight"}).assign(subject="0")
    published = pd.DataFrame(
        [("net", "reward", 1, 1.0, "paper")], columns=["learner", "effect", "lag", "mean", "source"]
    )
    figure = history_figure(summary, units, published)
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes] == [
        "weight of past rewards",
        "weight of past choices",
    ]
    marks = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "D"]
    assert len(marks) == 1 and marks[0].get_ydata()[0] == 1.0


def test_unit_coding_has_a_dot_for_every_unit():
    units = pd.DataFrame({"method": "spearman", "variable": np.repeat(["a", "v"], 10), "size": np.linspace(0, 0.9, 20)})
    summary = pd.DataFrame({"method": "spearman", "variable": ["a", "v"], "mean": [0.2, 0.3], "share": [0.5, 1.0]})
    figure = unit_coding_figure(
        units,
        summary,
        variables={"a": "action", "v": "value"},
        panels=["spearman"],
        published_shares=pd.DataFrame({"variable": ["a"], "share": [0.21], "source": "neurons"}),
    )
    sizes, shares = figure.axes
    assert sum(len(c.get_offsets()) for c in sizes.collections) == 20
    assert [bar.get_height() for bar in shares.patches] == [0.5, 1.0]
    assert any(line.get_marker() == "s" and line.get_ydata()[0] == 0.21 for line in shares.lines)


def test_run_lengths_mark_the_best_cycle():
    length = np.arange(1, 7)
    counts = pd.DataFrame({"learner": "net", "length": length, "share": [0.5, 0.2, 0.1, 0.1, 0.0, 0.1]})
    by_chance = pd.concat([pd.DataFrame({"p0": p, "length": length, "share": 1 / 6}) for p in (0.1, 0.4)])
    runs = pd.DataFrame({"p0": [0.1, 0.4], "mean": [1.2, 5.0], "best_length": [1.0, np.nan]})
    figure = run_length_figure(counts, by_chance, runs)
    drawn = figure.axes[0].lines[0].get_ydata()
    assert np.isnan(drawn[4]) and len(drawn) == 5  # never seen; and the last length stands for all longer ones
    best = [line for line in figure.axes[1].lines if line.get_marker() == "o"]
    assert best[0].get_xdata().tolist() == [0] and best[0].get_ydata().tolist() == [1.0]
