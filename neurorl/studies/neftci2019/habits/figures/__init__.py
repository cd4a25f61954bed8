"""Figures of the study of habits."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.style import PALETTE
from neurorl.studies.neftci2019.habits.figures.panels import habits_figure

TITLES = {
    "intact": "Intact",
    "no_planner": "No planner",
    "no_cache": "No cache",
    "cache": "Q-learning",
    "successor": "Successor repr.",
    "planner": "Planner, learned model",
}

COLORS = {
    "intact": PALETTE["ink"],
    "no_planner": PALETTE["model_free"],
    "no_cache": PALETTE["model_based"],
    "cache": PALETTE["hybrid"],
    "successor": PALETTE["latent_state"],
    "planner": PALETTE["ceiling"],
}

KNOWN = {5: 0.96, 50: 0.88, 100: 0.68, 400: 0.56}


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figure."""
    t = measures.tables
    return (
        Picture(
            "habits",
            habits_figure(
                t["effects"], t["choice"], t["rates"], t["rates_by_rat"], known=KNOWN, titles=TITLES, colors=COLORS
            ),
            "A: the planner's weight in the value of a lever by presses in training. B: share of the lever's value "
            "removed by devaluation, on the first test trial. C: two levers with two outcomes, the first devalued. "
            "D: rats that choose freely, trained for 50 or 400 trials; bars are means over rats, lines 95 % "
            "intervals.",
        ),
    )
