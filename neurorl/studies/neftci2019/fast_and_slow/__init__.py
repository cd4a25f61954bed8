"""Fast and slow: a fast amygdala learner beside a slow striatal learner, their mixture and their lesions.

Neftci & Averbeck 2019 (Fig. 1c) trade a fast learner, which follows changes and noise alike, against a slow one. The
study gives the exact error of both on a random walk and the point at which the better learner changes; their mixture,
weighted by reliability, on a value that jumps; the lesions of Costa et al. 2016 (`agents/fast_slow.py`), with the map
of parameter sets that do and do not reproduce them; fits of one learner to lesioned subjects; and mixtures of experts
(Jacobs et al. 1991).

Departs from the papers: Costa et al. 2016 could be read in its abstract alone, and the model of the lesions is ours. A
lesion is total; response times are left out.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.fast_and_slow.claims import EXPECTS
from neurorl.studies.neftci2019.fast_and_slow.evidence import AGENT, LEARNER, Scale, gather
from neurorl.studies.neftci2019.fast_and_slow.figures import draw
from neurorl.studies.neftci2019.fast_and_slow.measures import measure
from neurorl.studies.shared.blocks import TASK

SCALES = {
    "smoke": Scale(steps=20_000, blocks=20, sets=3, tried=5, fitted=10),
    "quick": Scale(steps=4_000_000, blocks=3_000, sets=150, tried=200, fitted=400),
    "paper": Scale(steps=8_000_000, blocks=6_000, sets=300, tried=1_000, fitted=2_000),
}

NOTES = (
    "Only the abstract of Costa et al. 2016 could be read: directions are theirs, numbers are those of a "
    "reference simulation.",
    "Parameter sets are drawn evenly: fast rate .5 to .95, slow rate .05 to .3, inverse temperature 4 to 12, exponent "
    "of reliability .5 to 4.",
    "Fits have one learner for all blocks of a group. With certain rewards, a reward for one picture carries "
    "the same information as no reward for the other. The likelihood of lesioned blocks then has two maxima, "
    "one for each learning rate.",
    "A parameter set shows the pattern if, with certain rewards, the striatum's lesion lowers the share "
    "correct by less than .015 and the amygdala's by more than .1, and if either lesion lowers it by at least "
    ".03 at each of 80/20, 70/30 and 60/40.",
)

STUDY = Study(
    name="fast_and_slow",
    card=Card(
        title="Fast and slow: amygdala beside striatum",
        summary="A fast learner follows changes and a slow one averages noise; their mixture, weighted by "
        "reliability, does both. Lesions of amygdala and striatum impair learning under different schedules "
        "of reward.",
        refs=("neftci2019:Fig. 1c", "costa2016", "averbeck2017", "jacobs1991"),
        tags=("circuit", "amygdala", "striatum", "lesion", "arbitration", "learning rate"),
    ),
    tasks=(TASK,),
    agents=(AGENT, LEARNER),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
