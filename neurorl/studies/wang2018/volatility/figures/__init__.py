"""Figures of the volatility study."""

from neurorl.core.study import Evidence, Measures, Picture
from neurorl.figures.learning import learning_figure
from neurorl.studies.wang2018.volatility.claims import PUBLISHED, PUBLISHED_SHARE, SOURCES
from neurorl.studies.wang2018.volatility.figures.panels import (
    blocks_figure,
    courses_figure,
    decoding_figure,
    session_figure,
)
from neurorl.studies.wang2018.volatility.figures.units import inhibition_figure, recovery_figure, units_figure
from neurorl.studies.wang2018.volatility.measures import BONFERRONI, ORDER


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """The study's figures."""
    t = measures.tables
    low = t["windows"][t["windows"]["schedule"] == "low_first"]
    return (
        Picture(
            "session",
            session_figure(t["example"], low),
            "A session of the frozen network that begins with a stable period. Top: its choices (circles), the "
            "rewarded arm (crosses) and the probability that the left arm is rewarded. Bottom: volatility decoded "
            "from the units in sessions left out of the fit, the Bayesian observer's estimate, and the learning rate "
            "pooled over such sessions. Wang et al. 2018, Fig. 3a, b.",
        ),
        Picture(
            "rates",
            blocks_figure(t["rates"], t["blocks"], PUBLISHED, order=ORDER, sources=SOURCES),
            "Learning rate by period. Although the weights are frozen, the learning rate is higher in volatile "
            "periods, as in people. Wang et al. 2018, Fig. 3c, d.",
        ),
        Picture(
            "courses",
            courses_figure(t["windows"], t["observer_windows"]),
            "Learning rate in sliding windows of ten trials, pooled over sessions.",
        ),
        Picture(
            "decoding",
            decoding_figure(t["volatility_course"], t["decoding"]),
            "The Bayesian observer's estimate of volatility, decoded linearly from the network's units and "
            "cross-validated over sessions.",
        ),
        Picture(
            "units",
            units_figure(
                t["coding_course"],
                t["coding_sweep"],
                t["coding_share_by_replica"],
                published=PUBLISHED_SHARE,
                levels={"uncorrected": 0.05, "Bonferroni": BONFERRONI},
            ),
            "Units whose activity correlates with true volatility, alone and with the last reward, the next action "
            "and the reward probability as covariates. Left: across sessions, trial by trial. Middle: number of "
            "units that pass stricter thresholds. Right: within sessions, with the published share. Wang et al. "
            "2018, Supp. Fig. 5a, b.",
        ),
        Picture(
            "inhibition",
            inhibition_figure(
                t["inhibition_course"], t["inhibition"], t["inhibition_by_replica"], t["inhibition_draws"]
            ),
            "Effect of subtracting 0.3 from the activity of the two units that code volatility most, from the onset "
            "of the volatile period on, and of random pairs of other units. Bands and lines are 95 % intervals over "
            "replicas. Wang et al. 2018, Supp. Fig. 5c.",
        ),
        Picture(
            "recovery",
            recovery_figure(t["recovery"]),
            "Control of the estimate: simulated learners with one fixed learning rate.",
        ),
        Picture(
            "learning",
            learning_figure(t["learning_curve"], ceiling=None, chance=None),
            "Training of the network: reward per trial (hundreds of points) and policy entropy, one thin line per "
            "replica.",
        ),
    )
