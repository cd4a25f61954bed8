"""Figures of the dopamine study."""

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
            "Prediction errors during acquisition (top: trials from top to bottom) and on single trials (bottom): "
            "the first, after 500, and with the reward omitted, five steps early, and five steps late. In TD(0) the "
            "error moves to the cue step by step. With eligibility traces, and with microstimuli, it decreases at "
            "the reward while it increases at the cue.",
        ),
        Picture(
            "uncertainty",
            uncertainty_figure(evidence.tables["graded"], t["graded"], t["timed"], cue=CUE, reward=REWARD),
            "Left, middle: errors if the cue is followed by a reward with probability p; dashed: p gamma^10, 1 - p "
            "and -p. Right: errors at rewards at uncertain times, always given or on nine of ten trials; dashed: "
            "closed forms. Only a compound that ends with the reward has a trend.",
        ),
        Picture(
            "teaching",
            second_order_figure(second, blocked, shown=SECOND),
            "Left: a cue before a trained cue acquires value without a reward, until the trained cue is "
            "extinguished. Right: a cue added to a predictor acquires no value unless dopamine is stimulated (+.5) "
            "at the reward of the compound.",
        ),
        Picture(
            "credit",
            walk_figure(evidence.tables["walks"], evidence.tables["delayed"]),
            "Left, middle: error on the random walk is least at an intermediate lambda. Right: learning from "
            "outcomes three or six choices late, by length of the trace. Solid: share of correct values after random "
            "choices; dashed: share of correct choices of learners that follow their values.",
        ),
    )
