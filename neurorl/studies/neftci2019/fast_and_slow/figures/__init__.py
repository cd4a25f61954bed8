"""Figures of the study of fast and slow."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.style import PALETTE
from neurorl.studies.neftci2019.fast_and_slow.figures.panels import (
    experts_figure,
    lesions_figure,
    map_figure,
    mixture_figure,
    trade_off_figure,
)
from neurorl.studies.neftci2019.fast_and_slow.tracking import ALPHAS, threshold


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
            "Left: a fast and a slow learner and their mixture on a transient on a slow trend, observed with noise "
            "(Neftci & Averbeck 2019, Fig. 1c). Right: the error of both learners on a random walk, by formula "
            "(lines) and simulated (dots); the better learner changes where the lines cross.",
        ),
        Picture(
            "mixture",
            mixture_figure(t["switching"]),
            "A value that jumps between -1 and 1. The mixture follows the more reliable learner; the weight of the "
            "fast learner is larger if jumps are more frequent and noise is lower.",
        ),
        Picture(
            "lesions",
            lesions_figure(t["accuracy"], t["courses"], colors=colors),
            "With certain rewards only the amygdala is needed; with uncertain rewards both are, as in monkeys (Costa "
            "et al. 2016). 95 % intervals over blocks; bars start at chance.",
        ),
        Picture(
            "map",
            map_figure(
                t["sets"],
                titles={"additive": "No system takes over", "renormalised": "The other system takes over"},
                labels={
                    "alpha_fast": "fast rate",
                    "alpha_slow": "slow rate",
                    "beta": "inverse temperature",
                    "eta": "exponent of reliability",
                },
            ),
            "Parameter sets that do and do not show the lesion pattern. Top: a lesion does not change the weights of "
            "the two systems. Bottom: the other system takes over the weight of the lesioned one.",
        ),
        Picture(
            "experts",
            experts_figure(t["experts_shown"], t["experts_curve"]),
            "Mixtures of linear experts on curves of two to four regimes: new points by assigned expert, the mixture "
            "(black), one line (dashed), and the log-likelihood by EM iteration.",
        ),
    )
