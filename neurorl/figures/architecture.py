"""A recurrent network as a diagram: inputs, layers, units, heads, and the prediction error between two networks.

Drawn from a circuit that `ops.wiring.network_circuit` reads from the network's own parameters; one network from left to
right (Wang et al. 2018, Fig. 1a), or critic and then actor (Supp. Fig. 9).
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurorl.core.circuit import Circuit, Node
from neurorl.figures.boxes import Box, canvas, draw_arrow, draw_box, draw_region
from neurorl.figures.style import PALETTE, WIDE, style

_COLORS = {"input": "muted", "layer": "ceiling", "units": "network", "head": "model_based", "error": "model_free"}
_WIDTHS = {"input": 1.14, "layer": 1.0, "units": 1.06, "head": 1.0, "error": 1.04}
_NARROW = {"input": 1.04, "units": 1.02, "head": 0.94, "error": 1.04}  # where two networks stand side by side
_HEIGHT, _ROW, _LOOP = 0.44, 0.6, 0.24  # of a box; from row to row; of the way of the units to themselves, inches
_EDGE = 0.06


def network_figure(circuit: Circuit) -> Figure:
    """The diagram of one or two recurrent networks.

    Args:
        circuit: nodes with the roles "input", "layer", "units", "head", "error"; groups where there are two networks,
            of which the one with the value is drawn first.
    """
    with style():
        return _two(circuit) if len(circuit.groups) > 1 else _one(circuit)


def _one(circuit: Circuit) -> Figure:
    """Inputs on the left, one a row; layers follow what is seen; units and heads on the right."""
    inputs, layers = circuit.having(role="input"), circuit.having(role="layer")
    units, heads = circuit.having(role="units"), circuit.having(role="head")
    roles = ["input", *["layer"] * len(layers), "units", "head"]
    columns, width = _columns(roles, _WIDTHS, widest=0.6)
    tall = (len(inputs) - 1) * _ROW + _HEIGHT
    figure, axes = canvas(width, tall + _LOOP + 2 * _EDGE)
    middle = _EDGE + tall / 2
    places = {node.name: _place(node, columns[0], middle + y, _WIDTHS) for node, y in _rows(inputs)}
    places[units[0].name] = Box(columns[-2], middle, _WIDTHS["units"], tall)
    for x, node in zip(columns[1:], layers, strict=False):
        places[node.name] = _place(node, x, places[inputs[0].name].y, _WIDTHS)
    places |= {node.name: _place(node, columns[-1], middle + y, _WIDTHS) for node, y in _rows(heads)}
    _draw(axes, circuit, places)
    return figure


def _two(circuit: Circuit) -> Figure:
    """Critic, prediction error, actor from left to right; what both are shown stands between them."""
    columns, width = _columns(["input", "units", "head", "error", "units", "head"], _NARROW)
    tall = 2 * _ROW + _HEIGHT
    figure, axes = canvas(width, tall + 2 * _LOOP + 0.42)
    middle = 0.36 + tall / 2
    critic, actor = sorted(circuit.groups, key=lambda group: not _values(circuit, group))
    told = {node.group: node for node in circuit.having(role="input") if node.group}
    shared = [node for node in circuit.having(role="input") if not node.group]
    between = [*circuit.having(role="error"), *([told[actor]] if actor in told else []), *shared]
    places = {node.name: _place(node, columns[3], middle + y, _NARROW) for node, y in _rows(between)}
    places[told[critic].name] = _place(told[critic], columns[0], middle + _ROW, _NARROW)
    for group, at in ((critic, 1), (actor, 4)):
        units, head = circuit.having(role="units", group=group)[0], circuit.having(role="head", group=group)[0]
        places[units.name] = Box(columns[at], middle, _NARROW["units"], tall)
        places[head.name] = _place(head, columns[at + 1], middle + _ROW, _NARROW)
        left, right = places[units.name].side("left")[0], places[head.name].side("right")[0]
        area = Box((left + right) / 2, middle - 0.02, right - left + 2 * _EDGE, tall + 2 * _LOOP + 0.12)
        draw_region(axes, area, color=PALETTE["network"])
        label = {"ha": "center", "va": "center", "fontsize": 8, "weight": "bold", "color": PALETTE["network"]}
        axes.text(area.x, area.side("bottom")[1] + 0.14, group, **label)
    _draw(axes, circuit, places)
    return figure


def _values(circuit: Circuit, group: str) -> bool:
    return any(node.shown == "value" for node in circuit.having(role="head", group=group))


def _draw(axes: Axes, circuit: Circuit, places: dict[str, Box]) -> None:
    for edge in circuit.edges:
        source, target = circuit.node(edge.source), circuit.node(edge.target)
        dopamine = edge.kind == "modulates"
        color, width = PALETTE["model_free" if dopamine else "ink"], 1.8 if dopamine else 0.9
        draw_arrow(axes, _way(source, target, places), color=color, width=width)
    for node in circuit.nodes:
        strong = node.role in ("units", "error")
        draw_box(axes, places[node.name], node.shown, node.detail, color=PALETTE[_COLORS[node.role]], strong=strong)


def _way(source: Node, target: Node, places: dict[str, Box]) -> list[tuple[float, float]]:
    """The corners of an edge: straight where that is free, else over the top of what lies between."""
    a, b = places[source.name], places[target.name]
    if source is target:
        up = a.side("top")[1]
        return [(a.x + 0.2, up), (a.x + 0.2, up + _LOOP - 0.04), (a.x - 0.2, up + _LOOP - 0.04), (a.x - 0.2, up)]
    sides = ("right", "left") if a.x < b.x else ("left", "right")
    left, right = sorted((a.x, b.x))
    low = max(box.side("bottom")[1] for box in (a, b)) + 0.1
    high = min(box.side("top")[1] for box in (a, b)) - 0.1
    smaller = min(a, b, key=lambda box: box.height)
    level = min(max(smaller.y, low), high)
    in_the_way = [box for box in places.values() if left < box.x < right and abs(box.y - level) < box.height / 2 + 0.03]
    if in_the_way:
        over = max(box.side("top")[1] for box in in_the_way) + 2 * _LOOP - 0.06
        return [a.side("top"), (a.x, over), (b.x, over), b.side("top")]
    if low <= high:
        return [(a.side(sides[0])[0], level), (b.side(sides[1])[0], level)]
    start, end = a.side(sides[0]), b.side(sides[1])
    middle = (start[0] + end[0]) / 2
    return [start, (middle, start[1]), (middle, end[1]), end]


def _rows(nodes: Sequence[Node]) -> list[tuple[Node, float]]:
    """Each node with its height above the middle of all of them."""
    return [(node, ((len(nodes) - 1) / 2 - i) * _ROW) for i, node in enumerate(nodes)]


def _place(node: Node, x: float, y: float, widths: dict[str, float]) -> Box:
    return Box(x, y, widths[node.role], _HEIGHT)


def _columns(roles: list[str], widths: dict[str, float], widest: float = 1.0) -> tuple[list[float], float]:
    """Centres of the columns, as far apart as the page allows but at most `widest`; and the width of them all."""
    free = WIDE - 2 * _EDGE - sum(widths[role] for role in roles)
    gap = min(free / (len(roles) - 1), widest)
    centres, left = [], _EDGE
    for role in roles:
        centres.append(left + widths[role] / 2)
        left += widths[role] + gap
    return centres, left - gap + _EDGE
