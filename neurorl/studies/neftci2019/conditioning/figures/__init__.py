"""Figures of the study: cues compete for what is left to explain."""

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
            "Values of cues by trial in five designs. Dashed: the control of blocking, AX+ from the start. What is "
            "predicted already leaves nothing to be learned; Pearce and Hall's learner is slow about a cue that meant "
            "nothing; Mackintosh's blocks by attention, and shows neither overexpectation nor inhibition.",
        ),
        Picture(
            "operators",
            operators_figure(t["probabilities"], t["reversal"], settles=SETTLES),
            "Bush and Mosteller's operators on arms that pay .7 and .3: with penalties the probability of the better "
            "arm matches (dashed), without them it is absorbed. Right: after a reversal, a mean over all outcomes so "
            "far is slow where a constant rate is not.",
        ),
        Picture(
            "ratings",
            ratings_figure(t["people"], learners=list(titles.values()), roles=ROLES),
            "How likely 41 people thought each cue was to bring the outcome (bars, 95 % intervals; Spicer et al. 2021, "
            "CC BY 4.0), and the values of each learner at its best two rates, times ten.",
        ),
    )
