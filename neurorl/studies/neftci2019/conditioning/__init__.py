"""Conditioning: from choice probabilities to predicted values, and cues that compete for a prediction error.

Learning rules without time within a trial: the linear operators of Bush and Mosteller, averages R/C, the delta rule,
and the Rescorla-Wagner rule for several cues, in which a cue is learned about only to the extent that the other cues
leave something to explain (Neftci & Averbeck 2019, eq. 1). Two theories in which attention changes, Pearce-Hall and
Mackintosh, are run on the same designs, and all are compared with the ratings of 41 people after blocking.

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
    "A trial is one step with all cues and the outcome together. The study `dopamine` has the same task with time.",
    "Values are computed in double precision, so that closed forms hold up to rounding.",
    "Conditioned inhibition and overexpectation mix their trials at random; values are means over orders.",
    "Mackintosh's learner has no inhibition because each of its errors depends on one cue only. It loses no "
    "attention to a cue that is shown alone without consequence.",
    "No learner fits people: they rate the blocked cue in the middle of the scale, while all three learners "
    "predict an extreme value. Pearce and Hall's learner comes closest, because associability falls for cues "
    "that proved harmless.",
)

STUDY = Study(
    name="conditioning",
    card=Card(
        title="Conditioning: cues compete for prediction error",
        summary="Linear operators match, averages slow down, and cues that share an error show blocking, "
        "overshadowing and conditioned inhibition, as in animals. Three theories are compared on the same "
        "designs and on people's ratings of cues.",
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
