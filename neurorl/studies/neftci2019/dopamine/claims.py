"""Claims of the dopamine study: closed forms, earlier simulations, and data of neurons and animals."""

from math import inf

from neurorl.core.study import Basis, Expect, with_identities
from neurorl.studies.neftci2019.dopamine.sessions import GAMMA

_EARLIER = "the project's earlier simulation"
_SCHULTZ = "Schultz et al. 1997; the number is a closed form"
_TARGET = "target of ours"
_LUDVIG = "Ludvig et al. 2008; the threshold is ours"


def _expect(
    claim: str, measure: str, low: float, high: float, source: str, basis: Basis = "ours", scale: str = "quick"
) -> Expect:
    return Expect(claim, measure, low, high, source, basis, scale)


def _exact(claim: str, measure: str, value: float, source: str, within: float = 1e-9) -> Expect:
    return _expect(claim, measure, value - within, value + within, source, "ours", "smoke")


SCHULTZ = (
    _exact("On the first trial the error at the reward is 1", "reward_first_td0", 1, _SCHULTZ),
    _exact("On the first trial the error at the cue is 0", "cue_first_td0", 0, _SCHULTZ),
    _exact("After 500 trials the error at the cue is gamma^10 = .8171", "cue_trained_td0", GAMMA**10, _SCHULTZ),
    _exact("After 500 trials the error at the reward is 0", "reward_trained_td0", 0, _SCHULTZ),
    _expect(
        "During training the largest error moves towards the cue only (number of moves away from the cue)",
        "march_forward",
        0,
        0,
        f"a property of TD(0) with a serial compound; {_EARLIER}",
        scale="smoke",
    ),
    _expect(
        "The largest error is at times 15, 14, 11 and 5 on trials 1, 20, 50 and 80 (largest difference)",
        "march_off",
        0,
        0,
        _EARLIER,
        scale="smoke",
    ),
    _exact("When a reward is omitted, the error at its usual time is -1", "omitted_td0", -1, _SCHULTZ),
    _exact("When a reward is omitted, the error at the cue is unchanged", "cue_omitted_td0", GAMMA**10, _SCHULTZ),
    _exact(
        "When a reward comes five steps early, the error at the reward is 1",
        "early_td0",
        1,
        "Hollerman & Schultz 1998; a closed form",
    ),
    _exact(
        "After an early reward, a serial compound has an error of -1 at the usual time, unlike neurons",
        "early_dip_td0",
        -1,
        "a closed form; against Hollerman & Schultz 1998",
    ),
    _exact(
        "After an early reward, a serial compound that ends with the reward has no error at the usual time",
        "early_dip_td_reset",
        0,
        "Hollerman & Schultz 1998 (no dip); a closed form",
    ),
    _exact(
        "When a reward comes five steps late, the error at the reward is 1",
        "late_td0",
        1,
        "Hollerman & Schultz 1998; a closed form",
    ),
    _exact(
        "When a reward comes late, the error at the usual time is -1",
        "late_dip_td0",
        -1,
        "Hollerman & Schultz 1998; a closed form",
    ),
    _exact(
        "The error moves to a second cue before the first, with a size of gamma^13",
        "earliest_cue",
        GAMMA**13,
        _SCHULTZ,
        1e-4,
    ),
    _exact("After training with a second cue, the error at the first cue is 0", "cue_announced", 0, _SCHULTZ, 1e-4),
)

GRADED = (
    _expect(
        "With reward probability p, the error at the cue is p gamma^10 (largest difference at p = .25, .5, .75)",
        "graded_cue",
        0,
        0.03,
        f"Fiorillo et al. 2003; a closed form; {_EARLIER} (.197, .400, .612)",
    ),
    _expect(
        "With reward probability p, the error at a reward is 1 - p (largest difference at p = .25, .5, .75)",
        "graded_rewarded",
        0,
        0.03,
        f"{_EARLIER} (.76, .51, .26)",
    ),
    _expect(
        "With reward probability p, the error at an omitted reward is -p (largest difference at p = .25, .5, .75)",
        "graded_omitted",
        0,
        0.03,
        f"{_EARLIER} (-.24, -.48, -.74)",
    ),
)

TIMED = (
    _expect(
        "At uncertain reward times, the errors of a compound that continues after the reward have no trend over "
        "time (slope per step)",
        "slope_kept_always",
        -0.003,
        0.003,
        f"a closed form (0); {_EARLIER} (-.0005)",
    ),
    _expect(
        "If a tenth of the rewards are omitted, the errors of a compound that continues after the reward have no "
        "trend over time (slope per step)",
        "slope_kept_omitted",
        -0.003,
        0.003,
        "a closed form (0)",
    ),
    _expect(
        "If all rewards are given, the errors of a compound that ends with the reward decrease over time",
        "slope_reset_always",
        -inf,
        -0.003,
        "Starkweather et al. 2017 (direction); closed form -.0093",
        "direction",
    ),
    _expect(
        "If some rewards are omitted, the errors of a compound that ends with the reward increase over time, as "
        "with inference of the hidden state",
        "slope_reset_omitted",
        0.03,
        inf,
        "Starkweather et al. 2017 (direction); closed form .0568",
        "direction",
    ),
    _expect(
        "All errors at uncertain reward times are within .05 of their closed forms",
        "timed_off",
        0,
        0.05,
        "closed forms",
    ),
)

LEARNING = (
    _exact(
        "A cue that is added to a cue that predicts the reward acquires no value (blocking)",
        "blocked_end",
        0,
        "Kamin 1969; a closed form",
    ),
    _exact(
        "Stimulation of .5 at the reward of compound trials unblocks the added cue: its value is .25 at the step "
        "before the reward",
        "unblocked_end",
        0.25,
        f"Steinberg et al. 2013 (direction); a closed form; {_EARLIER} (.25)",
        1e-6,
    ),
    _exact(
        "After stimulation the value of the added cue at its onset is .25 gamma^9",
        "unblocked_onset",
        0.25 * GAMMA**9,
        "a closed form",
        1e-6,
    ),
    _expect(
        "A cue before a trained cue acquires value without a reward (second-order conditioning)",
        "second_order_td",
        0.1,
        1,
        "Neftci & Averbeck 2019; the threshold is ours",
        "direction",
        "smoke",
    ),
    _exact(
        "The second-order value is lost when the trained cue is extinguished",
        "second_order_end",
        0,
        "a closed form",
        1e-3,
    ),
    _exact(
        "A learner of whole trials (Rescorla & Wagner) does not acquire second-order value",
        "second_order_rw",
        0,
        "a property of the rule",
    ),
)

TIME = (
    _expect(
        "With eligibility traces (lambda .9) the largest error occurs at no step between reward and cue",
        "passed_td_trace",
        0,
        0,
        "Pan et al. 2005",
        "direction",
        "smoke",
    ),
    _expect(
        "Without eligibility traces the largest error occurs at five or more steps between reward and cue",
        "passed_td0",
        5,
        9,
        "a property of TD(0)",
        scale="smoke",
    ),
    _expect(
        "With microstimuli, the dip at an omitted reward is shallow",
        "omitted_dip_microstimuli",
        -0.5,
        -0.05,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    _expect(
        "With microstimuli, no deep dip follows an early reward",
        "early_dip_microstimuli",
        -0.25,
        0,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    _expect(
        "With microstimuli, a predicted reward still has an error",
        "reward_trained_microstimuli",
        0.05,
        0.5,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    _expect(
        "With microstimuli, the largest error occurs at no step between reward and cue",
        "passed_microstimuli",
        0,
        0,
        _LUDVIG,
        "direction",
        "smoke",
    ),
)

CREDIT = (
    _expect(
        "Offline, TD(lambda) with eligibility traces equals TD(lambda) with lambda-returns (largest difference)",
        "views_differ",
        0,
        1e-10,
        "Sutton & Barto 2018, ch. 12: a theorem",
        scale="smoke",
    ),
    _expect(
        "On the random walk the lambda with the least error lies between 0 and 1",
        "best_lambda",
        0.2,
        0.95,
        "Sutton & Barto 2018, Fig. 12.6",
        "direction",
    ),
    _expect(
        "On the random walk the error at the best lambda is lower than at lambda = 0 by at least .05",
        "gain_over_0",
        0.05,
        1,
        "Fig. 12.6; the threshold is ours",
        "direction",
    ),
    _expect(
        "On the random walk the error at the best lambda is lower than at lambda = 1 by at least .05",
        "gain_over_1",
        0.05,
        1,
        "Fig. 12.6; the threshold is ours",
        "direction",
    ),
    _expect(
        "With rewards three choices late and a trace of .75, a learner that follows its values makes at least .8 "
        "of correct choices",
        "own_3",
        0.8,
        1,
        _TARGET,
    ),
    _expect(
        "With rewards six choices late and a trace of .86, a learner that follows its values makes at least .8 "
        "of correct choices",
        "own_6",
        0.8,
        1,
        _TARGET,
    ),
    _expect(
        "With rewards three choices late and no trace, the values after random choices are at chance",
        "random_3_traceless",
        0.42,
        0.58,
        "target of ours; chance is .5",
    ),
    _expect(
        "With rewards three choices late and a trace, at least .8 of the values after random choices are correct",
        "random_3",
        0.8,
        1,
        _TARGET,
    ),
    _expect(
        "With immediate rewards and no trace, at least .95 of the values after random choices are correct",
        "random_0",
        0.95,
        1,
        _TARGET,
    ),
    _expect(
        "With rewards three choices late and no trace, a learner that follows its values chooses at chance",
        "own_3_traceless",
        0.45,
        0.55,
        "target of ours, mistaken: see the note",
    ),
    _expect(
        "With rewards three choices late, a learner that follows its values makes at least .1 more correct "
        "choices with a trace than without",
        "own_gain",
        0.1,
        1,
        _TARGET,
    ),
    _expect(
        "The best trace is longer for rewards six choices late than for three",
        "longer_trace",
        0.01,
        1,
        "kappa = d / (d + 1) is best",
    ),
)

CLAIMS = (*SCHULTZ, *GRADED, *TIMED, *LEARNING, *TIME, *CREDIT)

# Identities: closed forms of TD errors, and a theorem.
IDENTITIES = (
    "reward_first_td0",
    "cue_first_td0",
    "cue_trained_td0",
    "reward_trained_td0",
    "march_forward",
    "omitted_td0",
    "cue_omitted_td0",
    "early_td0",
    "early_dip_td0",
    "early_dip_td_reset",
    "late_td0",
    "late_dip_td0",
    "earliest_cue",
    "cue_announced",
    "graded_cue",
    "graded_rewarded",
    "graded_omitted",
    "slope_kept_always",
    "slope_kept_omitted",
    "timed_off",
    "blocked_end",
    "unblocked_end",
    "unblocked_onset",
    "second_order_end",
    "second_order_rw",
    "views_differ",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
