"""Conditioning: from probabilities that are moved to values that are predicted, and cues that compete for an error.

What reinforcement learning was before it had time: the linear operators of Bush and Mosteller, averages R/C, the delta
rule, and Rescorla and Wagner's step from one cue to many, by which a cue is learned about only as far as the others
leave something to explain (Neftci & Averbeck 2019, eq. 1). Beside it two theories in which attention changes, Pearce
and Hall's and Mackintosh's, on the same designs; and the ratings of 41 people after blocking.

Departs from the papers: rates are ours; people's ratings are compared with ten times a value, without a response rule.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.conditioning.claims import EXPECTS
from neurorl.studies.neftci2019.conditioning.evidence import Scale, gather
from neurorl.studies.neftci2019.conditioning.figures import draw
from neurorl.studies.neftci2019.conditioning.measures import measure

SCALES = {
    "smoke": Scale(choosers=4, choices=200, reversers=8, orders=2, steady=200, grid=4),
    "quick": Scale(choosers=200, reversers=500, grid=24),
    "paper": Scale(choosers=2000, choices=4000, reversers=5000, orders=200, steady=100_000, grid=100),
}

NOTES = (
    "A trial is one step: all cues and the outcome together. `dopamine` has the same task with time.",
    "Values are computed in double precision, so that a closed form is met to rounding.",
    "Conditioned inhibition and overexpectation mix their trials at random; values are means over orders.",
    "Mackintosh's learner has no inhibition because each of its errors knows one cue only, and it loses no attention "
    "to a cue that is shown alone without consequence.",
    "No learner fits people: the blocked cue stands in the middle of the scale, as if they could not tell, while all "
    "three predict a value. Pearce and Hall's comes closest, because associability falls to cues that proved harmless.",
)

STUDY = Study(
    name="conditioning",
    card=Card(
        title="Cues compete for what is left to explain",
        summary="Linear operators match, averages slow down, and cues that share an error block, overshadow and "
        "inhibit one another as animals' do. Three theories on the same designs, and on people's ratings of cues.",
        refs=("bush1951", "rescorla1972", "kamin1969", "pearce1980", "mackintosh1975", "spicer2021", "neftci2019"),
        tags=("pavlovian", "bandit", "values", "attention"),
    ),
    tasks=("pavlovian", "bandit", "reversal"),
    agents=("bush_mosteller", "sample_average", "rescorla_wagner", "cue_rescorla_wagner", "pearce_hall", "mackintosh"),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
