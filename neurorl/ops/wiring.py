"""The wiring of a recurrent network as a circuit, read from the shapes of its own parameters.

Nothing is computed: the shapes come from `jax.eval_shape`, and each leaf of the parameters is known by its shape. With
n hidden units,

    [k, k, c, f]       a convolution with f filters of k x k pixels
    [n_in + n, g * n]  a recurrent cell of g gates (LSTM 4; GRU 2 and its candidate; none 1)
    [n, m]             a read-out: the policy (m actions), the value (1) or both (m + 1)
    [i, m]             any other matrix: a layer before the cell
    h0 [n]             an initial state that is learned

Parameters in which actor and critic are two fields are two networks, which the critic's prediction error joins if the
actor is told of it.
"""

from dataclasses import dataclass
from typing import Any

import jax

from neurorl.core.circuit import Circuit, Edge, Node
from neurorl.core.errors import DoesNotFit
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.spaces import Discrete, Spaces

_CELLS = {(4,): "LSTM", (2, 1): "GRU", (1,): "plain recurrent"}
_TOLD = {
    "reward": ("last reward", "one number"),
    "rpe": ("last prediction error", "one number"),
    "none": ("no outcome", "always 0"),
}


@dataclass(frozen=True)
class _Network:
    """One network: the layers before its cell, its cell, the width of its read-out; whether it learns to start."""

    name: str
    before: tuple[tuple[int, ...], ...]
    cell: str
    n_out: int
    learned_start: bool


def network_circuit(agent: RecurrentAgent, title: str = "") -> Circuit:
    """Inputs, layers, units and heads of a recurrent agent, with their sizes.

    Roles of the nodes: "input", "layer", "units", "head", and "error" for the prediction error between two networks;
    their groups are the networks where there are two. Edges feed forward, and the units feed themselves.

    Args:
        agent: any recurrent agent with spaces and with parameters as the module says.
        title: by default that of the agent's card.

    Raises:
        DoesNotFit: the parameters hold no recurrent cell.
    """
    key = jax.random.key(0)
    params = jax.eval_shape(agent.params, key)
    n = jax.eval_shape(agent.init, key, params).h.shape[-1]
    spaces: Spaces = agent.spaces  # type: ignore[attr-defined]
    networks = _networks(params, n, type(agent).__name__)
    feedback = getattr(agent, "feedback", "reward")
    nodes, edges = _inputs(spaces), []
    for network in networks:
        more_nodes, more_edges = _wire(network, n, spaces.discrete_action().n, feedback)
        nodes += more_nodes
        edges += more_edges
    if len(networks) > 1 and feedback == "rpe":
        nodes.append(Node("error", "error", "δ", "prediction error"))
        edges += [Edge("critic value", "error", "feeds"), Edge("critic told", "error", "feeds")]
        edges.append(Edge("error", "actor units", "modulates"))
    return Circuit(title or agent.card.title, tuple(nodes), tuple(edges))


def _networks(params: Any, n: int, agent: str) -> list[_Network]:
    """The networks that the leaves of the parameters make up, by the field that holds them ("" where it is one)."""
    held: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for path, leaf in jax.tree_util.tree_flatten_with_path(params)[0]:
        *place, field = [str(getattr(step, "name", step)) for step in path]
        held.setdefault(".".join(place), []).append((field, leaf.shape))
    found = [_network(name, leaves, n) for name, leaves in held.items()]
    if not all(found) or not found:
        raise DoesNotFit(
            f"The parameters of {agent} contain no recurrent cell of {n} units, so there is nothing to draw."
        )
    return [network for network in found if network is not None]


def _network(name: str, leaves: list[tuple[str, tuple[int, ...]]], n: int) -> _Network | None:
    matrices = [shape for _, shape in leaves if len(shape) > 1]
    like_cells = [s for s in matrices if len(s) == 2 and s[0] > n and s[1] % n == 0]
    if not like_cells or matrices[-1][0] != n:
        return None
    # A layer before the cell can have its width; the gates of the cell all take in the same.
    cells = [s for s in like_cells if s[0] == like_cells[-1][0]]
    before = tuple(matrices[: matrices.index(cells[0])])
    cell = _CELLS.get(tuple(s[1] // n for s in cells), "recurrent")
    return _Network(name, before, cell, matrices[-1][1], any(field.startswith("h0") for field, _ in leaves))


def _inputs(spaces: Spaces) -> list[Node]:
    if isinstance(spaces.obs, Discrete):
        seen = Node("observation", "input", detail=f"one-hot, {spaces.obs.n}")
    elif len(spaces.obs.shape) == 1:
        seen = Node("observation", "input", detail=f"{spaces.obs.shape[0]} numbers")
    else:
        height, width, channels = spaces.obs.shape
        seen = Node("observation", "input", "view", f"{height} × {width} pixels × {channels}")
    return [seen, Node("last action", "input", detail=f"one-hot, {spaces.discrete_action().n}")]


def _wire(network: _Network, n: int, n_actions: int, feedback: str) -> tuple[list[Node], list[Edge]]:
    """One network from its input about the last outcome to its heads."""
    group = network.name
    prefix = f"{group} " if group else ""
    told = "reward" if network.n_out == 1 else feedback  # a critic alone always hears of rewards
    start = "learned start" if network.learned_start else "starts at 0"
    seen, edges, nodes = "observation", [], []
    for i, shape in enumerate(network.before):
        label, detail = _layer(shape)
        nodes.append(Node(f"{prefix}layer {i + 1}", "layer", label, detail, group))
        edges.append(Edge(seen, nodes[-1].name, "feeds"))
        seen = nodes[-1].name
    units = Node(f"{prefix}units", "units", f"{n} {network.cell} units", start, group)
    heads = []
    if network.n_out != 1:
        heads.append(Node(f"{prefix}policy", "head", "policy", f"softmax, {n_actions} actions", group))
    if network.n_out != n_actions:
        heads.append(Node(f"{prefix}value", "head", "value", "one number", group))
    edges += [Edge(source, units.name, "feeds") for source in (seen, "last action")]
    if not (group and told == "rpe"):  # there it comes from the other network
        nodes.append(Node(f"{prefix}told", "input", *_TOLD[told], group=group))
        edges.append(Edge(nodes[-1].name, units.name, "feeds"))
    edges.append(Edge(units.name, units.name, "feeds"))
    edges += [Edge(units.name, head.name, "feeds") for head in heads]
    return [*nodes, units, *heads], edges


def _layer(shape: tuple[int, ...]) -> tuple[str, str]:
    if len(shape) == 4:
        return "convolution", f"{shape[3]} filters, {shape[0]} × {shape[1]}"
    return "linear layer", f"{shape[0]:,} to {shape[1]}"
