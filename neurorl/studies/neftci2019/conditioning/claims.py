"""What should come out of the conditioning study: closed forms, the field's phenomena, and people's ratings."""

from math import inf

from neurorl.core.study import Basis, Expect, with_identities

_EARLIER = "a closed form, and the project's earlier simulation"
_SPICER = "Spicer et al. 2021 (their trials, averaged by us)"


def _expect(
    claim: str, measure: str, low: float, high: float, source: str, basis: Basis = "ours", scale: str = "quick"
) -> Expect:
    return Expect(claim, measure, low, high, source, basis, scale)


OPERATORS = (
    _expect(
        "The Bush-Mosteller probability follows the operators at every event (largest difference)",
        "operator_deviation",
        0,
        1e-12,
        "Bush & Mosteller 1951, an independent implementation of the recursion",
        scale="smoke",
    ),
    _expect(
        "Reward-penalty with equal steps matches: p converges to c2 / (c1 + c2) = .70 for arms that pay .7 and .3",
        "matching",
        0.68,
        0.72,
        f"{_EARLIER} (.699)",
    ),
    _expect(
        "Reward-penalty with equal steps matches: p converges to .75 in the maze with 75:25 rewards",
        "matching_maze",
        0.73,
        0.77,
        "the same closed form; Bush & Mosteller",
    ),
    _expect(
        "Reward-inaction with small steps converges to the better arm in at least 95 % of runs",
        "absorbed",
        0.95,
        1,
        "the project's earlier simulation (200 of 200)",
    ),
    _expect(
        "R/C equals the delta rule with a rate of 1/C (largest difference)",
        "average_deviation",
        0,
        1e-12,
        "an identity; Neftci & Averbeck 2019, Fig. 1",
        scale="smoke",
    ),
    _expect(
        "After a reversal, R/C needs at least twice as many trials as a rate of .3 until half of its choices are "
        "correct",
        "lag_ratio",
        2,
        inf,
        "target of ours; its rate has fallen to 1/C",
    ),
)

RESCORLA_WAGNER = (
    _expect(
        "Acquisition follows v_k = 1 - (1 - alpha)^k (largest difference over 200 trials)",
        "acquisition_deviation",
        0,
        1e-12,
        "a closed form; Neftci & Averbeck 2019, eq. 1",
        scale="smoke",
    ),
    _expect(
        "The value of a rewarded cue is .994846 after 50 trials at a learning rate of .1",
        "acquisition_50",
        0.9948455,
        0.9948465,
        _EARLIER,
        scale="smoke",
    ),
    _expect(
        "The value of a cue returns to 0 after 100 trials of extinction",
        "extinguished",
        0,
        1e-4,
        "a closed form",
        scale="smoke",
    ),
    _expect(
        "After blocking (100 A+, 100 AX+) the value of A is .99999",
        "blocker",
        0.999985,
        0.999995,
        _EARLIER,
        scale="smoke",
    ),
    _expect(
        "After blocking (100 A+, 100 AX+) the value of X is .000013",
        "blocked",
        1.25e-5,
        1.35e-5,
        _EARLIER,
        scale="smoke",
    ),
    _expect(
        "After AX+ trials without earlier A+ trials, the value of X is .5",
        "blocking_control",
        0.4999,
        0.5001,
        _EARLIER,
        scale="smoke",
    ),
    _expect(
        "In overshadowing, a cue with twice the salience acquires two thirds of the value",
        "salience_share",
        0.6666,
        0.6667,
        "a closed form, alpha_A / (alpha_A + alpha_X)",
        scale="smoke",
    ),
    _expect(
        "In overexpectation, the values of two trained cues in compound fall to one half",
        "overexpected",
        0.499,
        0.501,
        _EARLIER,
        scale="smoke",
    ),
    _expect(
        "In conditioned inhibition (A+, AX-), the value of X is close to -1",
        "inhibitor",
        -1,
        -0.95,
        "the fixed point of Rescorla & Wagner 1972 is -1; the threshold is ours",
    ),
    _expect(
        "In the summation test, the conditioned inhibitor cancels the prediction of another cue",
        "summation",
        -0.05,
        0.05,
        "the fixed point of Rescorla & Wagner 1972 is 0; the threshold is ours",
    ),
    _expect(
        "The variance of a converged value is alpha / (2 - alpha) times the variance of rewards (ratio)",
        "variance_ratio",
        0.97,
        1.03,
        "a closed form",
    ),
)

ATTENTION = (
    _expect(
        "Latent inhibition: Pearce and Hall's learner learns little about a pre-exposed cue (50 trials) on its "
        "first rewarded trial (share of the control's learning)",
        "first_after_exposure_pearce_hall",
        0,
        0.01,
        "Lubow & Moore 1959; the closed form (1 - eta)^50",
        "direction",
        "smoke",
    ),
    _expect(
        "Rescorla and Wagner's learner learns as much about a pre-exposed cue as about a new one (share of the "
        "control's learning)",
        "first_after_exposure_rescorla_wagner",
        1 - 1e-9,
        1 + 1e-9,
        "the rate does not depend on the past",
        scale="smoke",
    ),
    _expect(
        "Mackintosh's learner shows blocking of at least one half in 20 trials",
        "blocking_mackintosh",
        0.5,
        1,
        "Mackintosh 1975; the threshold is ours",
        "direction",
        "smoke",
    ),
    _expect(
        "Mackintosh's learner shows no blocking on the first compound trial",
        "first_trial_mackintosh",
        0.99,
        1.01,
        "Mackintosh 1975",
        "direction",
        "smoke",
    ),
    _expect(
        "Mackintosh's learner shows no overexpectation, since each cue has its own error",
        "overexpectation_mackintosh",
        -1e-3,
        1e-3,
        "Mackintosh 1975",
        "direction",
        "smoke",
    ),
)

PEOPLE = (
    _expect(
        "People rate the blocked cue at least two points below its control", "people_gap", 2, 10, _SPICER, "reported"
    ),
    _expect(
        "Rescorla and Wagner's learner, fitted to people, rates the blocked cue below its control",
        "gap_rescorla_wagner",
        0.5,
        10,
        f"{_SPICER}; the threshold is ours",
        "direction",
    ),
    _expect(
        "People rate the new cue Y at least two points above its partner B, which had proved harmless",
        "people_added_cue",
        2,
        10,
        _SPICER,
        "reported",
    ),
    _expect(
        "Pearce and Hall's learner, fitted to people, rates Y at least two points above B",
        "added_cue_pearce_hall",
        2,
        10,
        f"{_SPICER}; the threshold is ours",
        "direction",
    ),
    _expect(
        "Rescorla and Wagner's learner rates Y no higher than B, since both share one error",
        "added_cue_rescorla_wagner",
        -0.01,
        0.01,
        "a property of the rule",
    ),
)

CLAIMS = (*OPERATORS, *RESCORLA_WAGNER, *ATTENTION, *PEOPLE)

# Identities: closed forms of the rules, and what a rule leaves out.
IDENTITIES = (
    "operator_deviation",
    "matching",
    "matching_maze",
    "average_deviation",
    "acquisition_deviation",
    "acquisition_50",
    "extinguished",
    "blocker",
    "blocked",
    "blocking_control",
    "salience_share",
    "overexpected",
    "inhibitor",
    "summation",
    "variance_ratio",
    "first_after_exposure_rescorla_wagner",
    "first_trial_mackintosh",
    "overexpectation_mackintosh",
    "added_cue_rescorla_wagner",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
