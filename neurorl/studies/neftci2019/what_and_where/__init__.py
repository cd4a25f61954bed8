"""What and where: ventral striatum learns pictures, dorsal striatum learns sides, and lesions dissociate them.

Two delta-rule learners, one of pictures and one of sides, are weighted by their reliability and play blocks in which
one or the other is rewarded and reverses once (Neftci & Averbeck 2019; Rothenhoefer et al. 2017; Woo et al. 2025).
Parts are lesioned at every dose on the same blocks. Intact and lesioned subjects are fitted by learners without a
lesion. The circuit of Fig. 3 is assembled from its graph, lesioned node by node, and its loops are mixed.

Departs from the papers: they give no equations or numbers for this; the model is ours (`agents/object_action.py`,
`agents/frontal_striatal.py`). A lesion leaves .4 of the gain, since lesioned monkeys stay above chance.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.what_and_where.claims import EXPECTS
from neurorl.studies.neftci2019.what_and_where.evidence import (
    AGENT,
    CIRCUIT,
    CONSISTENCY,
    Scale,
    gather,
)
from neurorl.studies.neftci2019.what_and_where.figures import draw
from neurorl.studies.neftci2019.what_and_where.measures import measure
from neurorl.studies.shared.blocks import TASK

SCALES = {
    "smoke": Scale(blocks=20, subjects=2),
    "quick": Scale(blocks=1_500, subjects=8),
    "paper": Scale(blocks=6_000, subjects=24),
}

NOTES = (
    "Only abstracts and legends of the papers on monkeys could be read, not their numbers: directions are "
    "theirs, thresholds are ours.",
    "All conditions play the same blocks from the same seeds; the intact condition is the matched control of "
    "the others.",
    "A lesioned part keeps its weight in arbitration: no other part takes over.",
)

STUDY = Study(
    name="what_and_where",
    card=Card(
        title="What and where: two striatal loops dissociated by lesions",
        summary="Ventral striatum learns pictures, dorsal striatum learns sides. Lesions dissociate them, "
        "arbitration follows reliability, and the circuit is assembled from its graph.",
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
