"""Claims of the dopamine study about errors of trained learners: closed forms, and data of neurons."""

from math import inf

from neurorl.core.study import Basis, Expect
from neurorl.studies.neftci2019.dopamine.sessions import GAMMA

_EARLIER = "the project's earlier simulation"
_SCHULTZ = "Schultz et al. 1997; the number is a closed form"


def expected(
    claim: str, measure: str, low: float, high: float, source: str, basis: Basis = "ours", scale: str = "quick"
) -> Expect:
    """A claim of this study; by default a number of ours at the quick scale."""
    return Expect(claim, measure, low, high, source, basis, scale)


def exact(claim: str, measure: str, value: float, source: str, within: float = 1e-9) -> Expect:
    """A closed form, met to rounding."""
    return expected(claim, measure, value - within, value + within, source, "ours", "smoke")


SCHULTZ = (
    exact("On the first trial the error at the reward is 1", "reward_first_td0", 1, _SCHULTZ),
    exact("On the first trial the error at the cue is 0", "cue_first_td0", 0, _SCHULTZ),
    exact("After 500 trials the error at the cue is gamma^10 = .8171", "cue_trained_td0", GAMMA**10, _SCHULTZ),
    exact("After 500 trials the error at the reward is 0", "reward_trained_td0", 0, _SCHULTZ),
    expected(
        "During training the largest error moves towards the cue only (number of moves away from the cue)",
        "march_forward",
        0,
        0,
        f"a property of TD(0) with a serial compound; {_EARLIER}",
        scale="smoke",
    ),
    expected(
        "The largest error is at times 15, 14, 11 and 5 on trials 1, 20, 50 and 80 (largest difference)",
        "march_off",
        0,
        0,
        _EARLIER,
        scale="smoke",
    ),
    exact("When a reward is omitted, the error at its usual time is -1", "omitted_td0", -1, _SCHULTZ),
    exact("When a reward is omitted, the error at the cue is unchanged", "cue_omitted_td0", GAMMA**10, _SCHULTZ),
    exact(
        "When a reward comes five steps early, the error at the reward is 1",
        "early_td0",
        1,
        "Hollerman & Schultz 1998; a closed form",
    ),
    exact(
        "After an early reward, a serial compound has an error of -1 at the usual time, unlike neurons",
        "early_dip_td0",
        -1,
        "a closed form; against Hollerman & Schultz 1998",
    ),
    exact(
        "After an early reward, a serial compound that ends with the reward has no error at the usual time",
        "early_dip_td_reset",
        0,
        "Hollerman & Schultz 1998 (no dip); a closed form",
    ),
    exact(
        "When a reward comes five steps late, the error at the reward is 1",
        "late_td0",
        1,
        "Hollerman & Schultz 1998; a closed form",
    ),
    exact(
        "When a reward comes late, the error at the usual time is -1",
        "late_dip_td0",
        -1,
        "Hollerman & Schultz 1998; a closed form",
    ),
    exact(
        "The error moves to a second cue before the first, with a size of gamma^13",
        "earliest_cue",
        GAMMA**13,
        _SCHULTZ,
        1e-4,
    ),
    exact("After training with a second cue, the error at the first cue is 0", "cue_announced", 0, _SCHULTZ, 1e-4),
)

GRADED = (
    expected(
        "With reward probability p, the error at the cue is p gamma^10 (largest difference at p = .25, .5, .75)",
        "graded_cue",
        0,
        0.03,
        f"Fiorillo et al. 2003; a closed form; {_EARLIER} (.197, .400, .612)",
    ),
    expected(
        "With reward probability p, the error at a reward is 1 - p (largest difference at p = .25, .5, .75)",
        "graded_rewarded",
        0,
        0.03,
        f"{_EARLIER} (.76, .51, .26)",
    ),
    expected(
        "With reward probability p, the error at an omitted reward is -p (largest difference at p = .25, .5, .75)",
        "graded_omitted",
        0,
        0.03,
        f"{_EARLIER} (-.24, -.48, -.74)",
    ),
)

TIMED = (
    expected(
        "At uncertain reward times, the errors of a compound that continues after the reward have no trend over "
        "time (slope per step)",
        "slope_kept_always",
        -0.003,
        0.003,
        f"a closed form (0); {_EARLIER} (-.0005)",
    ),
    expected(
        "If a tenth of the rewards are omitted, the errors of a compound that continues after the reward have no "
        "trend over time (slope per step)",
        "slope_kept_omitted",
        -0.003,
        0.003,
        "a closed form (0)",
    ),
    expected(
        "If all rewards are given, the errors of a compound that ends with the reward decrease over time",
        "slope_reset_always",
        -inf,
        -0.003,
        "Starkweather et al. 2017 (direction); closed form -.0093",
        "direction",
    ),
    expected(
        "If some rewards are omitted, the errors of a compound that ends with the reward increase over time, as "
        "with inference of the hidden state",
        "slope_reset_omitted",
        0.03,
        inf,
        "Starkweather et al. 2017 (direction); closed form .0568",
        "direction",
    ),
    expected(
        "All errors at uncertain reward times are within .05 of their closed forms",
        "timed_off",
        0,
        0.05,
        "closed forms",
    ),
)
