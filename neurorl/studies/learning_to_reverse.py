"""Learning to reverse: animals come to know that, how often and when the world turns.

Three ideas of Neftci & Averbeck 2019. (1) An observer that infers hazard and noise together with the state reverses in
nine trials at first and in two later; learning the hazard alone is not enough, and a delta rule does not speed up at
all (after Jang et al. 2015). (2) One who knows *when* a block's reversal comes gains most where outcomes are noisiest,
and switches abruptly (Costa et al. 2015). (3) A hidden Markov model of the task beats every delta rule.

Departs from the papers: the animals' numbers are not simulated here; `animals` meets them.
"""

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.reversal_speed import speed_figure
from neurorl.figures.reversal_timing import accuracy_figure, aligned_figure, learned_prior_figure, posterior_figure
from neurorl.studies._reverse_claims import EXPECTS
from neurorl.studies._reverse_evidence import (
    ALONE,
    BOLD,
    CACHED,
    CACHES,
    FILTERS,
    HAZARD,
    LEARNED,
    LEARNS,
    SCHEDULES,
    SERIAL,
    TIMES,
    TIMING,
    Scale,
    gather,
)
from neurorl.studies._reverse_measures import measure

SCALES = {
    "smoke": Scale(noisy=4, animals=2, blocks=20, grid=4, sessions=10, learners=2, lifetime=10),
    "quick": Scale(noisy=200, animals=10, blocks=5000, grid=400, sessions=1500, learners=10, lifetime=110),
    "paper": Scale(noisy=1000, animals=30, blocks=6000, grid=1500, sessions=6000, learners=40, lifetime=300),
}

ROLES = {
    LEARNED: "network",
    BOLD: "ceiling",
    ALONE: "latent_state",
    CACHED: "model_free",
    "flat": "ceiling",
    "hazard": "hybrid",
    "uniform": "network",
    "gaussian": "latent_state",
    "best delta rule": "model_free",
    "delta rule": "muted",
    "hidden Markov model": "network",
}
TITLES = {
    "uniform": "prior: trials 30 to 50",
    "gaussian": "prior: 40 ± 6",
    "hazard": "prior: constant hazard",
    "flat": "prior: flat",
    "best delta rule": "best delta rule",
}

NOTES = (
    "How many trials the very first reversal takes depends on the tail of the prior on the hazard, and so on where its "
    "grid ends: 9 with the grid down to 1e-12, 7 with 1e-4. Below 1e-12 lie 35 % of the prior, which count to the "
    "lowest point of the grid.",
    "80/20: the reference prints 9.9 and 4.4 without its prior. With the noise known we find 10.2 and 3.8; with noise "
    "learned from the prior of the certain task about 15 and 5 (`noisy_both_...`).",
    "Groups: a prior under which reversals are likelier has less to learn, so its curve is lower and flatter. That "
    "slopes are equal is what the animals showed; in this model they are not, and with ten animals a group the ANOVA "
    "says so. The belief itself rises by nearly as much a reversal in all groups (`groups_slope_ratio`).",
    "To the power w a flat or uniform prior stays as it is, and a Gaussian one becomes narrower by sqrt(w).",
    "The estimate of a reversal is the posterior mean on the last trial of the block.",
    "Intervals around accuracies of the reference are .01: two standard errors of its 1,500 blocks at 60/40.",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    return (
        Picture(
            "speed",
            speed_figure(t["speed"], t["groups"], t["beliefs"], roles=ROLES),
            "A: trials before the first right choice after each reversal, outcomes certain. B: the same at 80/20, "
            "reversals 40 trials apart; lines are 95 % intervals over sessions. C: groups that have met more or fewer "
            "reversals before. D: belief in a reversal and in misleading outcomes just before each reversal of A, "
            "both learned.",
        ),
        Picture(
            "timing",
            aligned_figure(t["curves"], panels=list(SCHEDULES), order=list(TITLES), titles=TITLES, roles=ROLES),
            "Choices of the picture that becomes the better one, by distance from the reversal. Observers differ in "
            "what they expect of its timing only.",
        ),
        Picture(
            "posterior",
            posterior_figure(t["posteriors"], {"flat": TITLES["flat"], "uniform": TITLES["uniform"]}),
            "One block each: the posterior over the trial of the reversal as trials go by. Dashed: the trial itself, "
            "and the reversal.",
        ),
        Picture(
            "accuracy",
            accuracy_figure(
                t["accuracy"], t["filter"], panels=list(SCHEDULES), order=list(TITLES), titles=TITLES, roles=ROLES
            ),
            "Share of right choices; lines are 95 % intervals. Left three: blocks with one reversal between trials 30 "
            "and 50. Right: reversals at a hazard of .04, 80/20, from trial 20 on.",
        ),
        Picture(
            "learned",
            learned_prior_figure(
                evidence.tables["learned_priors"],
                t["learned"],
                flat=measures.values["flat_70_30"],
                timing=measures.values["timing_70_30"],
            ),
            "A prior on timing that is learned from block to block at 70/30. Left: the prior before some blocks. "
            "Right: accuracy in steps of ten blocks, between that of a flat and of the task's own prior.",
        ),
    )


STUDY = Study(
    name="learning_to_reverse",
    card=Card(
        title="Learning to reverse: how often, and when",
        summary="Reversals speed up from nine trials to two in an observer that learns hazard and noise together; a "
        "prior on their timing helps most in noise and makes switches abrupt; no delta rule does either.",
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
