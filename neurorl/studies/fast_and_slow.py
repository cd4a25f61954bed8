"""Fast and slow: an amygdala that learns in a trial or two beside a striatum that averages, and who is needed when.

Neftci & Averbeck 2019 (Fig. 1c) trade a fast learner, which follows changes and noise alike, against a slow one. The
study has the exact error of both on a random walk and where the winner flips; their mixture, weighed by reliability,
where a value jumps; the lesions of Costa et al. 2016 (`agents/fast_slow.py`), with the map of parameter sets that do
and do not show them; what fits of one learner make of a lesion; and mixtures of experts at large (Jacobs et al. 1991).

Departs from the papers: Costa et al. 2016 could be read in its abstract alone, and the model of the lesions is ours. A
lesion is total; response times are left out.
"""

from neurorl.core.card import Card
from neurorl.core.study import Evidence, Measures, Picture, Study
from neurorl.figures.fast_and_slow import experts_figure, lesions_figure, map_figure, mixture_figure, trade_off_figure
from neurorl.figures.style import PALETTE
from neurorl.studies._blocks import TASK
from neurorl.studies._fast_and_slow_claims import EXPECTS
from neurorl.studies._fast_and_slow_evidence import AGENT, LEARNER, Scale, gather
from neurorl.studies._fast_and_slow_measures import measure
from neurorl.studies._fast_and_slow_tracking import ALPHAS, threshold

SCALES = {
    "smoke": Scale(steps=20_000, blocks=20, sets=3, tried=5, subjects=2),
    "quick": Scale(steps=4_000_000, blocks=3_000, sets=150, tried=200, subjects=8),
    "paper": Scale(steps=8_000_000, blocks=6_000, sets=300, tried=1_000, subjects=24),
}

NOTES = (
    "Of Costa et al. 2016 the abstract could be read: directions are theirs, numbers those of a reference simulation.",
    "Parameter sets are drawn evenly: fast rate .5 to .95, slow rate .05 to .3, inverse temperature 4 to 12, exponent "
    "of reliability .5 to 4.",
    "A set shows the pattern if with certain rewards the striatum's lesion takes less than .015 of the choices and the "
    "amygdala's more than .1, and with each of 80/20, 70/30 and 60/40 either takes at least .03.",
)


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    colors = {
        "control": PALETTE["ink"],
        "amygdala lesion": PALETTE["model_free"],
        "striatum lesion": PALETTE["network"],
    }
    return (
        Picture(
            "trade_off",
            trade_off_figure(t["example"], t["walk"], alphas=ALPHAS, turn=threshold()),
            "Left: a fast and a slow learner and their mixture on a transient upon a slow trend, seen through noise "
            "(Neftci & Averbeck 2019, Fig. 1c). Right: the error of both on a random walk, by formula (lines) and "
            "simulated (dots); the winner flips where they cross.",
        ),
        Picture(
            "mixture",
            mixture_figure(t["switching"]),
            "A value that jumps between -1 and 1. The mixture follows whoever is reliable; the fast one is trusted "
            "more where the world changes more often and noise is low.",
        ),
        Picture(
            "lesions",
            lesions_figure(t["accuracy"], t["courses"], colors=colors),
            "With certain rewards only the amygdala is needed, with uncertain ones both are, as in monkeys (Costa et "
            "al. 2016). 95 % intervals over blocks; bars start at chance.",
        ),
        Picture(
            "map",
            map_figure(
                t["sets"],
                titles={"additive": "Nobody takes over", "renormalised": "The other takes over"},
                labels={
                    "alpha_fast": "fast rate",
                    "alpha_slow": "slow rate",
                    "beta": "inverse temperature",
                    "eta": "exponent of reliability",
                },
            ),
            "Parameter sets that do and do not show the pattern of lesions. Above, a lesion leaves the weights of the "
            "two systems as they were; below, the other system takes over the weight of the lesioned one.",
        ),
        Picture(
            "experts",
            experts_figure(t["experts_shown"], t["experts_curve"]),
            "Mixtures of linear experts on curves of two to four regimes: new points by the expert that is trusted, "
            "the mixture (black), one line (dashed), and the log-likelihood by round.",
        ),
    )


STUDY = Study(
    name="fast_and_slow",
    card=Card(
        title="Fast and slow: amygdala beside striatum",
        summary="A fast learner follows change, a slow one averages noise; weighed by reliability they serve both, and "
        "lesions of one or the other spare different schedules of reward.",
        refs=("neftci2019:Fig. 1c", "costa2016", "averbeck2017", "jacobs1991"),
        tags=("circuit", "amygdala", "striatum", "lesion", "arbitration", "learning rate"),
    ),
    tasks=(TASK,),
    agents=(AGENT, LEARNER),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)
