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
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.credit import second_order_figure, walk_figure
from neurorl.figures.rpe_time import errors_figure, uncertainty_figure
from neurorl.studies._rpe_claims import EXPECTS
from neurorl.studies._rpe_evidence import Scale, gather
from neurorl.studies._rpe_measures import measure
from neurorl.studies._rpe_sessions import CUE, LEARNERS, REWARD, TRAINED

SCALES = {
    "smoke": Scale(uncertain=60, runs=2, alphas=4, choosers=2, choices=40),
    "quick": Scale(uncertain=15_000),
    "paper": Scale(uncertain=60_000, runs=200, alphas=25, choosers=500, choices=4000),
}

RASTER = 150  # trials drawn
SECOND = 250  # trials of second-order conditioning drawn
PROBES = {"first trial": ("omitted", 0), "trained": ("omitted", TRAINED - 1)} | {
    name: (name, TRAINED) for name in ("omitted", "early", "late")
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


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    errors, t, n = evidence.recordings["errors"], measures.tables, evidence.numbers
    drawn = {name: LEARNERS[name].title for name in ("td0", "td_trace", "microstimuli")}
    rpe = {title: errors["rpe"].sel(learner=name) for name, title in drawn.items()}
    rasters = {title: of.sel(session="omitted").to_numpy()[:RASTER] for title, of in rpe.items()}
    traces = {
        title: {name: of.sel(session=session).to_numpy()[trial] for name, (session, trial) in PROBES.items()}
        for title, of in rpe.items()
    }
    second = {
        title: errors["value"].sel(learner=name, session="second order").to_numpy()[TRAINED:, CUE]
        for name, title in drawn.items()
    }
    blocked = {name: (n[f"{name}_onset"], n[f"{name}_end"]) for name in ("blocked", "unblocked")}
    return (
        Picture(
            "errors",
            errors_figure(rasters, traces, cue=CUE, reward=REWARD),
            "Prediction errors while a cue comes to predict a reward (above: trials from top to bottom), and on single "
            "trials (below): the first, after 500, and with the reward left out, five steps early, five late. TD(0) "
            "carries the error back step by step; with traces, and with microstimuli, it fades at the reward while it "
            "grows at the cue.",
        ),
        Picture(
            "uncertainty",
            uncertainty_figure(evidence.tables["graded"], t["graded"], t["timed"], cue=CUE, reward=REWARD),
            "Left, middle: errors where the cue is followed by a reward with probability p; dashed, p gamma^10, 1 - p "
            "and -p. Right: errors at rewards whose time is uncertain, always given or on nine of ten trials; dashed, "
            "closed forms. Only a compound that the reward ends has a trend.",
        ),
        Picture(
            "teaching",
            second_order_figure(second, blocked, shown=SECOND),
            "Left: a cue that comes before a trained one gains value without a reward, until the trained one has lost "
            "its own. Right: a cue added to a predictor is worth nothing, unless dopamine is stimulated (+.5) at the "
            "reward of the compound.",
        ),
        Picture(
            "credit",
            walk_figure(evidence.tables["walks"], evidence.tables["delayed"]),
            "Left, middle: the random walk is learned best with an intermediate lambda. Right: outcomes three or six "
            "choices late are credited by traces of the right length. Solid: values after random choices; dashed: "
            "choices that follow the values.",
        ),
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
