"""The circuit of reinforcement learning in the primate brain as a typed graph (Neftci & Averbeck 2019, Fig. 3).

    ventral loop   orbitofrontal cortex -> ventral striatum -> pallidum -> mediodorsal thalamus -> orbitofrontal cortex:
                   what is good; amygdala and hippocampus belong to it alone
    dorsal loop    lateral prefrontal cortex -> dorsal striatum -> pallidum -> mediodorsal thalamus -> the same cortex:
                   which action is good

Each striatum reaches the thalamus by a direct pathway (striatum -| GPi -| thalamus: two inhibitions, so it excites)
and an indirect one (striatum -| GPe -| GPi -| thalamus: three, so it inhibits). Midbrain dopamine reaches both striata.
The loops are the poles of a gradient: `gradient` mixes what they say.

Departs from the paper: pallidum and thalamus are drawn once there; here each loop has its own territory of them. The
subthalamic nucleus is left out, as there.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.circuit import Circuit, Edge, Node

PATH = ("excites", "inhibits")  # edges that carry activity; dopamine modulates
VENTRAL, DORSAL = "ventral", "dorsal"
_LOOPS = {
    VENTRAL: (("orbitofrontal", "OFC"), ("ventral_striatum", "VStr")),
    DORSAL: (("lateral_prefrontal", "lPFC"), ("dorsal_striatum", "DStr")),
}


def _loop(group: str) -> tuple[list[Node], list[Edge]]:
    (cortex, cortex_label), (striatum, striatum_label) = _LOOPS[group]
    gpe, gpi, thalamus = f"{group}_gpe", f"{group}_gpi", f"{group}_thalamus"
    nodes = [
        Node(cortex, "cortex", cortex_label, cortex.replace("_", " "), group),
        Node(striatum, "striatum", striatum_label, striatum.replace("_", " "), group),
        Node(gpe, "external pallidum", "GPe", "external", group),
        Node(gpi, "internal pallidum", "GPi", "internal", group),
        Node(thalamus, "thalamus", "MD", "mediodorsal", group),
    ]
    edges = [
        Edge(cortex, striatum, "excites"),
        Edge(striatum, gpi, "inhibits", "direct"),
        Edge(striatum, gpe, "inhibits", "indirect"),
        Edge(gpe, gpi, "inhibits"),
        Edge(gpi, thalamus, "inhibits"),
        Edge(thalamus, cortex, "excites"),
        Edge("dopamine", striatum, "modulates"),
    ]
    return nodes, edges


def _circuit() -> Circuit:
    loops = [_loop(group) for group in _LOOPS]
    nodes = [node for part, _ in loops for node in part]
    edges = [edge for _, part in loops for edge in part]
    nodes += [
        Node("amygdala", "amygdala", "Amyg", "amygdala", VENTRAL),
        Node("hippocampus", "hippocampus", "Hipp", "hippocampus", VENTRAL),
        Node("dopamine", "dopamine", "VTA/SNc", "midbrain"),
    ]
    edges += [
        Edge("amygdala", "ventral_striatum", "excites"),
        Edge("amygdala", "orbitofrontal", "excites"),
        Edge("hippocampus", "ventral_striatum", "excites"),
    ]
    return Circuit("Frontal-striatal circuit", tuple(nodes), tuple(edges))


FRONTAL_STRIATAL = _circuit()


def gradient(n: int, g: Float[Array, ""] | float) -> Float[Array, "n n"]:
    """M(g) = (1 - g) I + (g / n) 1 1^T: loops say g of what they know together; g = 0 seals them off.

    For two loops the off-diagonal is g / 2. Rows sum to 1, so an intact circuit is the same at every g.
    """
    return (1.0 - g) * jnp.eye(n) + g / n
