import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle

from neurorl.figures.lagged import lagged_figure
from neurorl.figures.learning import learning_figure
from neurorl.figures.marks import number, spread, where
from neurorl.figures.model_comparison import model_comparison_figure
from neurorl.figures.reward import reward_figure
from neurorl.figures.rpe import rpe_figure
from neurorl.figures.save import render
from neurorl.figures.stay import stay_figure
from neurorl.studies.wang2018.two_step.figures.task import task_figure

LEARNERS = ["people", "network", "model"]


def bars(axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def dots(axes) -> int:
    return sum(len(c.get_offsets()) for c in axes.collections if isinstance(c, PathCollection))


def shown(figure) -> list:
    return [axes for axes in figure.axes if axes.axison]


def test_stay_figure_has_four_bars_a_learner_and_a_dot_a_unit(stay_units, stay_summary):
    published = pd.DataFrame(
        {"learner": ["network"], "reward": [1], "common": [True], "mean": [0.99], "source": ["A paper"]}
    )
    figure = stay_figure(stay_summary, stay_units, published, order=["network", "people", "model"], columns=2)
    render(figure, "png")
    panels = shown(figure)
    assert [axes.get_title(loc="left") for axes in panels] == ["network", "people", "model"]
    assert [len(bars(axes)) for axes in panels] == [4, 4, 4]
    assert [dots(axes) for axes in panels] == [8 * 4, 60 * 4, 4]
    heights = [bar.get_height() for bar in bars(panels[0])]
    assert heights == pytest.approx(where(stay_summary, learner="network")["mean"].tolist())
    assert all(axes.get_ylim() == panels[0].get_ylim() for axes in panels)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "95 % interval of mean" in legend and legend[-1] == "A paper"
    assert "probability" in figure.get_supylabel()


def test_one_unit_has_a_bar_without_an_interval(stay_units, stay_summary):
    def vertical_lines(learner: str) -> int:
        axes = stay_figure(where(stay_summary, learner=learner), where(stay_units, learner=learner)).axes[0]
        return sum(line.get_color() == "#1F2328" for line in axes.lines)

    assert vertical_lines("network") == 4 and vertical_lines("model") == 0


def test_lagged_figure_has_four_lines_and_both_indices():
    kinds = [(c, r, lag) for c in (True, False) for r in (1, 0) for lag in range(1, 6)]
    weights = pd.DataFrame(kinds, columns=["common", "reward", "lag"]).assign(mean=0.5, low=0.4, high=0.6)
    weights = pd.concat([weights.assign(learner=name) for name in LEARNERS])
    indices = pd.DataFrame({"learner": np.repeat(LEARNERS, 2), "index": ["mb", "mf"] * 3, "mean": [-2.04, 0.5] * 3})
    indices = indices.assign(low=indices["mean"] - 1, high=indices["mean"] + 1)
    indices.loc[indices["learner"] == "model", ["low", "high"]] = np.nan
    figure = lagged_figure(weights, indices, columns=2)
    render(figure, "png")
    panels = shown(figure)
    assert len(panels) == 3
    assert all(len(axes.lines) == 5 for axes in panels)  # four kinds and the zero line
    assert [text.get_text() for text in panels[0].texts] == ["MB index −2.0 [−3.0, −1.0]", "MF index 0.5 [−0.5, 1.5]"]
    assert panels[2].texts[0].get_text() == "MB index −2.0"
    assert all(axes.get_xlabel() == "trials ago" for axes in panels)


def test_published_weights_stand_beside_ours():
    kinds = [(c, r, lag) for c in (True, False) for r in (1, 0) for lag in range(1, 6)]
    weights = pd.DataFrame(kinds, columns=["common", "reward", "lag"]).assign(learner="network", mean=0.5)
    weights = weights.assign(low=0.4, high=0.6)
    indices = pd.DataFrame({"learner": "network", "index": ["mb", "mf"], "mean": 1.0, "low": 0.0, "high": 2.0})
    published = weights.iloc[:3].assign(source="A paper")
    figure = lagged_figure(weights, indices, published)
    render(figure, "png")
    assert len(figure.axes[0].lines) == 5 + 3
    assert figure.legends[0].get_texts()[-1].get_text() == "A paper"


def test_task_figure_shows_probabilities_and_both_patterns(stay_summary):
    figure = task_figure(stay_summary, p_common=0.8, p_good=0.9, p_switch=0.025, order=["people", "model"])
    render(figure, "png")
    said = {text.get_text() for text in figure.axes[0].texts}
    assert {"0.8", "0.2", "p(reward) = 0.9", "p(reward) = 0.1", "p(exchange) = 0.025 per trial"} <= said
    assert [len(bars(axes)) for axes in figure.axes[1:]] == [4, 4]


def test_rpe_figure_says_the_shares_of_variance():
    rng = np.random.default_rng(0)
    mb = rng.normal(size=50)
    one = pd.DataFrame({"moment": ["arrival"] * 25 + ["reward"] * 25, "rpe": 2 * mb + 1, "mb": mb})
    one["mf"] = 0.5 * mb + rng.normal(size=50)
    errors = pd.concat([one.assign(subject=0, rpe=0.0), one.assign(subject=1), one.assign(subject=2, rpe=0.0)])
    replicas = pd.DataFrame({"subject": [0, 1, 2], "r2_mb": [0.92, 0.89, 0.5], "r2_mf_residual": [2e-4, 5.8e-7, 1e-5]})
    replicas = replicas.assign(r_mb_mf=0.82, std_beta_mb=[0.9, 1.0, 0.8], std_beta_mf=[0.0, -0.01, 0.01])
    for m in ("mb", "mf"):
        replicas[f"std_low_{m}"] = replicas[f"std_beta_{m}"] - 0.02
        replicas[f"std_high_{m}"] = replicas[f"std_beta_{m}"] + 0.02
    figure = rpe_figure(errors, replicas)
    render(figure, "png")
    texts = [axes.texts[0].get_text() for axes in figure.axes[:3]]
    assert texts == ["r² = 0.89\nreplicas 0.50 to 0.92", "r² = 5.8×10⁻⁷\nreplicas up to 2.0×10⁻⁴", "r = 0.82"]
    line = figure.axes[0].lines[-1]
    x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    np.testing.assert_allclose(y, 2 * x + 1)  # the replica with the median r2 is drawn
    residual = np.concatenate([c.get_offsets()[:, 0] for c in figure.axes[1].collections])
    assert len(residual) == 50 and abs(residual @ mb) < 1e-9 and abs(residual.sum()) < 1e-9
    assert [bar.get_height() for bar in bars(figure.axes[3])] == pytest.approx([0.9, 0.0])
    assert dots(figure.axes[3]) == 6
    assert all("reward" in axes.get_xlabel() for axes in figure.axes[:3])


def test_reward_figure_orders_the_best_first_below_the_ceiling():
    units = pd.DataFrame({"learner": np.repeat(LEARNERS, 2), "reward": [0.5, 0.52, 0.7, 0.69, 0.6, 0.61]})
    summary = units.groupby("learner", sort=False)["reward"].mean().rename("mean").reset_index()
    summary = summary.assign(low=summary["mean"] - 0.01, high=summary["mean"] + 0.01, share=summary["mean"] / 0.704)
    figure = reward_figure(summary, units, ceiling=0.704, chance=0.5, roles={"network": "network"})
    render(figure, "png")
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["network", "model", "people"]
    assert len(bars(axes)) == 3 and dots(axes) == 6
    texts = [text.get_text() for text in axes.texts]
    assert "0.695   99%" in texts and "ceiling" in texts and "chance" in texts
    assert "95 %" in axes.get_xlabel()
    assert axes.get_xlim()[0] == 0  # bars start at nothing


def test_model_comparison_figure_has_a_panel_a_population():
    table = pd.DataFrame(
        {
            "population": ["people", "people", "network"],
            "agent": ["a", "b", "b"],
            "log_lik_per_choice": [-0.5, -0.55, -0.3],
            "delta": [0.0, -0.05, 0.0],
            "delta_low": [0.0, -0.06, 0.0],
            "delta_high": [0.0, -0.04, 0.0],
            "delta_bic": [0.0, 12345.0, 0.0],
            "n_units": [554, 554, 8],
        }
    )
    figure = model_comparison_figure(table, roles={"a": "hybrid"})
    render(figure, "png")
    left, right = figure.axes
    assert left.get_title(loc="left") == "people (n = 554)" and right.get_title(loc="left") == "network (n = 8)"
    assert [label.get_text() for label in left.get_yticklabels()] == ["a", "b"]
    texts = [text.get_text() for text in left.texts]
    assert {"−0.500", "0", "−0.550", "12,345"} <= set(texts)
    assert [text.get_text() for text in right.texts] == ["−0.300", "0", "log-lik", "ΔBIC"]  # no row for agent a
    assert "nats per choice" in figure.get_supxlabel()


def test_learning_figure_draws_each_replica_and_their_mean():
    curve = pd.DataFrame(
        {"replica": [0, 1, 0, 1], "sessions": [100, 100, 200, 200], "reward": [0.1, 0.3, 0.5, 0.7], "entropy": 0.5}
    )
    figure = learning_figure(curve, ceiling=0.704)
    render(figure, "png")
    left, right = figure.axes
    assert len(left.lines) == 4  # two replicas, their mean, the ceiling
    np.testing.assert_allclose(np.asarray(left.lines[2].get_ydata()), [0.2, 0.6])
    assert left.get_ylabel() == "reward per trial" and "nats" in right.get_ylabel()
    assert "thousands" in left.get_xlabel()


def test_numbers_as_text():
    assert number(0.7041, 3) == "0.704" and number(-0.5) == "−0.50" and number(0.0) == "0.00"
    assert number(5.8e-7) == "5.8×10⁻⁷" and number(-0.004) == "−4.0×10⁻³"


def test_dots_spread_evenly_within_their_width():
    offsets = spread(100, 0.5)
    assert offsets.min() >= -0.25 and offsets.max() <= 0.25
    assert abs(offsets.mean()) < 0.01
    assert np.diff(np.sort(offsets)).max() < 0.02
