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
        "After 5 presses .995 of the lever's value is the planner's, for devaluation to take",
        "planned_5",
        0.9945,
        0.9955,
        _REFERENCE,
        "ours",
        "smoke",
    ),
    Expect("... after 400 presses .557", "planned_400", 0.5565, 0.5575, _REFERENCE, "ours", "smoke"),
    Expect("... and it takes that much after 400 presses", "effect_400", 0.5565, 0.5575, _REFERENCE, "ours", "smoke"),
    Expect(
        "Its effect never rises with training (largest rise)", "effect_rise", -inf, 1e-4, _REFERENCE, "ours", "smoke"
    ),
    # the behaviour
    _direction(
        "Rats with little training press less for an outcome that lost its worth (difference of rates)",
        "drop_intact_short",
        _ADAMS,
        0.2,
    ),
    _direction("... with long training less so", "drop_intact_short_minus_long", _ADAMS, 0.1),
    _direction(
        "Without the planner even little training makes a habit (difference of rates)",
        "drop_no_planner_short",
        _KILLCROSS,
        -0.1,
        0.1,
    ),
    _direction(
        "Without the cache long training makes none (difference of rates)", "drop_no_cache_long", _KILLCROSS, 0.2
    ),
    # two levers
    _direction(
        "With two levers and two outcomes choice stays sensitive after 400 presses of each (share of the valued lever)",
        "valued_share_400",
        "Colwill & Rescorla 1985; Keramati et al. 2011; the threshold is ours",
        0.8,
        1.0,
        "smoke",
    ),
    _direction(
        "... where with one lever the devalued outcome is pressed for nearly as often (ratio of probabilities)",
        "press_ratio_400",
        "Daw et al. 2005; the threshold is ours",
        0.9,
        1.0,
        "smoke",
    ),
    Expect(
        "It is the choice that stays sensitive: the devalued lever has lost no more of its value than with one lever",
        "effect_two_minus_one_400",
        -0.01,
        0.01,
        "closed form: the two levers do not touch each other",
        "ours",
        "smoke",
    ),
    # one system alone
    Expect(
        "A cache alone has lost nothing of the lever's value on the first test trial",
        "effect_cache",
        -1e-6,
        1e-6,
        "by construction",
        "ours",
        "smoke",
    ),
    _direction(
        "A learned successor representation has lost all", "effect_successor", "Russek et al. 2017", 0.95, 1.0, "smoke"
    ),
    _direction("... and so has a planner on a learned model", "effect_planner", "Daw et al. 2005", 0.95, 1.0, "smoke"),
)

# Identities: a cache learns nothing from an outcome that it did not press for, and levers do not touch each other.
IDENTITIES = (
    "effect_cache",
    "effect_two_minus_one_400",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
