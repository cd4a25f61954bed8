"""What papers lead one to expect of the animals, and what we found: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect

_REVIEW = "Neftci & Averbeck 2019"
_TREPKA = "Trepka et al. 2021 (AIC of their maximum-likelihood fits)"


def _direction(claim: str, measure: str, low: float, high: float, source: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "direction", scale)


def _ours(claim: str, measure: str, low: float, high: float, source: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "ours", scale)


EXPECTS = (
    _ours("Hardly any session cannot be fitted (share of fits)", "share_failed", 0, 0.01, "a check of ours"),
    _direction(
        "Monkeys: learning with forgetting (income) beats learning without (return), nats a session",
        "monkeys_income_over_return",
        0,
        inf,
        f"{_TREPKA}: 44.18 and 48.11",
    ),
    _direction("Mice: the same", "mice_income_over_return", 0, inf, f"{_TREPKA}: 387.2 and 462.6"),
    _direction(
        "Monkeys: inferring a hidden state describes choices better than one learning rate (nats a session)",
        "monkeys_hidden_over_single",
        0,
        inf,
        f"{_REVIEW}, latent-state inference",
    ),
    _direction("Mice: the same", "mice_hidden_over_single", 0, inf, f"{_REVIEW}, latent-state inference"),
    _direction(
        "Monkeys: two learning rates describe choices better than one (nats a session)",
        "monkeys_dual_over_single",
        0,
        inf,
        f"{_REVIEW}, fast and slow systems",
    ),
    _direction(
        "Monkeys know when: the task's prior on timing has more evidence than a flat one (nats a session)",
        "task_timing_over_flat_mean",
        0,
        inf,
        "Costa et al. 2015, abstract",
    ),
    _direction(
        "... and so has a prior that is fitted to each session",
        "timing_over_flat_mean",
        0,
        inf,
        "Costa et al. 2015, abstract",
    ),
    _ours(
        "... which is knowledge, and does not follow the session's own reversal (rank correlation of its mean)",
        "timing_follows_reversal",
        -0.1,
        0.1,
        "a control of ours",
    ),
    _direction(
        "Monkeys reverse like one who knows that there is one reversal: blocks played by the flat prior are closer to "
        "theirs than those of one learning rate (rms, two parameters each)",
        "curve_flat_minus_single",
        -inf,
        0,
        "Costa et al. 2015; Bartolo et al. 2020",
    ),
    _ours(
        "Of all models the same describes every monkey best (share of monkeys)",
        "monkeys_same_winner",
        1,
        1,
        "ours",
    ),
    _ours(
        "... and is ahead of the next beyond the 95 % interval (nats a session)",
        "monkeys_all_lead_surely",
        0,
        inf,
        "ours",
    ),
    _ours("... with protected exceedance probability above .95", "monkeys_all_protected", 0.95, 1, "ours"),
    _ours("Mice: one of six is ahead beyond the interval", "mice_all_lead_surely", 0, inf, "ours", "paper"),
)
