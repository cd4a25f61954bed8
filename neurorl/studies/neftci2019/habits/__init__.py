"""Habits: with training a lever press comes to ask no longer what its outcome is worth.

After Neftci & Averbeck 2019 and Daw, Niv & Dayan 2005. A planner and a cache value the press of a lever, and the surer
one counts for more. Presses are led, so that the planner's weight and what devaluation takes are exact; then rats that
choose for themselves are trained for short or long, their food is devalued or not, and they are tested in extinction,
intact or with either system lesioned. With two levers and two outcomes the same agent chooses between them. Beside it
stand learners that are one thing only: a cache, a learned successor representation, a planner on a learned model.

Which part of the brain is which system is a label and no part of the model: in rats, prelimbic cortex goes with the
planner and infralimbic cortex with the cache (Killcross & Coutureau 2003).

Departs from the papers: the systems hold means and variances (see `agents/uncertainty_arbitration.py`); a press is a
trial, so response rates are shares of trials.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.habits.claims import EXPECTS
from neurorl.studies.neftci2019.habits.evidence import AGENT, SINGLE, TASK, Scale, gather
from neurorl.studies.neftci2019.habits.figures import draw
from neurorl.studies.neftci2019.habits.measures import measure

SCALES = {"smoke": Scale(rats=4), "quick": Scale(rats=60), "paper": Scale(rats=400)}

NOTES = (
    "The reference simulation counts as lost what the planner held of the value (.995 after 5 presses, met). What the "
    "agent loses is .997: once the outcome is worth nothing, it no longer matters how surely a press leads to it, so "
    "that the planner is surer of the lever's value and weighs a little more.",
    "With two levers sensitivity is kept by the test, not by the systems: both caches are equal and cancel in a "
    "choice, so that the planner decides however little it weighs. The weights are those of one lever with as many "
    "presses.",
    "A lesioned system is one whose precision counts nothing; the other then rules alone.",
)

STUDY = Study(
    name="habits",
    card=Card(
        title="Habits: goal-directed and habitual control, arbitrated by uncertainty",
        summary="Training hands a lever press over from a planner to a cache, and devaluation shows it. Lesions of "
        "either system, two levers with two outcomes, and learners of one kind only stand beside.",
        refs=("daw2005", "neftci2019", "adams1982", "killcross2003", "colwill1985", "keramati2011", "russek2017"),
        tags=("habit", "devaluation", "arbitration", "model-based", "lesion", "planning"),
    ),
    tasks=(TASK,),
    agents=(AGENT, *(name for name, _ in SINGLE.values())),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
