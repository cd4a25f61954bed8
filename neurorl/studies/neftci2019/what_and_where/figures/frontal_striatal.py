"""The circuit of ventral and dorsal loop, amygdala, hippocampus and dopamine (Neftci & Averbeck 2019, Fig. 3)."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurorl.core.circuit import Circuit, Edge
from neurorl.figures.boxes import Box, Point, canvas, draw_arrow, draw_box, draw_region
from neurorl.figures.style import PALETTE, WIDE, style

COLORS = {"ventral": PALETTE["model_free"], "dorsal": PALETTE["network"], "": PALETTE["ink"]}
_HEIGHT = 4.15
_WIDTHS = {"internal pallidum": 0.84, "external pallidum": 0.68, "thalamus": 0.9}
_SPINE, _MIDDLE, _BOX = 0.98, 0.84, 0.6  # widths of other boxes in a loop and between the loops, and their height
_ROWS = {"cortex": 3.3, "striatum": 2.25, "thalamus": 2.25, "internal pallidum": 1.0, "external pallidum": 1.0}
_BETWEEN = {"amygdala": 3.3, "hippocampus": 2.65, "dopamine": 2.03}
_X = {"ventral": 1.87, "dorsal": WIDE - 1.87}
_OUT, _IN = 1.27, 0.93  # from the spine of a loop out to its thalamus, and in to its external pallidum
_NAMES = {"excites": "excites", "inhibits": "inhibits", "modulates": "dopamine: teaches"}


def circuit_figure(circuit: Circuit, notes: Mapping[str, str], titles: Mapping[str, str], reading: str = "") -> Figure:
    """The two loops side by side, with the nodes that project to one or both of them in between.

    Args:
        circuit: a graph with the roles and groups of `ops/frontal_striatal`.
        notes: node -> text below its label (by default its full name).
        titles: group -> title above its loop.
        reading: explanation of the notes, in the legend.
    """
    with style():
        figure, axes = canvas(WIDE, _HEIGHT)
        places = {node.name: _place(node.role, node.group) for node in circuit.nodes}
        for group, title in titles.items():
            area = Box(1.615 if group == "ventral" else WIDE - 1.615, 2.1, 3.11, 3.35)
            draw_region(axes, area, color=COLORS[group])
            axes.text(area.x, 3.93, title, ha="center", va="center", fontsize=8.5, weight="bold", color=COLORS[group])
        for edge in circuit.edges:
            _draw_edge(axes, circuit, edge, places)
        for node in circuit.nodes:
            color = COLORS[node.group] if node.role != "dopamine" else PALETTE["latent_state"]
            strong = node.role in ("cortex", "striatum")
            detail = notes.get(node.name, node.detail)
            draw_box(axes, places[node.name], node.shown, detail, color=color, strong=strong)
        _legend(axes)
        axes.text(WIDE - 0.15, 0.18, reading, fontsize=7, ha="right", va="center")
    return figure


def _place(role: str, group: str) -> Box:
    if role in _BETWEEN:
        return Box(WIDE / 2, _BETWEEN[role], _MIDDLE, 0.54)
    inwards = 1 if group == "ventral" else -1
    shift = {"thalamus": -_OUT, "external pallidum": _IN}.get(role, 0.0)
    return Box(_X[group] + inwards * shift, _ROWS[role], _WIDTHS.get(role, _SPINE), _BOX)


def _draw_edge(axes: Axes, circuit: Circuit, edge: Edge, places: Mapping[str, Box]) -> None:
    a, b = places[edge.source], places[edge.target]
    source, target = circuit.node(edge.source), circuit.node(edge.target)
    inner = "right" if a.x < WIDE / 2 else "left"
    outer = "left" if inner == "right" else "right"
    color = PALETTE["latent_state"] if edge.kind == "modulates" else COLORS[source.group]
    draw_arrow(axes, _points(source.role, target.role, a, b, inner, outer), kind=edge.kind, color=color, width=1.2)


def _points(source: str, target: str, a: Box, b: Box, inner: str, outer: str) -> list[Point]:
    if source == "dopamine":
        return [a.side("left" if b.x < a.x else "right"), b.side("right" if b.x < a.x else "left", a.y - b.y)]
    if source in ("amygdala", "hippocampus"):
        start = a.side("left", -0.1 if source == "amygdala" and target == "striatum" else 0.0)
        if target == "cortex":
            return [start, b.side("right")]
        end = b.side("right", 0.18 if source == "amygdala" else 0.03)
        lane = end[0] + (0.2 if source == "amygdala" else 0.36)
        return [start, (lane, start[1]), (lane, end[1]), end]
    if (source, target) == ("striatum", "external pallidum"):
        turn = 0.25 if inner == "right" else -0.25
        start = a.side("bottom", turn)
        middle = (a.side("bottom")[1] + b.side("top")[1]) / 2
        return [start, (start[0], middle), (b.x, middle), b.side("top")]
    if (source, target) == ("external pallidum", "internal pallidum"):
        return [a.side(outer), b.side(inner)]
    if target == "thalamus":
        return [a.side(outer), (b.x, a.y), b.side("bottom")]
    if source == "thalamus":
        return [a.side("top"), (a.x, b.y), b.side("left" if a.x < b.x else "right")]
    return [a.side("bottom"), b.side("top")]


def _legend(axes: Axes) -> None:
    x, y = 0.15, 0.18
    for kind, name in _NAMES.items():
        color = PALETTE["latent_state" if kind == "modulates" else "ink"]
        draw_arrow(axes, [(x, y), (x + 0.34, y)], kind=kind, color=color, width=1.2)
        axes.text(x + 0.44, y, name, fontsize=7, va="center")
        x += 1.2
