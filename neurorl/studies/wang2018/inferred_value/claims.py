"""What should come out of the inferred-value study: each claim with its source, interval and basis."""

from math import inf

import pandas as pd

from neurorl.core.study import Expect, with_identities

_SIM3 = "Wang et al. 2018"
NEAR = 0.15  # a mean error is as published when it is this close to the value read off the figure (+-0.02)

# Errors at the cue, read off Fig. 4b: moment, role of the trial's cue, reward units.
PUBLISHED = pd.DataFrame(
    [
        ("before", "prior", 0.30),
        ("before", "after", -0.345),
        ("experienced", "prior", -0.38),
        ("experienced", "after", 0.305),
        ("inferred", "prior", -0.345),
        ("inferred", "after", 0.34),
    ],
    columns=["moment", "role", "rpe"],
).assign(step="cue", source="Wang et al. 2018, Fig. 4b")

_MOMENTS = {
    "before": "At the cue of the first trial after an unsignalled reversal",
    "experienced": "At the experienced cue, one trial after a reversal",
    "inferred": "At the other, inferred cue, one trial after a reversal",
}
_ROLES = {"prior": "was rewarded before the reversal", "after": "is rewarded after the reversal"}


def _as_published(moment: str, role: str, value: float) -> Expect:
    claim = f"{_MOMENTS[moment]}, the network's error is {value:+.3f} if this cue {_ROLES[role]}"
    measure = f"rpe_network_{moment}_{role}_cue"
    return Expect(claim, measure, value - NEAR, value + NEAR, f"{_SIM3}, Fig. 4b (read off)", "reported")


def _direction(claim: str, measure: str, low: float, high: float, place: str) -> Expect:
    return Expect(claim, measure, low, high, f"{_SIM3}, {place}", "direction")


def _ours(claim: str, measure: str, low: float, high: float, source: str) -> Expect:
    return Expect(claim, measure, low, high, source, "ours")


CLAIMS = (
    *(_as_published(row.moment, row.role, row.rpe) for row in PUBLISHED.itertuples()),
    _direction(
        "The error at the experienced cue reverses after one trial in at least seven of eight replicas",
        "flipped_network_experienced",
        0.875,
        1.0,
        "Fig. 4b, middle",
    ),
    _direction(
        "The error at the cue whose new value can only be inferred reverses after one trial in at least seven of "
        "eight replicas",
        "flipped_network_inferred",
        0.875,
        1.0,
        "Fig. 4b, right",
    ),
    _direction(
        "Errors at the inferred cue are at least 80 % as large as those at the experienced cue",
        "inferred_over_experienced_network",
        0.8,
        inf,
        "Fig. 4b (.685 / .685)",
    ),
    _direction(
        "The network's error at fixation is close to zero (.01 to .06)",
        "rpe_network_largest_fixation",
        0.0,
        0.12,
        "Fig. 4b",
    ),
    _direction(
        "The network's error at the response is close to zero (about .03)",
        "rpe_network_largest_response",
        0.0,
        0.12,
        "Fig. 4b",
    ),
    _direction(
        "At fixation of the reversal trial, the units represent the state before the reversal",
        "state_on_the_first_trial",
        -inf,
        -0.5,
        "Fig. 4c, top left",
    ),
    _direction(
        "At fixation of the trial after the reversal, the units represent the new state, whichever cue was experienced",
        "state_on_the_second_trial",
        0.5,
        inf,
        "Fig. 4c, bottom left",
    ),
    _ours(
        "The rewarded cue can be decoded linearly from the units at fixation on trials 2 to 5",
        "decoded_rewarded",
        0.95,
        1.0,
        "target of ours for Fig. 4c",
    ),
    _direction(
        "The cue shown, and with it the correct answer, can be decoded linearly from the units at the response",
        "decoded_cue",
        0.95,
        1.0,
        "Fig. 4c, third column",
    ),
    _ours(
        "The network earns at least 97 % of the reward that valid answers would earn",
        "reward_share_network",
        0.97,
        1.0,
        "target of ours",
    ),
    _ours(
        "A model-free learner's error at the experienced cue reverses after one trial",
        "flipped_cue_td_experienced",
        1.0,
        1.0,
        "by construction: its learning rate is above one half",
    ),
    _ours(
        "A model-free learner's error at the inferred cue does not reverse: the cue rewarded before still has a "
        "positive error",
        "rpe_cue_td_inferred_prior_cue",
        0.1,
        inf,
        "after Bromberg-Martin et al. 2010",
    ),
    _ours(
        "In an observer that knows the relation between the cues, the error at the inferred cue reverses after "
        "one trial",
        "flipped_cue_observer_inferred",
        1.0,
        1.0,
        "Bayes' rule with a reversal in ten trials: +-.324",
    ),
    _ours(
        "An observer that also counts trials has no error on the first trial of a block, unlike the network",
        "rpe_cue_observer_counting_before_prior_cue",
        -0.001,
        0.001,
        "Bayes' rule with the true blocks",
    ),
)

# Identities: Bayes' rule, and a learning rate above one half.
IDENTITIES = (
    "flipped_cue_td_experienced",
    "flipped_cue_observer_inferred",
    "rpe_cue_observer_counting_before_prior_cue",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
