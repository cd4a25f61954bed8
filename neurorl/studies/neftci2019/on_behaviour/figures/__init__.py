"""Figures of the study of learning on behaviour."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.style import PALETTE
from neurorl.studies.neftci2019.on_behaviour.figures.panels import on_behaviour_figure

TITLES = {"on_behaviour": "On behaviour", "copies": "Copies", "batches": "Batches", "replay": "Replayed"}

COLORS = {
    "on_behaviour": PALETTE["ink"],
    "copies": PALETTE["network"],
    "batches": PALETTE["model_free"],
    "replay": PALETTE["model_based"],
}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figure."""
    t = measures.tables
    return (
        Picture(
            "on_behaviour",
            on_behaviour_figure(
                t["maze_curves"],
                t["maze_ticks"],
                t["maze_samples"],
                t["bandit_regret"],
                titles=TITLES,
                colors=COLORS,
            ),
            "Goals missed in a maze during learning, A: by one copy, over time; B: by all copies, over samples. C: "
            "time (filled) and samples (open) to the criterion. D: regret on arms (.25, .75) by the number of "
            "copies, of stored transitions, or of replayed ones per step. Means over runs, lines 95 % intervals.",
        ),
    )
