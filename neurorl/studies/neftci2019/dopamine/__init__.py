"""Dopamine as a prediction error in time: it moves from reward to cue, dips, grades, teaches, and reaches back.

Temporal differences on Schultz's trial (Neftci & Averbeck 2019, eqs. 2-3; Schultz et al. 1997): a cue, a reward ten
steps later, and what was done to this trial since: rewards left out, early, late, uncertain or at uncertain times, cues
before the cue, dopamine stimulated. Four learners go through it, which differ in what they know of time (a serial
compound, one that a reward ends, microstimuli) and in how far an error reaches back. Then credit across time by itself:
TD(lambda) on the random walk, and choices whose outcomes come trials late.

Departs from the papers: time has steps and no seconds; the task with rewards at uncertain times is recalled, its
standard deviation ours; the delayed bandit is ours.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.dopamine.claims import EXPECTS
from neurorl.studies.neftci2019.dopamine.evidence import Scale, gather
from neurorl.studies.neftci2019.dopamine.figures import draw
from neurorl.studies.neftci2019.dopamine.measures import measure

SCALES = {
    "smoke": Scale(uncertain=60, runs=2, alphas=4, choosers=2, choices=40),
    "quick": Scale(uncertain=15_000),
    "paper": Scale(uncertain=60_000, runs=200, alphas=25, choosers=500, choices=4000),
}

NOTES = (
    "The error of time t is that of the transition into t: V(t) less V(t - 1), with what arrives at t.",
    "That a blocked cue is worth .25 after stimulation holds at the step before the reward. When the cue comes on it "
    "is worth .25 gamma^9 = .208, since its value is discounted; an animal's response at onset shows the latter.",
    "Without a trace of choices, late rewards were expected to leave choices at chance, a target that is missed. It "
    "holds for credit: random choices without a trace teach nothing. But a learner that acts on its values gets to "
    "three quarters of right choices. Our reading: all its values follow the recent rate of reward, so that whatever "
    "it chooses while the rate rises gains on what it leaves alone; a slow climb of the whole policy, without credit "
    "for single choices.",
    "A serial compound that a reward ends behaves as if it inferred hidden states, because the time since the cue "
    "without a reward is all there is to know in this task. Inference shows against the compound that goes on.",
    "Microstimuli never predict a time exactly, so that a predicted reward keeps a fifth of its error here. Their "
    "thresholds were set after a first look at the simulation.",
)

STUDY = Study(
    name="dopamine",
    card=Card(
        title="Dopamine as a prediction error in time",
        summary="The error moves from reward to cue, dips when a reward stays out, grades with its probability and "
        "unblocks when stimulated; with traces it reaches back. Four learners, which differ in what they know of time.",
        refs=(
            "schultz1997",
            "neftci2019:eqs. 2-3",
            "hollerman1998",
            "fiorillo2003",
            "ludvig2008",
            "steinberg2013",
            "pan2005",
            "starkweather2017",
            "sutton2018:ch. 12",
            "walton2010",
        ),
        tags=("dopamine", "pavlovian", "timing", "traces", "perturbation"),
    ),
    tasks=("pavlovian", "random_walk", "delayed_bandit"),
    agents=("td_lambda", "cue_rescorla_wagner", "choice_trace_learner"),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
