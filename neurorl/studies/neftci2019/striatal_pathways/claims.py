"""What should come out of the study of striatal pathways: each claim with its source, interval and basis.

The review describes the loop in words. Numbers of the opponent pathways are those of a reference simulation, written
apart from this library after two public codes of the model.
"""

from neurorl.core.study import Expect, with_identities

_FIGURE = "Neftci & Averbeck 2019, Fig. 2 and text"
_OPAL = "Collins & Frank 2014; size in a reference simulation of ours"
_STAR = "Jaskir & Frank 2023; size in a reference simulation of ours"
_REFERENCE = "a reference simulation of ours, 1,500 agents"
_STAR_REFERENCE = "a reference simulation of ours, 2,000 agents"


def _direction(claim: str, measure: str, low: float, high: float, source: str = _FIGURE) -> Expect:
    return Expect(claim, measure, low, high, source, "direction", "quick")


def _exact(claim: str, measure: str, low: float, high: float, source: str) -> Expect:
    return Expect(claim, measure, low, high, source, "ours", "smoke")


def _near(claim: str, measure: str, value: float) -> Expect:
    return Expect(f"{claim} is {value:.3f}", measure, value - 0.01, value + 0.01, _REFERENCE, "ours", "quick")


_SELECTION = {
    ("beta2", "choose_a"): (0.723, 0.728, 0.730),
    ("beta2", "avoid_b"): (0.774, 0.724, 0.659),
    ("beta3", "choose_a"): (0.791, 0.808, 0.822),
    ("beta3", "avoid_b"): (0.742, 0.723, 0.701),
}
_WORDS = {"choose_a": "choosing A", "avoid_b": "avoiding B", "beta2": "β 2, α .1", "beta3": "β 3, α .05"}

_NUMBERS = tuple(
    _near(
        f"The share of {_WORDS[name]} with {level} dopamine at choice and {_WORDS[setting]}",
        f"{name}_{setting}_{label}",
        value,
    )
    for (setting, name), values in _SELECTION.items()
    for (level, label), value in zip((("low", "low"), ("normal", "mid"), ("high", "high")), values, strict=True)
)

# Share of choices of the better arm by world and what dopamine does.
LEVELS = {
    "lean": {"dynamic": 0.752, "held at 0": 0.739, "held at 0.8": 0.721},
    "rich": {"dynamic": 0.749, "held at 0": 0.739, "held at -0.8": 0.725},
}


def _gain(claim: str, measure: str, world: str, group: str) -> Expect:
    """Gain or cost of a dopamine setting relative to dopamine held at 0.

    Tolerance .0035: rounding of two printed shares (.001), and two standard errors of a difference between means over
    2,000 agents there (.0010, if its groups had the same seeds, as ours have) and 4,000 here (.0007).
    """
    gain = round(LEVELS[world][group] - LEVELS[world]["held at 0"], 3)
    return Expect(f"{claim} is {gain:+.3f}", measure, gain - 0.0035, gain + 0.0035, _STAR_REFERENCE, "ours", "quick")


_GAINS = (
    _gain(
        "The effect of dopamine that follows richness in the lean environment", "dynamic_gain_lean", "lean", "dynamic"
    ),
    _gain(
        "The effect of dopamine that follows richness in the rich environment", "dynamic_gain_rich", "rich", "dynamic"
    ),
    _gain("The effect of high dopamine in the lean environment", "high_dopamine_costs_lean", "lean", "held at 0.8"),
    _gain("The effect of low dopamine in the rich environment", "low_dopamine_costs_rich", "rich", "held at -0.8"),
)

CLAIMS = (
    _exact(
        "With linear dopamine the loop equals Rescorla-Wagner (largest difference of a weight, double precision)",
        "linear_difference",
        0.0,
        1e-12,
        "the same equations",
    ),
    _exact(
        "After a positive error, striatal activity of the chosen option increases by the next trial (share of trials)",
        "rises_after_positive",
        1.0,
        1.0,
        _FIGURE,
    ),
    _exact(
        "After a negative error, striatal activity of the chosen option decreases by the next trial (share of trials)",
        "falls_after_negative",
        1.0,
        1.0,
        _FIGURE,
    ),
    _exact(
        "Striatal activity of the unchosen option does not change (share of trials)", "other_moves", 0.0, 0.0, _FIGURE
    ),
    _exact(
        "The firing rate of dopamine neurons is never negative (lowest rate, Hz)",
        "dopamine_lowest",
        0.0,
        0.0,
        "the rate is rectified",
    ),
    _exact(
        "Dopamine neurons are silent for every error below -.25",
        "saturated_dips",
        1.0,
        1.0,
        "5 Hz at rest, 20 Hz a unit",
    ),
    _direction(
        "Imposed bursts after unrewarded choices of one arm raise its share of choices",
        "burst_raises_choice",
        0.15,
        1.0,
    ),
    _direction(
        "Imposed dips after rewarded choices of one arm lower its share of choices", "dip_lowers_choice", -1.0, -0.15
    ),
    _direction("Without dopamine the loop does not learn", "no_dopamine_from_chance", 0.0, 0.02),
    _direction(
        "Learning is faster with more dopamine, up to the normal level (smallest step, first ten trials)",
        "smallest_step_of_dose",
        0.005,
        1.0,
    ),
    _exact("Synapses do not change while dopamine is blocked", "blocked_synapses_change", 0.0, 0.0, _FIGURE),
    _direction(
        "With dopamine blocked, choices do not change after a reversal (change of the share of the formerly "
        "better arm)",
        "blocked_goes_on",
        -0.03,
        0.03,
    ),
    _direction("Without the block, choices change after a reversal", "control_relearns", 0.3, 1.0),
    _direction(
        "More dopamine at choice lowers avoidance of B (smallest decrease, β 2)",
        "avoid_b_smallest_fall_beta2",
        0.02,
        1.0,
        _OPAL,
    ),
    _direction(
        "More dopamine at choice lowers avoidance of B (smallest decrease, β 3)",
        "avoid_b_smallest_fall_beta3",
        0.01,
        1.0,
        _OPAL,
    ),
    _direction(
        "More dopamine at choice raises the share of choices of A (smallest increase, β 2)",
        "choose_a_smallest_rise_beta2",
        0.0,
        1.0,
        _OPAL,
    ),
    _direction(
        "More dopamine at choice raises the share of choices of A (smallest increase, β 3)",
        "choose_a_smallest_rise_beta3",
        0.005,
        1.0,
        _OPAL,
    ),
    *_NUMBERS,
    _direction(
        "Faster learning in the direct pathway favours choosing A over avoiding B",
        "direct_faster_favours_a",
        0.02,
        1.0,
        _OPAL,
    ),
    _direction(
        "Faster learning in the indirect pathway favours avoiding B over choosing A",
        "indirect_faster_favours_a",
        -1.0,
        -0.02,
        _OPAL,
    ),
    Expect(
        "Without the Hebbian factor, dopamine at choice has no effect (largest effect, single precision; tests: 1e-12)",
        "without_hebbian_largest_effect",
        0.0,
        1e-5,
        "G + N is constant if both pathways learn at one rate",
        "ours",
        "smoke",
    ),
    _direction(
        "Dopamine that follows richness raises accuracy in a lean environment", "dynamic_gain_lean_low", 0.0, 1.0, _STAR
    ),
    _direction(
        "Dopamine that follows richness raises accuracy in a rich environment", "dynamic_gain_rich_low", 0.0, 1.0, _STAR
    ),
    _direction("High dopamine lowers accuracy in a lean environment", "high_dopamine_costs_lean", -1.0, -0.005, _STAR),
    _direction("Low dopamine lowers accuracy in a rich environment", "low_dopamine_costs_rich", -1.0, -0.005, _STAR),
    *_GAINS,
    Expect(
        "The six shares of the better arm equal those of the reference in both environments (largest difference)",
        "richness_levels_off",
        0.0,
        0.01,
        f"{_STAR_REFERENCE}: {', '.join(f'{p:.3f}' for row in LEVELS.values() for p in row.values())}",
        "ours",
        "quick",
    ),
)

# Identities: the equations of the loop, and what a block of dopamine multiplies by 0.
IDENTITIES = (
    "linear_difference",
    "rises_after_positive",
    "falls_after_negative",
    "other_moves",
    "dopamine_lowest",
    "saturated_dips",
    "no_dopamine_from_chance",
    "blocked_synapses_change",
    "without_hebbian_largest_effect",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
