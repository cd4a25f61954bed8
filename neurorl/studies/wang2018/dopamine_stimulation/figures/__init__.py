"""Figures of the study: overriding dopamine turns choices without changing a weight."""

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
            "our networks; open: values read off Wang et al. 2018, Fig. 7, of their model and of the rats. Blocking "
            "the signal of risky rewards makes risky choices rarer where they pay; blocking that of safe rewards, or "
            "the dip of a risky loss, makes them more frequent where they do not.",
        ),
        Picture(
            "course",
            course_figure(t["course"], control=CONTROL, titles=TITLES),
            "The same by free pull: mean over networks with 95 % interval. Forced pulls are stimulated too, so that "
            "the first free pull already differs.",
        ),
        Picture(
            "signal",
            signal_figure(t["signal"], outcomes=OUTCOMES, titles={CONTROL: "Control"} | TITLES),
            "The prediction error that the actor is told of each outcome, stimulation included: mean over networks "
            "with 95 % interval.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"]),
            "Training without stimulation: reward per trial and policy entropy, one thin line a network.",
        ),
    )
