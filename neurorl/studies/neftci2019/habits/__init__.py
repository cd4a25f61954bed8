"""Habits: with training a lever press becomes insensitive to the value of its outcome.

After Neftci & Averbeck 2019 and Daw, Niv & Dayan 2005. A planner and a cache value the press of a lever and are
weighted by their certainty. Presses are imposed, so that the planner's weight and the effect of devaluation are exact.
Then simulated rats that choose freely are trained briefly or extensively, their food is devalued or not, and they are
tested in extinction, intact or with either system lesioned. With two levers and two outcomes the same agent chooses
between them. Learners with one system only are compared: a cache, a learned successor representation, a planner on a
learned model. The anatomical labels are not part of the model: in rats, prelimbic cortex corresponds to the planner and
infralimbic cortex to the cache (Killcross & Coutureau 2003).

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
    "The reference simulation counts as lost the planner's share of the value (.995 after 5 presses; met). "
    "The agent loses .997: if the outcome is worth nothing, uncertainty about whether a press leads to it no "
    "longer matters, so that the planner is more certain of the lever's value and has a slightly larger "
    "weight.",
    "With two levers, choice stays sensitive because of the test, not of the systems: the two cached values "
    "are equal and cancel in the choice, so that the planner decides at any weight. The weights are those of "
    "one lever with as many presses.",
    "A lesioned system has a precision of zero; the other system then controls behaviour alone.",
)

STUDY = Study(
    name="habits",
    card=Card(
        title="Habits: goal-directed and habitual control, arbitrated by uncertainty",
        summary="Training shifts control of a lever press from a planner to a cache, as devaluation shows. Lesions "
        "of either system, two levers with two outcomes, and learners with one system are compared.",
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
