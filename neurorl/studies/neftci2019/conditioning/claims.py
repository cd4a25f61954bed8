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
        "Every event moves the Bush-Mosteller probability as the operators say (largest difference)",
        "operator_deviation",
        0,
        1e-12,
        "Bush & Mosteller 1951, the recursion written out once more",
        scale="smoke",
    ),
    _expect(
        "Reward-penalty with equal steps matches: p settles at c2 / (c1 + c2) = .70 where arms pay .7 and .3",
        "matching",
        0.68,
        0.72,
        f"{_EARLIER} (.699)",
    ),
    _expect(
        "... and at .75 in the maze that pays 75:25",
        "matching_maze",
        0.73,
        0.77,
        "the same closed form; Bush & Mosteller",
    ),
    _expect(
        "Reward-inaction with small steps ends on the better arm in at least 95 % of runs",
        "absorbed",
        0.95,
        1,
        "the project's earlier simulation (200 of 200)",
    ),
    _expect(
        "R/C is the delta rule with a rate of 1/C (largest difference)",
        "average_deviation",
        0,
        1e-12,
        "an identity; Neftci & Averbeck 2019, Fig. 1",
        scale="smoke",
    ),
    _expect(
        "After a reversal R/C needs at least twice the trials of a rate of .3 until half its choices are right again",
        "lag_ratio",
        2,
        inf,
        "target of ours; its rate has fallen to 1/C",
    ),
)

RESCORLA_WAGNER = (
    _expect(
        "Acquisition is v_k = 1 - (1 - alpha)^k (largest difference over 200 trials)",
        "acquisition_deviation",
        0,
        1e-12,
        "a closed form; Neftci & Averbeck 2019, eq. 1",
        scale="smoke",
    ),
    _expect("... .994846 after 50 trials at .1", "acquisition_50", 0.9948455, 0.9948465, _EARLIER, scale="smoke"),
    _expect("Extinction brings it back to 0 (100 trials)", "extinguished", 0, 1e-4, "a closed form", scale="smoke"),
    _expect("Blocking: 100 A+, 100 AX+ leave A at .99999", "blocker", 0.999985, 0.999995, _EARLIER, scale="smoke"),
    _expect("... and X at .000013", "blocked", 1.25e-5, 1.35e-5, _EARLIER, scale="smoke"),
    _expect("... against .5 without the A+ trials", "blocking_control", 0.4999, 0.5001, _EARLIER, scale="smoke"),
    _expect(
        "Overshadowing shares by salience: a cue twice as salient takes two thirds",
        "salience_share",
        0.6666,
        0.6667,
        "a closed form, alpha_A / (alpha_A + alpha_X)",
        scale="smoke",
    ),
    _expect(
        "Overexpectation: two trained cues in compound fall to half",
        "overexpected",
        0.499,
        0.501,
        _EARLIER,
        scale="smoke",
    ),
    _expect(
        "Conditioned inhibition: A+ AX- makes X worth minus a reward",
        "inhibitor",
        -1,
        -0.95,
        "the fixed point of Rescorla & Wagner 1972 is -1; the threshold is ours",
    ),
    _expect(
        "... so that it cancels what another cue predicts (summation test)",
        "summation",
        -0.05,
        0.05,
        "the fixed point of Rescorla & Wagner 1972 is 0; the threshold is ours",
    ),
    _expect(
        "A settled value varies by alpha / (2 - alpha) times the variance of rewards (ratio)",
        "variance_ratio",
        0.97,
        1.03,
        "a closed form",
    ),
)

ATTENTION = (
    _expect(
        "Latent inhibition: what was shown 50 times without consequence is hardly learned about on its first rewarded "
        "trial by Pearce and Hall's learner (share of the control's learning)",
        "first_after_exposure_pearce_hall",
        0,
        0.01,
        "Lubow & Moore 1959; the closed form (1 - eta)^50",
        "direction",
        "smoke",
    ),
    _expect(
        "... and as if it were new by Rescorla and Wagner's",
        "first_after_exposure_rescorla_wagner",
        1 - 1e-9,
        1 + 1e-9,
        "a fixed rate knows no history",
        scale="smoke",
    ),
    _expect(
        "Mackintosh's learner blocks as well, to at least a half in 20 trials",
        "blocking_mackintosh",
        0.5,
        1,
        "Mackintosh 1975; the threshold is ours",
        "direction",
        "smoke",
    ),
    _expect(
        "... but not on the first compound trial, on which X is learned about as in the control",
        "first_trial_mackintosh",
        0.99,
        1.01,
        "Mackintosh 1975",
        "direction",
        "smoke",
    ),
    _expect(
        "... and predicts no overexpectation, because each cue has an error of its own",
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
        "Rescorla and Wagner's learner, fitted to them, rates it lower too",
        "gap_rescorla_wagner",
        0.5,
        10,
        f"{_SPICER}; the threshold is ours",
        "direction",
    ),
    _expect(
        "People credit the new cue Y, not its partner B that had proved harmless, by at least two points",
        "people_added_cue",
        2,
        10,
        _SPICER,
        "reported",
    ),
    _expect(
        "... which Pearce and Hall's learner does as well",
        "added_cue_pearce_hall",
        2,
        10,
        f"{_SPICER}; the threshold is ours",
        "direction",
    ),
    _expect(
        "... and Rescorla and Wagner's cannot: B and Y share their error",
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
