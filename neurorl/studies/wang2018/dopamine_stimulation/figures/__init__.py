"""Figures of the dopamine stimulation study."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.learning import learning_figure
from neurorl.studies.wang2018.dopamine_stimulation.claims import published
from neurorl.studies.wang2018.dopamine_stimulation.figures.panels import (
    course_figure,
    signal_figure,
    stimulation_figure,
)
from neurorl.studies.wang2018.dopamine_stimulation.protocols import CONTROL, OUTCOMES

TITLES = {
    "block_risky_reward": "Risky rewards blocked",
    "block_safe_reward": "Safe rewards blocked",
    "block_risky_loss": "Risky losses blocked",
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    return (
        Picture(
            "stimulation",
            stimulation_figure(t["risky"], t["risky_by_unit"], published(), control=CONTROL, titles=TITLES),
            "Share of risky choices on the twenty free pulls, without and with stimulation, weights frozen. Filled: "
            "our networks; open: values read off Wang et al. 2018, Fig. 7, for their model and for the rats. "
            "Blocking the signal of risky rewards makes risky choices rarer when the risky arm is better. Blocking "
            "the signal of safe rewards or of risky losses makes them more frequent when the safe arm is better.",
        ),
        Picture(
            "course",
            course_figure(t["course"], control=CONTROL, titles=TITLES),
            "Share of risky choices by free pull: mean over networks with 95 % interval. Forced pulls are stimulated "
            "too, so that the first free pull already differs.",
        ),
        Picture(
            "signal",
            signal_figure(t["signal"], outcomes=OUTCOMES, titles={CONTROL: "Control"} | TITLES),
            "Prediction error that the actor receives after each outcome, stimulation included: mean over networks "
            "with 95 % interval.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"]),
            "Training without stimulation: reward per trial and policy entropy, one thin line per network.",
        ),
    )
