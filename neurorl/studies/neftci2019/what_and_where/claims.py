"""What should come out of the What/Where study: each claim with its source, interval and basis.

The animals' papers could be read in their abstracts and legends alone, which give directions. Numbers are those of a
reference simulation, written apart from this library from the same equations (1,500 blocks).
"""

from math import inf

from neurorl.core.study import Expect, with_identities

_MONKEYS = "Rothenhoefer et al. 2017, abstract"
_FIGURE = "Neftci & Averbeck 2019, Fig. 3 and text"
_REFERENCE = "a reference simulation of ours, 1,500 blocks"


def _direction(claim: str, measure: str, low: float, high: float, source: str = _MONKEYS) -> Expect:
    return Expect(claim, measure, low, high, source, "direction", "quick")


def _ours(claim: str, measure: str, low: float, high: float, source: str = _REFERENCE, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "ours", scale)


def _near(claim: str, measure: str, value: float) -> Expect:
    return _ours(f"{claim} ({value:.3f})", measure, value - 0.01, value + 0.01)


CLAIMS = (
    _direction(
        "A lesion of the ventral striatum (gain .4) takes from what blocks, 80/20",
        "ventral_lesion_takes_from_own_80",
        0.05,
        inf,
    ),
    _direction("... and leaves where blocks as they were", "ventral_lesion_takes_from_other_80", -0.03, 0.03),
    _direction(
        "A lesion of the dorsal striatum takes from where blocks",
        "dorsal_lesion_takes_from_own_80",
        0.05,
        inf,
        f"{_FIGURE}; the mirror image",
    ),
    _direction(
        "... and leaves what blocks as they were", "dorsal_lesion_takes_from_other_80", -0.03, 0.03, f"{_FIGURE}"
    ),
    _direction("The ventral lesion takes from what blocks at 70/30", "ventral_lesion_takes_from_own_70", 0.03, inf),
    _direction("... and at 60/40", "ventral_lesion_takes_from_own_60", 0.02, inf),
    _near("Whole, share correct in what blocks", "control_what", 0.808),
    _near("... in where blocks", "control_where", 0.805),
    _near("Ventral lesion, what blocks", "ventral_lesion_what", 0.707),
    _near("... where blocks", "ventral_lesion_where", 0.816),
    _near("Dorsal lesion, what blocks", "dorsal_lesion_what", 0.818),
    _near("... where blocks", "dorsal_lesion_where", 0.706),
    _ours("A total ventral lesion leaves what blocks at chance", "ventral_total_lesion_from_chance", 0.0, 0.01),
    _ours("... and a total dorsal one where blocks", "dorsal_total_lesion_from_chance", 0.0, 0.01),
    _ours(
        "Each dose more of a ventral lesion takes more (smallest step of share correct in what blocks)",
        "ventral_smallest_step_of_dose",
        0.005,
        inf,
        "a question of ours",
    ),
    _ours("... and of a dorsal one in where blocks", "dorsal_smallest_step_of_dose", 0.005, inf, "a question of ours"),
    _direction(
        "Dopamine teaches both loops: with .4 of it both kinds of block suffer",
        "dopamine_lesion_takes_at_least",
        0.03,
        inf,
        _FIGURE,
    ),
    _direction(
        "Clearer schedules are learned better, in what blocks (smallest step)",
        "smallest_step_of_schedule_what",
        0.03,
        inf,
        "Woo et al. 2025, Fig. 1, insets",
    ),
    _direction(
        "... and in where blocks", "smallest_step_of_schedule_where", 0.03, inf, "Woo et al. 2025, Fig. 1, insets"
    ),
    _direction(
        "In what blocks arbitration comes to trust pictures", "trust_late_what", 0.55, 1.0, "Woo et al. 2025, Fig. 2d"
    ),
    _direction("... in where blocks, sides", "trust_late_where", 0.0, 0.45, "Woo et al. 2025, Fig. 2d"),
    _direction(
        "Fitted as if they were whole, subjects with a ventral lesion default to sides (change of leaning, log-odds)",
        "fitted_bias_change",
        -inf,
        -0.5,
    ),
    _direction("... nearly all of them more than every control", "subjects_below_all_controls", 0.9, 1.0),
    _ours(
        "... while controls are found to have no leaning", "fitted_bias_control", -0.3, 0.3, "the leaning simulated: 0"
    ),
    _direction(
        "Fitted as learners of pictures in what blocks, they choose less consistently (ratio of inverse temperatures)",
        "consistency_ratio_in_what",
        0.0,
        0.8,
    ),
    _direction(
        "... and are driven more by negative feedback (change of alpha- less alpha+)",
        "negative_feedback_change",
        0.05,
        1.0,
    ),
    _ours(
        "The circuit assembled from the graph without an amygdala is the object and action learner (largest "
        "difference of a log-probability, single precision)",
        "sealed_difference",
        0.0,
        1e-5,
        "the same equations",
        "smoke",
    ),
    _ours("... with its double dissociation while loops are sealed", "dissociation_sealed", 0.16, 0.26),
    _direction(
        "Mixing of the loops attenuates it, step by step up to g = .3 (smallest step)",
        "smallest_attenuation",
        0.005,
        inf,
        f"{_FIGURE}: poles of a gradient",
    ),
    _direction(
        "... and never turns it (lower end of the smaller dissociation at g = .3)",
        "smallest_lower_end_mixed",
        0.0,
        inf,
        f"{_FIGURE}: poles of a gradient",
    ),
    _direction("Every node of the ventral loop serves what blocks", "ventral_nodes_take_at_least", 0.01, inf, _FIGURE),
    _direction("... more than where blocks", "ventral_nodes_take_more_from_own", 0.01, inf, _FIGURE),
    _direction("Every node of the dorsal loop serves where blocks", "dorsal_nodes_take_at_least", 0.01, inf, _FIGURE),
    _direction("... more than what blocks", "dorsal_nodes_take_more_from_own", 0.01, inf, _FIGURE),
    _direction(
        "The amygdala serves what blocks", "amygdala_takes_from_what", 0.03, inf, f"{_FIGURE}; Costa et al. 2016"
    ),
    _direction("... and not where blocks", "amygdala_takes_from_where", -0.03, 0.03, _FIGURE),
    _direction("Without dopamine where blocks are at chance", "dopamine_takes_from_where", 0.28, 0.33, _FIGURE),
    _direction(
        "... but what blocks are not, since the amygdala learns without it",
        "dopamine_takes_from_what",
        0.03,
        0.15,
        _FIGURE,
    ),
    _ours("The hippocampus has nothing to do in this task", "hippocampus_changes", 0.0, 0.0, "no context to remember"),
)

# Identities: the same equations, no context to remember, and nothing left to choose by.
IDENTITIES = (
    "sealed_difference",
    "hippocampus_changes",
    "ventral_total_lesion_from_chance",
    "dorsal_total_lesion_from_chance",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
