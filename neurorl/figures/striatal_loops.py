"""The loops of cortex, striatum, output nuclei and thalamus, side by side above dopamine (Wang et al. 2018)."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurorl.core.circuit import Circuit, Edge
from neurorl.figures.boxes import Box, canvas, draw_arrow, draw_box, draw_region
from neurorl.figures.style import PALETTE, WIDE, style

_COLORS = {
    "cortex": "network",
    "striatum": "model_based",
    "output nuclei": "muted",
    "thalamus": "latent_state",
    "dopamine": "model_free",
}
_HEIGHT = 3.95
_ROWS = {"cortex": 3.02, "striatum": 2.22, "thalamus": 2.22, "output nuclei": 1.42}  # inches
_SPINE, _SIDE, _BOX = 1.06, 0.64, 0.46  # widths of the boxes, and their height
_DOPAMINE = 0.55
_NAMES = {
    "excites": "excites",
    "inhibits": "inhibits",
    "modulates": "dopamine: trains the weights",
}


def loops_figure(circuit: Circuit, network: Sequence[str] = (), caption: str = "") -> Figure:
    """Each group of the circuit as a loop, dopamine below all of them.

    Args:
        circuit: in each group one node of each of the roles "cortex", "striatum", "output nuclei", "thalamus"; one node
            of the role "dopamine".
        network: neighbouring groups to stand on one pale area.
        caption: what that area is.
    """
    with style():
        figure, axes = canvas(WIDE, _HEIGHT)
        pitch = WIDE / len(circuit.groups)
        places: dict[str, Box] = {}
        for i, group in enumerate(circuit.groups):
            spine = i * pitch + 0.99
            side = spine + _SPINE / 2 + 0.15 + _SIDE / 2
            for node in circuit.having(group=group):
                beside = node.role == "thalamus"
                places[node.name] = Box(side if beside else spine, _ROWS[node.role], _SIDE if beside else _SPINE, _BOX)
            axes.text(spine, _ROWS["cortex"] + 0.42, group, ha="center", va="center", fontsize=8, weight="bold")
        for node in circuit.having(role="dopamine"):
            places[node.name] = Box(WIDE / 2, _DOPAMINE, WIDE - 0.1, 0.42)
        if network:
            _area(axes, [places[n.name] for group in network for n in circuit.having(group=group)], caption)
        for edge in circuit.edges:
            _draw_edge(axes, circuit, edge, places)
        for node in circuit.nodes:
            strong = node.role in ("cortex", "dopamine")
            draw_box(axes, places[node.name], node.shown, node.detail, color=PALETTE[_COLORS[node.role]], strong=strong)
        _legend(axes)
    return figure


def _draw_edge(axes: Axes, circuit: Circuit, edge: Edge, places: dict[str, Box]) -> None:
    a, b = places[edge.source], places[edge.target]
    roles = circuit.node(edge.source).role, circuit.node(edge.target).role
    if edge.kind == "modulates":  # up in a lane of its own, left of the loop
        lane = b.side("left")[0] - (0.32 if roles[1] == "cortex" else 0.17)
        end = b.side("left")
        points = [(lane, a.side("top")[1]), (lane, end[1]), end]
        draw_arrow(axes, points, kind=edge.kind, color=PALETTE["model_free"], width=1.2)
        return
    if roles == ("output nuclei", "thalamus"):
        points = [a.side("right"), (b.x, a.y), b.side("bottom")]
    elif roles == ("thalamus", "cortex"):
        points = [a.side("top"), (a.x, b.y), b.side("right")]
    else:
        points = [a.side("bottom"), b.side("top")]
    draw_arrow(axes, points, kind=edge.kind, width=1.2)


def _area(axes: Axes, boxes: Sequence[Box], caption: str) -> None:
    left = min(b.side("left")[0] for b in boxes) - 0.42
    right = max(b.side("right")[0] for b in boxes) + 0.07
    bottom, top = min(b.side("bottom")[1] for b in boxes) - 0.14, _HEIGHT - 0.05
    area = Box((left + right) / 2, (bottom + top) / 2, right - left, top - bottom)
    draw_region(axes, area, color=PALETTE["network"])
    axes.text(area.x, top - 0.15, caption, ha="center", va="center", fontsize=7.5, color=PALETTE["network"])


def _legend(axes: Axes) -> None:
    x, y = 0.12, 0.15
    for kind, name in _NAMES.items():
        color = PALETTE["model_free" if kind == "modulates" else "ink"]
        draw_arrow(axes, [(x, y), (x + 0.34, y)], kind=kind, color=color, width=1.2)
        axes.text(x + 0.44, y, name, fontsize=7, va="center")
        x += 1.2
