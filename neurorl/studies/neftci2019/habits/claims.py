"""What should come out of the study of habits: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect, with_identities

_REFERENCE = "reference simulation of this project"
_ADAMS = "Adams 1982; the threshold is ours"
_KILLCROSS = "Killcross & Coutureau 2003; the threshold is ours"


def _weight(presses: int, value: float) -> Expect:
    claim = f"After {presses} presses the planner's weight is {value:g}"
    return Expect(claim, f"w_{presses}", value - 0.005, value + 0.005, _REFERENCE, "ours", "smoke")


def _direction(claim: str, measure: str, source: str, low: float, high: float = inf, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "direction", scale)


CLAIMS = (
    _weight(5, 0.96),
    _weight(50, 0.88),
    _weight(100, 0.68),
    _weight(400, 0.56),
    Expect(
        "After 5 presses the planner's share of the lever's value is .995",
        "planned_5",
        0.9945,
        0.9955,
        _REFERENCE,
        "ours",
        "smoke",
    ),
    Expect(
        "After 400 presses the planner's share of the lever's value is .557",
        "planned_400",
        0.5565,
        0.5575,
        _REFERENCE,
        "ours",
        "smoke",
    ),
    Expect(
        "After 400 presses devaluation removes .557 of the lever's value",
        "effect_400",
        0.5565,
        0.5575,
        _REFERENCE,
        "ours",
        "smoke",
    ),
    Expect(
        "The effect of devaluation on the lever's value does not increase with training (largest rise)",
        "effect_rise",
        -inf,
        1e-4,
        _REFERENCE,
        "ours",
        "smoke",
    ),
    # the behaviour
    _direction(
        "Devaluation lowers the press rate of rats after short training (difference of rates)",
        "drop_intact_short",
        _ADAMS,
        0.2,
    ),
    _direction(
        "Devaluation lowers the press rate less after long than after short training (difference of rates)",
        "drop_intact_short_minus_long",
        _ADAMS,
        0.1,
    ),
    _direction(
        "Without the planner, devaluation does not lower the press rate even after short training (difference of "
        "rates)",
        "drop_no_planner_short",
        _KILLCROSS,
        -0.1,
        0.1,
    ),
    _direction(
        "Without the cache, devaluation lowers the press rate after long training (difference of rates)",
        "drop_no_cache_long",
        _KILLCROSS,
        0.2,
    ),
    # two levers
    _direction(
        "With two levers and two outcomes, choice remains sensitive to devaluation after 400 presses of each "
        "(share of the valued lever)",
        "valued_share_400",
        "Colwill & Rescorla 1985; Keramati et al. 2011; the threshold is ours",
        0.8,
        1.0,
        "smoke",
    ),
    _direction(
        "With one lever, the devalued outcome is pressed for nearly as often as the valued one after 400 presses "
        "(ratio of probabilities)",
        "press_ratio_400",
        "Daw et al. 2005; the threshold is ours",
        0.9,
        1.0,
        "smoke",
    ),
    Expect(
        "The devalued lever loses no more of its value with two levers than with one lever",
        "effect_two_minus_one_400",
        -0.01,
        0.01,
        "closed form: the two levers do not touch each other",
        "ours",
        "smoke",
    ),
    # one system alone
    Expect(
        "In a cache alone, the lever's value on the first test trial is not affected by devaluation",
        "effect_cache",
        -1e-6,
        1e-6,
        "by construction",
        "ours",
        "smoke",
    ),
    _direction(
        "In a learned successor representation, the lever's value on the first test trial is zero after devaluation",
        "effect_successor",
        "Russek et al. 2017",
        0.95,
        1.0,
        "smoke",
    ),
    _direction(
        "In a planner on a learned model, the lever's value on the first test trial is zero after devaluation",
        "effect_planner",
        "Daw et al. 2005",
        0.95,
        1.0,
        "smoke",
    ),
)

# Identities: a cache learns nothing from an outcome that it did not press for, and levers do not touch each other.
IDENTITIES = (
    "effect_cache",
    "effect_two_minus_one_400",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
