"""Figures of the feedback study."""

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
            "Networks that receive the reward, their own prediction error, or no feedback, each trained separately. "
            "Dashed: the best policy without feedback. Numbers name the paper's simulations.",
        ),
    )
