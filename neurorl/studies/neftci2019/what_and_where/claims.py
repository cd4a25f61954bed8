"""What should come out of the What/Where study: each claim with its source, interval and basis.

Only abstracts and legends of the papers on animals could be read, which give directions. Numbers are those of a
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
    return _ours(f"{claim} is {value:.3f}", measure, value - 0.01, value + 0.01)


CLAIMS = (
    _direction(
        "A lesion of the ventral striatum (gain .4) lowers accuracy in what blocks at 80/20",
        "ventral_lesion_takes_from_own_80",
        0.05,
        inf,
    ),
    _direction(
        "A lesion of the ventral striatum does not change accuracy in where blocks at 80/20",
        "ventral_lesion_takes_from_other_80",
        -0.03,
        0.03,
    ),
    _direction(
        "A lesion of the dorsal striatum lowers accuracy in where blocks at 80/20",
        "dorsal_lesion_takes_from_own_80",
        0.05,
        inf,
        f"{_FIGURE}; the mirror image",
    ),
    _direction(
        "A lesion of the dorsal striatum does not change accuracy in what blocks at 80/20",
        "dorsal_lesion_takes_from_other_80",
        -0.03,
        0.03,
        f"{_FIGURE}",
    ),
    _direction(
        "A lesion of the ventral striatum lowers accuracy in what blocks at 70/30",
        "ventral_lesion_takes_from_own_70",
        0.03,
        inf,
    ),
    _direction(
        "A lesion of the ventral striatum lowers accuracy in what blocks at 60/40",
        "ventral_lesion_takes_from_own_60",
        0.02,
        inf,
    ),
    _near("The share correct of the intact agent in what blocks", "control_what", 0.808),
    _near("The share correct of the intact agent in where blocks", "control_where", 0.805),
    _near("The share correct after a ventral lesion in what blocks", "ventral_lesion_what", 0.707),
    _near("The share correct after a ventral lesion in where blocks", "ventral_lesion_where", 0.816),
    _near("The share correct after a dorsal lesion in what blocks", "dorsal_lesion_what", 0.818),
    _near("The share correct after a dorsal lesion in where blocks", "dorsal_lesion_where", 0.706),
    _ours(
        "After a total ventral lesion, accuracy in what blocks is at chance",
        "ventral_total_lesion_from_chance",
        0.0,
        0.01,
    ),
    _ours(
        "After a total dorsal lesion, accuracy in where blocks is at chance",
        "dorsal_total_lesion_from_chance",
        0.0,
        0.01,
    ),
    _ours(
        "Larger ventral lesions lower accuracy in what blocks more (smallest step of share correct)",
        "ventral_smallest_step_of_dose",
        0.005,
        inf,
        "a question of ours",
    ),
    _ours(
        "Larger dorsal lesions lower accuracy in where blocks more (smallest step of share correct)",
        "dorsal_smallest_step_of_dose",
        0.005,
        inf,
        "a question of ours",
    ),
    _direction(
        "With .4 of dopamine, which teaches both loops, accuracy is lower in both kinds of block",
        "dopamine_lesion_takes_at_least",
        0.03,
        inf,
        _FIGURE,
    ),
    _direction(
        "Accuracy in what blocks increases with the difference between reward probabilities (smallest step)",
        "smallest_step_of_schedule_what",
        0.03,
        inf,
        "Woo et al. 2025, Fig. 1, insets",
    ),
    _direction(
        "Accuracy in where blocks increases with the difference between reward probabilities (smallest step)",
        "smallest_step_of_schedule_where",
        0.03,
        inf,
        "Woo et al. 2025, Fig. 1, insets",
    ),
    _direction(
        "In what blocks, arbitration comes to weight pictures more than sides",
        "trust_late_what",
        0.55,
        1.0,
        "Woo et al. 2025, Fig. 2d",
    ),
    _direction(
        "In where blocks, arbitration comes to weight sides more than pictures",
        "trust_late_where",
        0.0,
        0.45,
        "Woo et al. 2025, Fig. 2d",
    ),
    _direction(
        "Fitted without a lesion, subjects with a ventral lesion show a bias for sides (change of the bias, log-odds)",
        "fitted_bias_change",
        -inf,
        -0.5,
    ),
    _direction(
        "Fitted without a lesion, at least 90 % of subjects with a ventral lesion have a stronger bias for "
        "sides than every control",
        "subjects_below_all_controls",
        0.9,
        1.0,
    ),
    _ours(
        "Fitted without a lesion, controls show no bias", "fitted_bias_control", -0.3, 0.3, "the simulated bias is 0"
    ),
    _direction(
        "In what blocks, a ventral lesion lowers the fitted inverse temperature of a learner of pictures (ratio)",
        "consistency_ratio_in_what",
        0.0,
        0.8,
    ),
    _direction(
        "In what blocks, a ventral lesion raises fitted learning from negative relative to positive feedback "
        "(change of alpha- less alpha+)",
        "negative_feedback_change",
        0.05,
        1.0,
    ),
    _ours(
        "The circuit assembled from the graph without an amygdala equals the object and action learner (largest "
        "difference of a log-probability, single precision)",
        "sealed_difference",
        0.0,
        1e-5,
        "the same equations",
        "smoke",
    ),
    _ours("The assembled circuit with separate loops shows the double dissociation", "dissociation_sealed", 0.16, 0.26),
    _direction(
        "Mixing of the loops reduces the double dissociation at each step up to g = .3 (smallest step)",
        "smallest_attenuation",
        0.005,
        inf,
        f"{_FIGURE}: poles of a gradient",
    ),
    _direction(
        "Mixing of the loops does not reverse the double dissociation (lower end of the smaller dissociation at g "
        "= .3)",
        "smallest_lower_end_mixed",
        0.0,
        inf,
        f"{_FIGURE}: poles of a gradient",
    ),
    _direction(
        "Loss of any node of the ventral loop lowers accuracy in what blocks",
        "ventral_nodes_take_at_least",
        0.01,
        inf,
        _FIGURE,
    ),
    _direction(
        "Loss of any node of the ventral loop lowers accuracy in what blocks more than in where blocks",
        "ventral_nodes_take_more_from_own",
        0.01,
        inf,
        _FIGURE,
    ),
    _direction(
        "Loss of any node of the dorsal loop lowers accuracy in where blocks",
        "dorsal_nodes_take_at_least",
        0.01,
        inf,
        _FIGURE,
    ),
    _direction(
        "Loss of any node of the dorsal loop lowers accuracy in where blocks more than in what blocks",
        "dorsal_nodes_take_more_from_own",
        0.01,
        inf,
        _FIGURE,
    ),
    _direction(
        "Loss of the amygdala lowers accuracy in what blocks",
        "amygdala_takes_from_what",
        0.03,
        inf,
        f"{_FIGURE}; Costa et al. 2016",
    ),
    _direction(
        "Loss of the amygdala does not change accuracy in where blocks",
        "amygdala_takes_from_where",
        -0.03,
        0.03,
        _FIGURE,
    ),
    _direction(
        "Without dopamine, accuracy in where blocks is at chance", "dopamine_takes_from_where", 0.28, 0.33, _FIGURE
    ),
    _direction(
        "Without dopamine, accuracy in what blocks is above chance, since the amygdala learns without dopamine",
        "dopamine_takes_from_what",
        0.03,
        0.15,
        _FIGURE,
    ),
    _ours(
        "Loss of the hippocampus has no effect in this task",
        "hippocampus_changes",
        0.0,
        0.0,
        "the task has no context to remember",
    ),
)

# Identities: the same equations, no context to remember, and nothing left to choose by.
IDENTITIES = (
    "sealed_difference",
    "hippocampus_changes",
    "ventral_total_lesion_from_chance",
    "dorsal_total_lesion_from_chance",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
