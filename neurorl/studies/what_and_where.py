"""What and where: ventral striatum learns which picture is good, dorsal striatum which side; lesions tell them apart.

Two delta-rule learners, one of pictures and one of sides, weighed by their reliability, play blocks in which one or
the other pays and reverses once (Neftci & Averbeck 2019; Rothenhoefer et al. 2017; Woo et al. 2025). Parts are lesioned
at every dose on the same blocks; whole and lesioned subjects are fitted by learners that know of no lesion; and the
circuit of Fig. 3 is assembled from its graph, lesioned node by node, and its loops are mixed.

Departs from the papers: they give no equations or numbers for this; the model is ours (`agents/object_action.py`,
`agents/frontal_striatal.py`). A lesion leaves .4 of the gain, since lesioned monkeys stay above chance.
"""

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.frontal_striatal import COLORS, circuit_figure
from neurorl.figures.style import PALETTE
from neurorl.figures.what_and_where import arbitration_figure, effect, lesion_figure, strategy_figure
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL
from neurorl.studies._blocks import TASK
from neurorl.studies._what_and_where_claims import EXPECTS
from neurorl.studies._what_and_where_evidence import AGENT, CIRCUIT, CONSISTENCY, FITTED, LESION, STRIATA, Scale, gather
from neurorl.studies._what_and_where_measures import measure

SCALES = {
    "smoke": Scale(blocks=20, subjects=2),
    "quick": Scale(blocks=1_500, subjects=8),
    "paper": Scale(blocks=6_000, subjects=24),
}
SHOWN = {
    "control": "control",
    f"ventral {LESION:g}": "ventral striatum lesioned",
    f"dorsal {LESION:g}": "dorsal striatum lesioned",
    f"dopamine {LESION:g}": "dopamine lesioned",
}

NOTES = (
    "Of the monkeys' papers abstracts and legends could be read, not their numbers: directions are theirs, thresholds "
    "ours.",
    "Conditions play the same blocks from the same seeds; an intact dose is the matched control of the others.",
    "A lesioned part keeps its weight in arbitration: nobody takes over for it.",
)


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
                {"ventral": "Ventral loop: what is good", "dorsal": "Dorsal loop: where it is good"},
                "numbers: what its loss changes, What / Where",
            ),
            "The graph from which the circuit is assembled, and what taking each node out changes in the share of "
            "correct choices, 80/20. Neftci & Averbeck 2019, Fig. 3.",
        ),
        Picture(
            "lesions",
            lesion_figure(
                t["accuracy"], t["courses"], names=SHOWN, colors=dict(zip(SHOWN, groups, strict=True)), schedule=0.8
            ),
            "The double dissociation: with .4 of the gain of one striatum left, blocks of its own kind suffer and the "
            "others do not. Above by schedule (from chance up; 95 % intervals over blocks), below around the reversal.",
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
            "Left: trust moves to the system that predicts better. Middle: the more of a striatum is taken, the worse; "
            "a total lesion leaves chance. Right: by how much more a lesion hurts its own blocks, when the loops of "
            "the assembled circuit mix.",
        ),
        Picture(
            "strategy",
            strategy_figure(
                t["fits"],
                groups=dict(zip(FITTED, (PALETTE["ink"], ventral), strict=True)),
                panels={
                    "Leaning to pictures": ("both", "bias", "ρ (log-odds)"),
                    "Consistency in What": ("what", "beta", "β (1/reward)"),
                    "Learning from losses": ("what", "alpha_neg", "α₋"),
                },
            ),
            "Simulated subjects fitted as if nothing had been done to them: those with a ventral lesion look as if "
            "they preferred sides and chose at random more often.",
        ),
    )


STUDY = Study(
    name="what_and_where",
    card=Card(
        title="What and where: two striatal loops, told apart by lesions",
        summary="Ventral striatum learns pictures, dorsal striatum sides. Lesions dissociate them, arbitration follows "
        "reliability, and the circuit of the brain is assembled from its graph.",
        refs=("neftci2019:Fig. 3", "rothenhoefer2017", "woo2025", "costa2016"),
        tags=("circuit", "striatum", "amygdala", "lesion", "arbitration"),
    ),
    tasks=(TASK,),
    agents=(AGENT, CIRCUIT, CONSISTENCY),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
