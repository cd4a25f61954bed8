"""The cortico-basal ganglia-thalamic loops in which Wang et al. 2018 place meta-reinforcement learning (Supp. Fig. 3).

Three loops run in parallel, each from a part of cortex through its own part of the striatum, the output nuclei of the
basal ganglia and the thalamus back to the same cortex (Alexander, DeLong & Strick 1986; Yin & Knowlton 2006):

    associative   dorsal prefrontal -> dorsomedial striatum -> SNr/GPi -> mediodorsal thalamus
    limbic        ventral prefrontal -> ventral striatum -> SNr/GPi -> mediodorsal thalamus
    sensorimotor  sensorimotor cortex -> dorsolateral striatum -> SNr/GPi -> posterior thalamus

Dopamine of VTA and SNc reaches the striatum and prefrontal cortex. The two prefrontal loops together are what the
theory models as one recurrent network, whose weights dopamine trains.

Departs from the paper: made from the figure's legend, which names the parts; the signs of the connections and where
dopamine goes are textbook anatomy. Only the direct pathway is here: no indirect or hyperdirect one, no
ventral pallidum, no crossing from loop to loop, and nothing of what drives the dopamine neurons.
"""

from neurorl.core.circuit import Circuit, Edge, Node

# loop: cortex, its part of the striatum, its thalamus; each with the full name
_LOOPS = {
    "associative": (
        ("DPFC", "dorsal prefrontal"),
        ("DMS", "dorsomedial striatum"),
        ("MD", "mediodorsal"),
    ),
    "limbic": (
        ("VPFC", "ventral prefrontal"),
        ("VS", "ventral striatum"),
        ("MD", "mediodorsal"),
    ),
    "sensorimotor": (
        ("SM", "sensorimotor cortex"),
        ("DLS", "dorsolateral striatum"),
        ("PO", "posterior"),
    ),
}
PREFRONTAL = ("associative", "limbic")  # the loops that the theory models as the recurrent network
PATH = ("excites", "inhibits")  # the kinds of edges that make up a loop; dopamine modulates


def _nodes() -> list[Node]:
    nodes = []
    for group, ((cortex, cortex_name), (striatum, striatum_name), (thalamus, thalamus_name)) in _LOOPS.items():
        nodes += [
            Node(cortex, "cortex", detail=cortex_name, group=group),
            Node(striatum, "striatum", detail=striatum_name, group=group),
            Node(f"{group} output", "output nuclei", "SNr/GPi", "output nuclei", group),
            Node(f"{group} thalamus", "thalamus", thalamus, thalamus_name, group),
        ]
    return [*nodes, Node("VTA/SNc", "dopamine", detail="dopamine")]


def _edges() -> list[Edge]:
    edges = []
    for group, ((cortex, _), (striatum, _), _) in _LOOPS.items():
        output, thalamus = f"{group} output", f"{group} thalamus"
        edges += [
            Edge(cortex, striatum, "excites"),
            Edge(striatum, output, "inhibits"),
            Edge(output, thalamus, "inhibits"),
            Edge(thalamus, cortex, "excites"),
            Edge("VTA/SNc", striatum, "modulates"),
        ]
        if group in PREFRONTAL:
            edges.append(Edge("VTA/SNc", cortex, "modulates"))
    return edges


LOOPS = Circuit("Cortico-basal ganglia loops", tuple(_nodes()), tuple(_edges()))
