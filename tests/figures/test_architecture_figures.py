"""Diagrams say what they are given, every part in a place of its own."""

import itertools

import pytest
from matplotlib.patches import FancyBboxPatch

from neurorl.core.circuit import Circuit, Edge, Node
from neurorl.figures.architecture import network_figure
from neurorl.figures.procedure import procedure_figure
from neurorl.figures.striatal_loops import loops_figure
from neurorl.ops.striatal_loops import LOOPS, PREFRONTAL


def node(name, role, group=""):
    return Node(f"{group} {name}".strip(), role, label=name, detail="3", group=group)


ONE = Circuit(
    "one",
    (node("seen", "input"), node("told", "input"), node("layer", "layer"), node("units", "units"), node("v", "head")),
    tuple(
        Edge(a, b, "feeds")
        for a, b in (("seen", "layer"), ("layer", "units"), ("told", "units"), ("units", "units"), ("units", "v"))
    ),
)
TWO = Circuit(
    "two",
    (
        *(node(name, "input") for name in ("seen", "done")),
        node("policy", "head", "actor"),
        node("units", "units", "actor"),
        *(node(name, role, "critic") for name, role in (("told", "input"), ("units", "units"), ("value", "head"))),
        Node("error", "error"),
    ),
    (
        *(Edge(a, f"{b} units", "feeds") for a in ("seen", "done") for b in ("actor", "critic")),
        Edge("critic told", "critic units", "feeds"),
        Edge("critic told", "error", "feeds"),
        Edge("critic value", "error", "feeds"),
        Edge("error", "actor units", "modulates"),
    ),
)
SETTINGS = {
    "sessions": 10_000, "steps": 300, "unroll": None, "parallel": 1, "replicas": 8, "discount": 0.75,
    "value_cost": 0.05, "optimiser": "rmsprop", "clip": None,
    "entropy": {"start": 1.0, "end": 0.0, "hold": 0.0}, "step_size": {"start": 7e-4, "end": 7e-4, "hold": 0.0},
}  # fmt: skip


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def boxes(figure):
    """Left, bottom, right and top of each framed box; areas behind them have no frame."""
    framed = [p for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch) and p.get_linewidth() > 0]
    return [(p.get_x(), p.get_y(), p.get_x() + p.get_width(), p.get_y() + p.get_height()) for p in framed]


@pytest.mark.parametrize(
    ("figure", "parts"),
    [
        (network_figure(ONE), ONE.nodes),
        (network_figure(TWO), TWO.nodes),
        (loops_figure(LOOPS, PREFRONTAL), LOOPS.nodes),
    ],
    ids=["one network", "two networks", "loops"],
)
def test_each_part_has_a_box_of_its_own_on_the_page(figure, parts):
    drawn = boxes(figure)
    assert len(drawn) == len(parts) and {n.shown for n in parts} <= set(texts(figure))
    width, height = figure.get_size_inches()
    assert all(a >= 0 and b >= 0 and c <= width and d <= height for a, b, c, d in drawn)
    for (a, b, c, d), (e, f, g, h) in itertools.combinations(drawn, 2):
        assert c < e or g < a or d < f or h < b


def test_the_procedure_has_the_settings_it_is_given():
    shown = " ".join(texts(procedure_figure(SETTINGS)))
    assert "10,000 sessions, one an update" in shown and "300" in shown and "RMSProp" in shown
    assert "$\\gamma$ = 0.75" in shown and "$\\beta_e$ = 1 → 0" in shown and "rate 0.0007, no clipping" in shown
    other = SETTINGS | {"parallel": 16, "unroll": 100, "optimiser": "adam", "clip": 1.0}
    shown = " ".join(texts(procedure_figure(other)))
    assert "16 an update" in shown and "stretch of 100 steps" in shown and "Adam" in shown and "clipped at 1" in shown
