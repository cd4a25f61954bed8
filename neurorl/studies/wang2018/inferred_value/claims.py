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
    "before": "On the first trial after an unsignalled reversal",
    "experienced": "One trial later, at the cue just experienced",
    "inferred": "One trial later, at the cue not met since",
}
_ROLES = {"prior": "rewarded before the change", "after": "rewarded since"}


def _as_published(moment: str, role: str, value: float) -> Expect:
    claim = f"{_MOMENTS[moment]}, the error at the cue is {value:+.3f} where that cue is the one {_ROLES[role]}"
    measure = f"rpe_network_{moment}_{role}_cue"
    return Expect(claim, measure, value - NEAR, value + NEAR, f"{_SIM3}, Fig. 4b (read off)", "reported")


def _direction(claim: str, measure: str, low: float, high: float, place: str) -> Expect:
    return Expect(claim, measure, low, high, f"{_SIM3}, {place}", "direction")


def _ours(claim: str, measure: str, low: float, high: float, source: str) -> Expect:
    return Expect(claim, measure, low, high, source, "ours")


CLAIMS = (
    *(_as_published(row.moment, row.role, row.rpe) for row in PUBLISHED.itertuples()),
    _direction(
        "Errors at an experienced cue turn after a single trial, in at least seven replicas of eight",
        "flipped_network_experienced",
        0.875,
        1.0,
        "Fig. 4b, middle",
    ),
    _direction(
        "So do those at a cue whose new value can only be inferred",
        "flipped_network_inferred",
        0.875,
        1.0,
        "Fig. 4b, right",
    ),
    _direction(
        "Inferred errors are at least four fifths as large as experienced ones",
        "inferred_over_experienced_network",
        0.8,
        inf,
        "Fig. 4b (.685 / .685)",
    ),
    _direction("Fixation brings hardly any error (.01 to .06)", "rpe_network_largest_fixation", 0.0, 0.12, "Fig. 4b"),
    _direction("Nor does the response's step (about .03)", "rpe_network_largest_response", 0.0, 0.12, "Fig. 4b"),
    _direction(
        "At fixation of the reversal trial the units hold the old state",
        "state_on_the_first_trial",
        -inf,
        -0.5,
        "Fig. 4c, top left",
    ),
    _direction(
        "... and one trial later the new one, whichever cue was met",
        "state_on_the_second_trial",
        0.5,
        inf,
        "Fig. 4c, bottom left",
    ),
    _ours(
        "The rewarded cue can be read linearly from the units at fixation on trials 2 to 5",
        "decoded_rewarded",
        0.95,
        1.0,
        "target of ours for Fig. 4c",
    ),
    _direction(
        "At the response, units also tell the answer that is due", "decoded_cue", 0.95, 1.0, "Fig. 4c, third column"
    ),
    _ours(
        "The network answers as it is asked to: it earns what its trials could pay, less at most 3 % for wrong answers",
        "reward_share_network",
        0.97,
        1.0,
        "target of ours",
    ),
    _ours(
        "A model-free learner follows what it experienced",
        "flipped_cue_td_experienced",
        1.0,
        1.0,
        "by construction: its learning rate is above one half",
    ),
    _ours(
        "... and fails where values must be inferred: the cue rewarded before still brings a positive error",
        "rpe_cue_td_inferred_prior_cue",
        0.1,
        inf,
        "after Bromberg-Martin et al. 2010",
    ),
    _ours(
        "An observer that knows the cues' relation shows the network's pattern",
        "flipped_cue_observer_inferred",
        1.0,
        1.0,
        "Bayes' rule with a reversal in ten trials: +-.324",
    ),
    _ours(
        "One that also counts trials expects nothing on a block's first trial: the network does not count",
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
