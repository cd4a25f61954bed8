"""Figures of the study of learning to reverse."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.reversal_timing import accuracy_figure, aligned_figure, learned_prior_figure, posterior_figure
from neurorl.studies.neftci2019.learning_to_reverse.evidence import (
    ALONE,
    BOLD,
    CACHED,
    LEARNED,
    SCHEDULES,
)
from neurorl.studies.neftci2019.learning_to_reverse.figures.reversal_speed import speed_figure

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


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    return (
        Picture(
            "speed",
            speed_figure(t["speed"], t["groups"], t["beliefs"], roles=ROLES),
            "A: trials before the first correct choice after each reversal, outcomes certain. B: the same measure at "
            "80/20, with reversals 40 trials apart; lines are 95 % intervals over sessions. C: groups with different "
            "numbers of earlier reversals. D: expected hazard and expected noise before each reversal of A, both "
            "learned.",
        ),
        Picture(
            "timing",
            aligned_figure(t["curves"], panels=list(SCHEDULES), order=list(TITLES), titles=TITLES, roles=ROLES),
            "Choices of the picture that becomes the better one, by distance from the reversal. The observers differ "
            "only in their prior on its timing.",
        ),
        Picture(
            "posterior",
            posterior_figure(t["posteriors"], {"flat": TITLES["flat"], "uniform": TITLES["uniform"]}),
            "One block each: the posterior over the trial of the reversal, by trial. Dashed: the current trial, and "
            "the reversal.",
        ),
        Picture(
            "accuracy",
            accuracy_figure(
                t["accuracy"], t["filter"], panels=list(SCHEDULES), order=list(TITLES), titles=TITLES, roles=ROLES
            ),
            "Share of correct choices; lines are 95 % intervals. Left three: blocks with one reversal between trials "
            "30 and 50. Right: reversals at a hazard of .04, 80/20, from trial 20 on.",
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
