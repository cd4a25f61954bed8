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
    return Expect(f"{claim} ({value:.3f})", measure, value - 0.01, value + 0.01, _REFERENCE, "ours", "quick")


_SELECTION = {
    ("beta2", "choose_a"): (0.723, 0.728, 0.730),
    ("beta2", "avoid_b"): (0.774, 0.724, 0.659),
    ("beta3", "choose_a"): (0.791, 0.808, 0.822),
    ("beta3", "avoid_b"): (0.742, 0.723, 0.701),
}
_WORDS = {"choose_a": "Choosing A", "avoid_b": "Avoiding B", "beta2": "β 2, α .1", "beta3": "β 3, α .05"}

_NUMBERS = tuple(
    _near(f"{_WORDS[name]} with {level} dopamine at choice, {_WORDS[setting]}", f"{name}_{setting}_{label}", value)
    for (setting, name), values in _SELECTION.items()
    for (level, label), value in zip((("low", "low"), ("normal", "mid"), ("high", "high")), values, strict=True)
)

# Share of choices of the better arm by world and what dopamine does.
LEVELS = {
    "lean": {"dynamic": 0.752, "held at 0": 0.739, "held at 0.8": 0.721},
    "rich": {"dynamic": 0.749, "held at 0": 0.739, "held at -0.8": 0.725},
}


def _gain(claim: str, measure: str, world: str, group: str) -> Expect:
    """What dopamine gains or costs beside dopamine held at 0.

    Tolerance .0035: rounding of two printed shares (.001), and two standard errors of a difference between means over
    2,000 agents there (.0010, if its groups had the same seeds, as ours have) and 4,000 here (.0007).
    """
    gain = round(LEVELS[world][group] - LEVELS[world]["held at 0"], 3)
    return Expect(f"{claim} ({gain:+.3f})", measure, gain - 0.0035, gain + 0.0035, _STAR_REFERENCE, "ours", "quick")


_GAINS = (
    _gain("What following richness gains in the lean world", "dynamic_gain_lean", "lean", "dynamic"),
    _gain("... in the rich one", "dynamic_gain_rich", "rich", "dynamic"),
    _gain("What dopamine held high costs in the lean world", "high_dopamine_costs_lean", "lean", "held at 0.8"),
    _gain("... held low in the rich one", "low_dopamine_costs_rich", "rich", "held at -0.8"),
)

CLAIMS = (
    _exact(
        "With linear dopamine the loop is Rescorla-Wagner (largest difference of a weight, double precision)",
        "linear_difference",
        0.0,
        1e-12,
        "the same equations",
    ),
    _exact(
        "After an error above 0 striatal activity of the choice has risen by the next trial (share of trials)",
        "rises_after_positive",
        1.0,
        1.0,
        _FIGURE,
    ),
    _exact("... and after one below 0 fallen", "falls_after_negative", 1.0, 1.0, _FIGURE),
    _exact("... while that of the other option never moves", "other_moves", 0.0, 0.0, _FIGURE),
    _exact("Dopamine neurons fire or are silent, never less (Hz)", "dopamine_lowest", 0.0, 0.0, "a rate has a floor"),
    _exact("... and are silent for every error below -.25", "saturated_dips", 1.0, 1.0, "5 Hz at rest, 20 Hz a unit"),
    _direction(
        "Bursts driven after unrewarded choices of one arm raise its later share", "burst_raises_choice", 0.15, 1.0
    ),
    _direction("... and dips driven after rewarded ones lower it", "dip_lowers_choice", -1.0, -0.15),
    _direction("Without dopamine nothing is learned", "no_dopamine_from_chance", 0.0, 0.02),
    _direction(
        "... and the more there is of it, up to normal, the faster (smallest step, first ten trials)",
        "smallest_step_of_dose",
        0.005,
        1.0,
    ),
    _exact("A block of dopamine keeps synapses as they are", "blocked_synapses_change", 0.0, 0.0, _FIGURE),
    _direction(
        "... choices follow them when the arms have exchanged (change of the share of the old arm)",
        "blocked_goes_on",
        -0.03,
        0.03,
    ),
    _direction("... while controls relearn", "control_relearns", 0.3, 1.0),
    _direction(
        "The more dopamine at choice, the less B is avoided (smallest fall, β 2)",
        "avoid_b_smallest_fall_beta2",
        0.02,
        1.0,
        _OPAL,
    ),
    _direction("... (β 3)", "avoid_b_smallest_fall_beta3", 0.01, 1.0, _OPAL),
    _direction("... and the more A is chosen (smallest rise, β 2)", "choose_a_smallest_rise_beta2", 0.0, 1.0, _OPAL),
    _direction("... (β 3)", "choose_a_smallest_rise_beta3", 0.005, 1.0, _OPAL),
    *_NUMBERS,
    _direction(
        "A direct pathway that learns faster favours choosing A above avoiding B",
        "direct_faster_favours_a",
        0.02,
        1.0,
        _OPAL,
    ),
    _direction("... an indirect one avoiding B", "indirect_faster_favours_a", -1.0, -0.02, _OPAL),
    Expect(
        "Without the Hebbian factor dopamine at choice has no effect (largest, single precision; tests: 1e-12)",
        "without_hebbian_largest_effect",
        0.0,
        1e-5,
        "G + N is constant where both learn at one rate",
        "ours",
        "smoke",
    ),
    _direction("Dopamine that follows richness helps in a lean world", "dynamic_gain_lean_low", 0.0, 1.0, _STAR),
    _direction("... and in a rich one", "dynamic_gain_rich_low", 0.0, 1.0, _STAR),
    _direction("Dopamine held high costs in a lean world", "high_dopamine_costs_lean", -1.0, -0.005, _STAR),
    _direction("... held low in a rich one", "low_dopamine_costs_rich", -1.0, -0.005, _STAR),
    *_GAINS,
    Expect(
        "The six shares of the better arm equal those of the reference in both worlds (largest difference)",
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
