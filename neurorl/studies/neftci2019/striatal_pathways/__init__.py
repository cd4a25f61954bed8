"""Striatal pathways: a frontal-striatal loop taught by dopamine, and opponent direct and indirect pathways.

The frontal-striatal loop of Neftci & Averbeck 2019 (Fig. 2) with named parts and a dopamine firing rate that is never
negative: its neurons trial by trial, imposed bursts and dips, doses and a block of dopamine. The second part goes
beyond the review: direct and indirect pathways (Collins & Frank 2014) in probabilistic selection with a drug that
changes dopamine at choice, their negative control, and dopamine that follows the richness of the environment (Jaskir &
Frank 2023).

Departs from the papers: firing rates are ours; OpAL* is run with two options only (with six options the published
advantage did not appear in a reference simulation of ours, and is left open); see also `agents/opal.py` and
`agents/opal_star.py`.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.striatal_pathways.claims import EXPECTS
from neurorl.studies.neftci2019.striatal_pathways.evidence import BANDIT, DELTA, LOOP, Scale, gather
from neurorl.studies.neftci2019.striatal_pathways.figures import draw
from neurorl.studies.neftci2019.striatal_pathways.measures import measure
from neurorl.studies.neftci2019.striatal_pathways.opponent import AGENT, STAR, TASK

SCALES = {
    "smoke": Scale(sessions=20, selection=10, richness=20),
    "quick": Scale(sessions=1_000, selection=1_500, richness=4_000),
    "paper": Scale(sessions=4_000, selection=6_000, richness=16_000),
}

NOTES = (
    "Choosing A and avoiding B are measured on untrained pairs, by the probability of each answer.",
    "All levels of dopamine are tested on the same trained agents, from the same seeds.",
    "In a lean environment the arms pay with .3 and .2, in a rich one with .8 and .7; 250 trials, inverse "
    "temperature 1.",
)

STUDY = Study(
    name="striatal_pathways",
    card=Card(
        title="Striatal pathways: dopamine in learning and in choice",
        summary="Cortico-striatal synapses learn from a dopamine firing rate that is never negative. Direct and "
        "indirect pathways learn benefits and costs, and dopamine at choice sets their relative weight.",
        refs=("neftci2019:Fig. 2", "collins2014", "frank2004", "jaskir2023"),
        tags=("circuit", "striatum", "dopamine", "lesion", "stimulation"),
    ),
    tasks=(BANDIT, TASK),
    agents=(LOOP, DELTA, AGENT, STAR),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
