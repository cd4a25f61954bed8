"""Conditioning: from probabilities that are moved to values that are predicted, and cues that compete for an error.

What reinforcement learning was before it had time: the linear operators of Bush and Mosteller, averages R/C, the delta
rule, and Rescorla and Wagner's step from one cue to many, by which a cue is learned about only as far as the others
leave something to explain (Neftci & Averbeck 2019, eq. 1). Beside it two theories in which attention changes, Pearce
and Hall's and Mackintosh's, on the same designs; and the ratings of 41 people after blocking.

Departs from the papers: rates are ours; people's ratings are compared with ten times a value, without a response rule.
"""

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.conditioning import competition_figure, operators_figure, ratings_figure
from neurorl.studies._conditioning_claims import EXPECTS
from neurorl.studies._conditioning_evidence import GRIDS, Scale, gather
from neurorl.studies._conditioning_measures import measure
from neurorl.studies._conditioning_programmes import MODELS

SCALES = {
    "smoke": Scale(choosers=4, choices=200, reversers=8, orders=2, steady=200, grid=4),
    "quick": Scale(choosers=200, reversers=500, grid=24),
    "paper": Scale(choosers=2000, choices=4000, reversers=5000, orders=200, steady=100_000, grid=100),
}

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

NOTES = (
    "A trial is one step: all cues and the outcome together. `dopamine` has the same task with time.",
    "Values are computed in double precision, so that a closed form is met to rounding.",
    "Conditioned inhibition and overexpectation mix their trials at random; values are means over orders.",
    "Mackintosh's learner has no inhibition because each of its errors knows one cue only, and it loses no attention "
    "to a cue that is shown alone without consequence.",
    "No learner fits people: the blocked cue stands in the middle of the scale, as if they could not tell, while all "
    "three predict a value. Pearce and Hall's comes closest, because associability falls to cues that proved harmless.",
)


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


STUDY = Study(
    name="conditioning",
    card=Card(
        title="Cues compete for what is left to explain",
        summary="Linear operators match, averages slow down, and cues that share an error block, overshadow and "
        "inhibit one another as animals' do. Three theories on the same designs, and on people's ratings of cues.",
        refs=("bush1951", "rescorla1972", "kamin1969", "pearce1980", "mackintosh1975", "spicer2021", "neftci2019"),
        tags=("pavlovian", "bandit", "values", "attention"),
    ),
    tasks=("pavlovian", "bandit", "reversal"),
    agents=("bush_mosteller", "sample_average", "rescorla_wagner", "cue_rescorla_wagner", "pearce_hall", "mackintosh"),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
