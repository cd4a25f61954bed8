"""What should come out of the dopamine study: closed forms, earlier simulations, and what neurons and animals do."""

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
    _exact("On the first trial the error stands at the reward, and is all of it", "reward_first_td0", 1, _SCHULTZ),
    _exact("... and there is none at the cue", "cue_first_td0", 0, _SCHULTZ),
    _exact("After 500 trials the cue has it, gamma^10 = .8171", "cue_trained_td0", GAMMA**10, _SCHULTZ),
    _exact("... and the reward none", "reward_trained_td0", 0, _SCHULTZ),
    _expect(
        "On the way the largest error moves back and never forth (moves forth)",
        "march_forward",
        0,
        0,
        f"a property of TD(0) with a serial compound; {_EARLIER}",
        scale="smoke",
    ),
    _expect(
        "... and stands at 15, 14, 11 and 5 on trials 1, 20, 50 and 80 (largest difference)",
        "march_off",
        0,
        0,
        _EARLIER,
        scale="smoke",
    ),
    _exact("A reward that stays out leaves a dip of -1 at its time", "omitted_td0", -1, _SCHULTZ),
    _exact("... and the response to the cue as it was", "cue_omitted_td0", GAMMA**10, _SCHULTZ),
    _exact("A reward five steps early is an error of 1", "early_td0", 1, "Hollerman & Schultz 1998; a closed form"),
    _exact(
        "... after which a serial compound still expects the reward: a dip of -1, which neurons do not show",
        "early_dip_td0",
        -1,
        "a closed form; against Hollerman & Schultz 1998",
    ),
    _exact(
        "... unless the reward ends the compound",
        "early_dip_td_reset",
        0,
        "Hollerman & Schultz 1998 (no dip); a closed form",
    ),
    _exact("A reward five steps late is an error of 1", "late_td0", 1, "Hollerman & Schultz 1998; a closed form"),
    _exact("... after a dip of -1 at the usual time", "late_dip_td0", -1, "Hollerman & Schultz 1998; a closed form"),
    _exact("A cue before the cue takes the error over, gamma^13", "earliest_cue", GAMMA**13, _SCHULTZ, 1e-4),
    _exact("... and leaves none where it was", "cue_announced", 0, _SCHULTZ, 1e-4),
)

GRADED = (
    _expect(
        "With uncertain rewards the cue is worth p gamma^10 (largest difference at p = .25, .5, .75)",
        "graded_cue",
        0,
        0.03,
        f"Fiorillo et al. 2003; a closed form; {_EARLIER} (.197, .400, .612)",
    ),
    _expect("... a reward is an error of 1 - p", "graded_rewarded", 0, 0.03, f"{_EARLIER} (.76, .51, .26)"),
    _expect("... and none one of -p", "graded_omitted", 0, 0.03, f"{_EARLIER} (-.24, -.48, -.74)"),
)

TIMED = (
    _expect(
        "Where the time of the reward is uncertain, a compound that no reward ends shows no trend (slope a step)",
        "slope_kept_always",
        -0.003,
        0.003,
        f"a closed form (0); {_EARLIER} (-.0005)",
    ),
    _expect("... nor when a tenth of rewards stay out", "slope_kept_omitted", -0.003, 0.003, "a closed form (0)"),
    _expect(
        "One that the reward ends does: errors fall with time if rewards are certain",
        "slope_reset_always",
        -inf,
        -0.003,
        "Starkweather et al. 2017 (direction); closed form -.0093",
        "direction",
    ),
    _expect(
        "... and rise if some stay out, as if it knew what state it is in",
        "slope_reset_omitted",
        0.03,
        inf,
        "Starkweather et al. 2017 (direction); closed form .0568",
        "direction",
    ),
    _expect("All these errors are within .05 of their closed forms", "timed_off", 0, 0.05, "closed forms"),
)

LEARNING = (
    _exact("A cue that is added to a predictor is worth nothing", "blocked_end", 0, "Kamin 1969; a closed form"),
    _exact(
        "Stimulation of .5 at the reward of compound trials unblocks it: .25 at the step before the reward",
        "unblocked_end",
        0.25,
        f"Steinberg et al. 2013 (direction); a closed form; {_EARLIER} (.25)",
        1e-6,
    ),
    _exact("... and .25 gamma^9 when it comes on", "unblocked_onset", 0.25 * GAMMA**9, "a closed form", 1e-6),
    _expect(
        "A cue before a trained cue acquires value without any reward (second-order conditioning)",
        "second_order_td",
        0.1,
        1,
        "Neftci & Averbeck 2019; the threshold is ours",
        "direction",
        "smoke",
    ),
    _exact("... which is lost as the trained cue is extinguished", "second_order_end", 0, "a closed form", 1e-3),
    _exact(
        "... and which a learner of whole trials cannot acquire (Rescorla & Wagner)",
        "second_order_rw",
        0,
        "a property of the rule",
    ),
)

TIME = (
    _expect(
        "With traces (lambda .9) the error passes no step between reward and cue",
        "passed_td_trace",
        0,
        0,
        "Pan et al. 2005",
        "direction",
        "smoke",
    ),
    _expect("Without them it passes at least five", "passed_td0", 5, 9, "a property of TD(0)", scale="smoke"),
    _expect(
        "Microstimuli: a reward that stays out leaves a shallow dip",
        "omitted_dip_microstimuli",
        -0.5,
        -0.05,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    _expect(
        "... one that comes early leaves no deep one later",
        "early_dip_microstimuli",
        -0.25,
        0,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    _expect(
        "... and a predicted reward keeps some of its error",
        "reward_trained_microstimuli",
        0.05,
        0.5,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    _expect("... and the error passes no step on its way", "passed_microstimuli", 0, 0, _LUDVIG, "direction", "smoke"),
)

CREDIT = (
    _expect(
        "Offline, TD(lambda) by traces is TD(lambda) by lambda-returns (largest difference)",
        "views_differ",
        0,
        1e-10,
        "Sutton & Barto 2018, ch. 12: a theorem",
        scale="smoke",
    ),
    _expect(
        "On the random walk the best lambda is neither 0 nor 1",
        "best_lambda",
        0.2,
        0.95,
        "Sutton & Barto 2018, Fig. 12.6",
        "direction",
    ),
    _expect(
        "... better than 0 by at least .05", "gain_over_0", 0.05, 1, "Fig. 12.6; the threshold is ours", "direction"
    ),
    _expect("... and than 1", "gain_over_1", 0.05, 1, "Fig. 12.6; the threshold is ours", "direction"),
    _expect(
        "Rewards three choices late are credited with a trace of .75: .8 of choices are right", "own_3", 0.8, 1, _TARGET
    ),
    _expect("... and six late with one of .86", "own_6", 0.8, 1, _TARGET),
    _expect(
        "Without a trace random choices teach nothing about them: chance",
        "random_3_traceless",
        0.42,
        0.58,
        "target of ours; chance is .5",
    ),
    _expect("... with a trace they do", "random_3", 0.8, 1, _TARGET),
    _expect("... and everything is learned without one if rewards come at once", "random_0", 0.95, 1, _TARGET),
    _expect(
        "Own choices without a trace are at chance as well, three late",
        "own_3_traceless",
        0.45,
        0.55,
        "target of ours, mistaken: see the note",
    ),
    _expect("Own choices are better with a trace than without, by a tenth", "own_gain", 0.1, 1, _TARGET),
    _expect(
        "The longer the delay, the longer the best trace",
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
