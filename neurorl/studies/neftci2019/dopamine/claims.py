"""Claims of the dopamine study: closed forms, earlier simulations, and data of neurons and animals."""

from neurorl.core.study import with_identities
from neurorl.studies.neftci2019.dopamine.error_claims import GRADED, SCHULTZ, TIMED, exact, expected
from neurorl.studies.neftci2019.dopamine.sessions import GAMMA

_EARLIER = "the project's earlier simulation"
_SCHULTZ = "Schultz et al. 1997; the number is a closed form"
_TARGET = "target of ours"
_LUDVIG = "Ludvig et al. 2008; the threshold is ours"

LEARNING = (
    exact(
        "A cue that is added to a cue that predicts the reward acquires no value (blocking)",
        "blocked_end",
        0,
        "Kamin 1969; a closed form",
    ),
    exact(
        "Stimulation of .5 at the reward of compound trials unblocks the added cue: its value is .25 at the step "
        "before the reward",
        "unblocked_end",
        0.25,
        f"Steinberg et al. 2013 (direction); a closed form; {_EARLIER} (.25)",
        1e-6,
    ),
    exact(
        "After stimulation the value of the added cue at its onset is .25 gamma^9",
        "unblocked_onset",
        0.25 * GAMMA**9,
        "a closed form",
        1e-6,
    ),
    expected(
        "A cue before a trained cue acquires value without a reward (second-order conditioning)",
        "second_order_td",
        0.1,
        1,
        "Neftci & Averbeck 2019; the threshold is ours",
        "direction",
        "smoke",
    ),
    exact(
        "The second-order value is lost when the trained cue is extinguished",
        "second_order_end",
        0,
        "a closed form",
        1e-3,
    ),
    exact(
        "A learner of whole trials (Rescorla & Wagner) does not acquire second-order value",
        "second_order_rw",
        0,
        "a property of the rule",
    ),
)

TIME = (
    expected(
        "With eligibility traces (lambda .9) the largest error occurs at no step between reward and cue",
        "passed_td_trace",
        0,
        0,
        "Pan et al. 2005",
        "direction",
        "smoke",
    ),
    expected(
        "Without eligibility traces the largest error occurs at five or more steps between reward and cue",
        "passed_td0",
        5,
        9,
        "a property of TD(0)",
        scale="smoke",
    ),
    expected(
        "With microstimuli, the dip at an omitted reward is shallow",
        "omitted_dip_microstimuli",
        -0.5,
        -0.05,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    expected(
        "With microstimuli, no deep dip follows an early reward",
        "early_dip_microstimuli",
        -0.25,
        0,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    expected(
        "With microstimuli, a predicted reward still has an error",
        "reward_trained_microstimuli",
        0.05,
        0.5,
        _LUDVIG,
        "direction",
        "smoke",
    ),
    expected(
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
    expected(
        "Offline, TD(lambda) with eligibility traces equals TD(lambda) with lambda-returns (largest difference)",
        "views_differ",
        0,
        1e-10,
        "Sutton & Barto 2018, ch. 12: a theorem",
        scale="smoke",
    ),
    expected(
        "On the random walk the lambda with the least error lies between 0 and 1",
        "best_lambda",
        0.2,
        0.95,
        "Sutton & Barto 2018, Fig. 12.6",
        "direction",
    ),
    expected(
        "On the random walk the error at the best lambda is lower than at lambda = 0 by at least .05",
        "gain_over_0",
        0.05,
        1,
        "Fig. 12.6; the threshold is ours",
        "direction",
    ),
    expected(
        "On the random walk the error at the best lambda is lower than at lambda = 1 by at least .05",
        "gain_over_1",
        0.05,
        1,
        "Fig. 12.6; the threshold is ours",
        "direction",
    ),
    expected(
        "With rewards three choices late and a trace of .75, a learner that follows its values makes at least .8 "
        "of correct choices",
        "own_3",
        0.8,
        1,
        _TARGET,
    ),
    expected(
        "With rewards six choices late and a trace of .86, a learner that follows its values makes at least .8 "
        "of correct choices",
        "own_6",
        0.8,
        1,
        _TARGET,
    ),
    expected(
        "With rewards three choices late and no trace, the values after random choices are at chance",
        "random_3_traceless",
        0.42,
        0.58,
        "target of ours; chance is .5",
    ),
    expected(
        "With rewards three choices late and a trace, at least .8 of the values after random choices are correct",
        "random_3",
        0.8,
        1,
        _TARGET,
    ),
    expected(
        "With immediate rewards and no trace, at least .95 of the values after random choices are correct",
        "random_0",
        0.95,
        1,
        _TARGET,
    ),
    expected(
        "With rewards three choices late and no trace, a learner that follows its values chooses at chance",
        "own_3_traceless",
        0.45,
        0.55,
        "target of ours, mistaken: see the note",
    ),
    expected(
        "With rewards three choices late, a learner that follows its values makes at least .1 more correct "
        "choices with a trace than without",
        "own_gain",
        0.1,
        1,
        _TARGET,
    ),
    expected(
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
