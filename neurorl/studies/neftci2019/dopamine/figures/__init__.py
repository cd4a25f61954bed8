"""Figures of the study: dopamine as a prediction error in time."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.studies.neftci2019.dopamine.figures.credit import second_order_figure, walk_figure
from neurorl.studies.neftci2019.dopamine.figures.rpe_time import errors_figure, uncertainty_figure
from neurorl.studies.neftci2019.dopamine.sessions import CUE, LEARNERS, REWARD, TRAINED

RASTER = 150  # trials drawn

SECOND = 250  # trials of second-order conditioning drawn

PROBES = {"first trial": ("omitted", 0), "trained": ("omitted", TRAINED - 1)} | {
    name: (name, TRAINED) for name in ("omitted", "early", "late")
}


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
