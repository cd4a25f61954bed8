"""Learning to reverse: reversals become faster with experience of their frequency and timing.

Three ideas of Neftci & Averbeck 2019. (1) An observer that infers hazard and noise together with the state reverses in
nine trials at first and in two later; learning the hazard alone is not enough, and a delta rule does not speed up at
all (after Jang et al. 2015). (2) An observer that knows *when* a block's reversal occurs gains most if outcomes are
noisy, and switches abruptly (Costa et al. 2015). (3) A hidden Markov model of the task earns more than any delta rule.

Departs from the papers: the animals' numbers are not simulated here; `animals` fits their data.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.learning_to_reverse.claims import EXPECTS
from neurorl.studies.neftci2019.learning_to_reverse.evidence import (
    CACHES,
    FILTERS,
    HAZARD,
    LEARNS,
    SERIAL,
    TIMES,
    TIMING,
    Scale,
    gather,
)
from neurorl.studies.neftci2019.learning_to_reverse.figures import draw
from neurorl.studies.neftci2019.learning_to_reverse.measures import measure

SCALES = {
    "smoke": Scale(noisy=4, animals=2, blocks=20, grid=4, sessions=10, learners=2, lifetime=10),
    "quick": Scale(noisy=200, animals=10, blocks=5000, grid=400, sessions=1500, learners=10, lifetime=110),
    "paper": Scale(noisy=1000, animals=30, blocks=6000, grid=1500, sessions=6000, learners=40, lifetime=300),
}

NOTES = (
    "The number of trials of the very first reversal depends on the tail of the prior on the hazard, and "
    "therefore on the end of its grid: 9 with a grid down to 1e-12, 7 with 1e-4. The 35 % of the prior below "
    "1e-12 are assigned to the lowest point of the grid.",
    "80/20: the reference prints 9.9 and 4.4 without its prior. With known noise we find 10.2 and 3.8; with "
    "noise learned from the prior of the certain task about 15 and 5 (`noisy_both_...`).",
    "Groups: if the prior makes reversals more likely, less remains to be learned, so that the curve is lower "
    "and flatter. Animals had equal slopes; this model has not, and with ten animals per group the ANOVA "
    "detects the difference. The belief itself rises by nearly the same amount per reversal in all groups "
    "(`groups_slope_ratio`).",
    "Raised to the power w, a flat or uniform prior stays the same, and a Gaussian one becomes narrower by sqrt(w).",
    "The estimate of a reversal is the posterior mean on the last trial of the block.",
    "Intervals around accuracies of the reference are .01: two standard errors of its 1,500 blocks at 60/40.",
)

STUDY = Study(
    name="learning_to_reverse",
    card=Card(
        title="Learning to reverse: how often, and when",
        summary="In an observer that learns hazard and noise together, reversals speed up from nine trials to two. A "
        "prior on their timing helps most if outcomes are noisy, and makes switches abrupt. A delta rule "
        "shows neither effect.",
        refs=("neftci2019", "jang2015", "costa2015", "bartolo2020", "rabiner1989"),
        tags=("reversal", "inference", "learning to learn", "timing"),
    ),
    tasks=(SERIAL, TIMING, HAZARD),
    agents=(LEARNS, TIMES, FILTERS, CACHES),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
