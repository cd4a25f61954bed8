"""Dopamine as a temporal-difference error: transfer from reward to cue, omission, probability, unblocking, traces.

Temporal differences in the experiments of Schultz and others (Neftci & Averbeck 2019, eqs. 2-3; Schultz et al. 1997): a
cue and a reward ten steps later, with rewards omitted, early, late, uncertain or at uncertain times, with a second cue
before the cue, and with dopamine stimulated. Four learners differ in their representation of time (a serial compound,
one that ends with the reward, microstimuli) and in the length of their eligibility traces. Credit assignment over time
is then studied separately: TD(lambda) on the random walk, and choices with outcomes several trials late.

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
    "After stimulation the blocked cue has a value of .25 at the step before the reward. At cue onset its "
    "value is .25 gamma^9 = .208 because of discounting; an animal's response at onset corresponds to the "
    "latter.",
    "Without a trace of choices, late rewards were expected to leave choices at chance; this target is "
    "missed. It is met for credit assignment: random choices without a trace teach nothing. But a learner "
    "that acts on its values reaches three quarters of correct choices. Our interpretation: all its values "
    "follow the recent reward rate, so an action chosen while the rate rises gains on the other one. The "
    "policy as a whole then improves slowly without credit for single choices.",
    "A serial compound that ends with the reward behaves as if it inferred hidden states, because in this "
    "task the time since the cue without a reward determines the state. Inference differs from the compound "
    "that continues after the reward.",
    "Microstimuli do not predict an exact time, so that a predicted reward keeps a fifth of its error. The "
    "thresholds of these claims were set after a first look at the simulation.",
)

STUDY = Study(
    name="dopamine",
    card=Card(
        title="Dopamine as a prediction error in time",
        summary="The prediction error moves from reward to cue, dips when a reward is omitted, depends on reward "
        "probability, and unblocks a cue when it is stimulated. With eligibility traces it moves in one "
        "step. The four learners differ in their representation of time.",
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
