"""Figures of the conditioning study."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.studies.neftci2019.conditioning.evidence import GRIDS
from neurorl.studies.neftci2019.conditioning.figures.panels import competition_figure, operators_figure, ratings_figure
from neurorl.studies.neftci2019.conditioning.programmes import MODELS

# design: title, trial at which its second phase begins, last trial shown
PANELS = {
    "blocking": ("Blocking\n100 A+, AX+", 100, 200),
    "acquisition": ("Extinction\n200 A+, A−", 200, 300),
    "overexpectation": ("Overexpectation\n200 A+ B+, AB+", 200, 300),
    "inhibition": ("Inhibition\nA+ B+ AX−", 0, 400),
    "pre-exposure": ("Latent inhibition\n50 X−, X+", 50, 150),
}

ROLES = {"A": "A+, AX+", "X": "AX+\nblocked", "B": "B−, BY+", "Y": "BY+\ncontrol", "C": "C−, CD−", "D": "CD−"}

SETTLES = {"reward-penalty": 0.7, "reward-inaction": 1.0}  # where the better arm's probability goes


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    titles = {name: MODELS[name].title for name in GRIDS}
    return (
        Picture(
            "competition",
            competition_figure(t["values"], models=titles, designs=PANELS, control="compound only"),
            "Values of cues by trial in five designs. Dashed: the control of blocking, AX+ from the start. A cue "
            "gains little value if the outcome is already predicted. Pearce and Hall's learner is slow to learn "
            "about a pre-exposed cue. Mackintosh's learner blocks by attention, and shows neither overexpectation "
            "nor inhibition.",
        ),
        Picture(
            "operators",
            operators_figure(t["probabilities"], t["reversal"], settles=SETTLES),
            "Bush and Mosteller's operators on arms that pay .7 and .3: with penalties the probability of the better "
            "arm matches (dashed); without them it is absorbed at 0 or 1. Right: after a reversal, an average of all "
            "outcomes adapts more slowly than a constant rate.",
        ),
        Picture(
            "ratings",
            ratings_figure(t["people"], learners=list(titles.values()), roles=ROLES),
            "Ratings by 41 people of how likely each cue is to be followed by the outcome (bars, 95 % intervals; "
            "Spicer et al. 2021, CC BY 4.0), and ten times the values of each learner at its two best-fitting rates.",
        ),
    )
