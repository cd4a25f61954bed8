"""Figures of the study: prediction errors are feedback enough."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.studies.wang2018.feedback.figures.panels import feedback_figure
from neurorl.studies.wang2018.feedback.simulations import SIMULATIONS

LABELS = {"reward": "reward per trial", "values": "difference of values"}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figure."""
    titles = {name: simulation.title for name, simulation in SIMULATIONS.items()}
    labels = {name: LABELS[simulation.score] for name, simulation in SIMULATIONS.items()}
    t = measures.tables
    return (
        Picture(
            "feedback",
            feedback_figure(t["scores"], t["by_unit"], titles=titles, labels=labels),
            "Networks that are told the reward, their own prediction error, or nothing of outcomes, each trained on "
            "its own. Dashed: the best that can be had without feedback. Numbers name the paper's simulations.",
        ),
    )
