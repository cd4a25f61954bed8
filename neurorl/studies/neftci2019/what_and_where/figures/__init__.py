"""Figures of the What/Where study."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.style import PALETTE
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL
from neurorl.studies.neftci2019.what_and_where.evidence import FITTED, LESION, STRIATA
from neurorl.studies.neftci2019.what_and_where.figures.frontal_striatal import COLORS, circuit_figure
from neurorl.studies.neftci2019.what_and_where.figures.panels import (
    arbitration_figure,
    effect,
    lesion_figure,
    strategy_figure,
)

SHOWN = {
    "control": "control",
    f"ventral {LESION:g}": "ventral striatum lesioned",
    f"dorsal {LESION:g}": "dorsal striatum lesioned",
    f"dopamine {LESION:g}": "dopamine lesioned",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    change = t["nodes"].set_index(["condition", "kind"])["mean"]
    notes = {
        node.name: f"{node.detail}\n{effect(change[node.name, 'what'])} / {effect(change[node.name, 'where'])}"
        for node in FRONTAL_STRIATAL.nodes
    }
    ventral, dorsal = COLORS["ventral"], COLORS["dorsal"]
    groups = (PALETTE["ink"], ventral, dorsal, PALETTE["latent_state"])
    return (
        Picture(
            "circuit",
            circuit_figure(
                FRONTAL_STRIATAL,
                notes,
                {"ventral": "Ventral loop: objects", "dorsal": "Dorsal loop: actions"},
                "numbers: change after its loss, What / Where",
            ),
            "The graph from which the circuit is assembled, and the change in the share of correct choices after "
            "loss of each node, 80/20. Neftci & Averbeck 2019, Fig. 3.",
        ),
        Picture(
            "lesions",
            lesion_figure(
                t["accuracy"], t["courses"], names=SHOWN, colors=dict(zip(SHOWN, groups, strict=True)), schedule=0.8
            ),
            "The double dissociation: with .4 of the gain of one striatum left, accuracy is lower in the blocks of "
            "its own kind and unchanged in the others. Top: by schedule (bars start at chance; 95 % intervals over "
            "blocks). Bottom: around the reversal.",
        ),
        Picture(
            "arbitration",
            arbitration_figure(
                t["trust"],
                t["doses"],
                t["gradient"],
                doses_of={name: f"{name} lesion" for name in STRIATA},
                colors=(ventral, dorsal),
            ),
            "Left: arbitration weights the system that predicts better. Middle: accuracy decreases with the size of "
            "the lesion, to chance after a total lesion. Right: the effect of a lesion on its own blocks less that "
            "on the others, by mixing of the loops.",
        ),
        Picture(
            "strategy",
            strategy_figure(
                t["fits"],
                groups=dict(zip(FITTED, (PALETTE["ink"], ventral), strict=True)),
                panels={
                    "Bias for pictures": ("both", "bias", "ρ (log-odds)"),
                    "Consistency in What": ("what", "beta", "β (1/reward)"),
                    "Learning from losses": ("what", "alpha_neg", "α₋"),
                },
            ),
            "Simulated subjects fitted by learners without a lesion. In these fits, subjects with a ventral lesion "
            "appear to prefer sides and to choose more randomly.",
        ),
    )
