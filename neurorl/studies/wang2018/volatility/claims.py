"""What should come out of the volatility study: each claim with its source, interval and basis; published values."""

from math import inf

import pandas as pd

from neurorl.core.study import Expect, with_identities

_SIM2 = "Wang et al. 2018"

# Learning rates by block, read off the figures (dots of Fig. 3d: range over eight networks).
PUBLISHED = pd.DataFrame(
    [
        ("Stable 1", "people", 0.072, None, None),
        ("Volatile 1", "people", 0.19, None, None),
        ("Volatile 2", "people", 0.205, None, None),
        ("Stable 2", "people", 0.10, None, None),
        ("Stable 1", "network", 0.21, 0.17, 0.26),
        ("Volatile 1", "network", 0.46, 0.41, 0.48),
        ("Volatile 2", "network", 0.51, 0.435, 0.545),
        ("Stable 2", "network", 0.275, 0.21, 0.335),
    ],
    columns=["block", "learner", "alpha", "lowest", "highest"],
)
PUBLISHED_SHARE = 0.37  # of units that code volatility; +- .01 (s.e.m.)
SOURCES = {
    "people": "Behrens et al. 2007, as in Wang et al. 2018, Fig. 3c",
    "network": "Wang et al. 2018, Fig. 3d",
}


def _direction(claim: str, measure: str, low: float, high: float, place: str) -> Expect:
    return Expect(claim, measure, low, high, f"{_SIM2}, {place}", "direction", "quick")


def _ours(claim: str, measure: str, low: float, high: float, source: str) -> Expect:
    return Expect(claim, measure, low, high, source, "ours", "quick")


CLAIMS = (
    _direction(
        "The learning rate is higher in both volatile periods than in both stable ones, in every replica",
        "replicas_volatile_above_stable",
        1.0,
        1.0,
        "Fig. 3d",
    ),
    _direction(
        "The learning rate is higher in a stable period after a volatile one than in a stable period at the start "
        "of a session",
        "stable_2_minus_stable_1",
        0.0,
        inf,
        "Fig. 3d (.275 and .21)",
    ),
    _direction(
        "The learning rates of the two volatile periods are similar",
        "volatile_difference",
        0.0,
        0.15,
        "Fig. 3d (.46 and .51)",
    ),
    _direction("The learning rate of volatile period 1 is near .46", "alpha_volatile_1", 0.3, 0.65, "Fig. 3d"),
    _direction("The learning rate of volatile period 2 is near .51", "alpha_volatile_2", 0.35, 0.7, "Fig. 3d"),
    _direction("The learning rate of stable period 1 is near .21", "alpha_stable_1", 0.05, 0.35, "Fig. 3d"),
    _direction("The learning rate of stable period 2 is near .275", "alpha_stable_2", 0.05, 0.42, "Fig. 3d"),
    _direction(
        "The learning rate within a session is more than ten times that of the weights in training",
        "alpha_over_step_size",
        10.0,
        inf,
        "main text (rates orders of magnitude above the weights' 5e-5)",
    ),
    _direction("The learning rate is high at the start of a session", "alpha_at_start", 0.3, 0.8, "Fig. 3b (.4 to .6)"),
    _direction(
        "The learning rate is low late in a stable period", "alpha_late_stable", 0.0, 0.25, "Fig. 3b (.1 to .2)"
    ),
    _direction(
        "The learning rate is high after the first reversal",
        "alpha_after_first_reversal",
        0.45,
        1.0,
        "Fig. 3b (about .7)",
    ),
    _direction(
        "The observer's estimate of volatility can be decoded linearly from the units, in sessions left out of "
        "the fit (r)",
        "decoding_r",
        0.6,
        1.0,
        "Fig. 3b and Methods",
    ),
    _direction(
        "Decoded volatility is higher in the volatile half of low-volatility-first sessions",
        "decoded_volatile_minus_stable",
        0.05,
        1.0,
        "Fig. 3b",
    ),
    Expect(
        "About a third of the units code volatility (37 %), with reward, choice and reward probability as covariates",
        "units_share_with_covariates",
        0.1,
        0.8,
        f"{_SIM2}, main text (37 +- 1 %); the interval is ours, since the share depends on the training recipe",
        "reported",
        "quick",
    ),
    _direction(
        "Across sessions no unit codes volatility before the first possible reversal (share of units, trials 1 to 25)",
        "units_share_first_trials_with_covariates",
        0.0,
        0.05,
        "Supp. Fig. 5a",
    ),
    _direction(
        "Across sessions, at least a tenth of the units code volatility soon after the first reversal",
        "units_share_after_reversal_with_covariates",
        0.1,
        1.0,
        "Supp. Fig. 5a",
    ),
    _direction(
        "At least a tenth of the units code volatility on fewer than one trial in twenty",
        "units_hardly_ever_with_covariates",
        0.1,
        1.0,
        "Supp. Fig. 5b",
    ),
    _direction(
        "At least a twentieth of the units code volatility on most trials",
        "units_mostly_with_covariates",
        0.05,
        1.0,
        "Supp. Fig. 5b",
    ),
    Expect(
        "Of all unit-trials that pass the Bonferroni threshold for coding volatility, at least 30 % pass p < 1e-8",
        "units_strong_of_coding_with_covariates",
        0.3,
        1.0,
        f"{_SIM2}, Supp. Fig. 5b; p depends on the number of sessions, so at the paper's 400",
        "direction",
        "paper",
    ),
    _direction(
        "Inhibiting the two units that code volatility most lowers the learning rate in the volatile period",
        "inhibition_change",
        -1.0,
        -0.03,
        "Supp. Fig. 5c",
    ),
    _direction(
        "Inhibiting the two units that code volatility most lowers the learning rate in at least three "
        "quarters of replicas",
        "inhibition_replicas_lower",
        0.75,
        1.0,
        "Supp. Fig. 5c",
    ),
    _ours(
        "Inhibiting the two units that code volatility most lowers the learning rate more than inhibiting random "
        "pairs of other units",
        "inhibition_beyond_random",
        -1.0,
        -0.03,
        "a control of ours",
    ),
    _ours(
        "The inhibition has no effect before its onset",
        "inhibition_change_before_onset",
        0.0,
        1e-6,
        "a control of ours",
    ),
    Expect(
        "The estimate of a fixed learning rate is unbiased in every period (largest bias)",
        "recovery_largest_bias",
        0.0,
        0.05,
        f"{_SIM2}, Methods (recovery of simulated learners)",
        "direction",
        "quick",
    ),
    _ours(
        "The network earns at least 97 % of the reward of the Bayesian observer",
        "reward_share_of_observer",
        0.97,
        inf,
        "target of ours",
    ),
)

# Identities: what is not yet on has no effect.
IDENTITIES = ("inhibition_change_before_onset",)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
