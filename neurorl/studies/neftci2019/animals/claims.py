"""Claims of the study of animals, from the papers and from our fits: each with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect

_REVIEW = "Neftci & Averbeck 2019"
_TREPKA = "Trepka et al. 2021 (AIC of their maximum-likelihood fits)"


def _direction(claim: str, measure: str, low: float, high: float, source: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "direction", scale)


def _ours(claim: str, measure: str, low: float, high: float, source: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "ours", scale)


EXPECTS = (
    _ours("Fewer than one fit in a hundred fails", "share_failed", 0, 0.01, "a check of ours"),
    _direction(
        "Monkeys: a learner with forgetting (income) fits choices better than one without (return), nats per session",
        "monkeys_income_over_return",
        0,
        inf,
        f"{_TREPKA}: 44.18 and 48.11",
    ),
    _direction(
        "Mice: a learner with forgetting (income) fits choices better than one without (return), nats per session",
        "mice_income_over_return",
        0,
        inf,
        f"{_TREPKA}: 387.2 and 462.6",
    ),
    _direction(
        "Monkeys: a hidden Markov model fits choices better than one learning rate (nats per session)",
        "monkeys_hidden_over_single",
        0,
        inf,
        f"{_REVIEW}, latent-state inference",
    ),
    _direction(
        "Mice: a hidden Markov model fits choices better than one learning rate (nats per session)",
        "mice_hidden_over_single",
        0,
        inf,
        f"{_REVIEW}, latent-state inference",
    ),
    _direction(
        "Monkeys: two learning rates fit choices better than one (nats per session)",
        "monkeys_dual_over_single",
        0,
        inf,
        f"{_REVIEW}, fast and slow systems",
    ),
    _direction(
        "Monkeys: the task's prior on the reversal's timing has more evidence than a flat one (nats per session)",
        "task_timing_over_flat_mean",
        0,
        inf,
        "Costa et al. 2015, abstract",
    ),
    _direction(
        "Monkeys: a prior on timing that is fitted to each session has more evidence than a flat one (nats per "
        "session)",
        "timing_over_flat_mean",
        0,
        inf,
        "Costa et al. 2015, abstract",
    ),
    _ours(
        "Monkeys: the mean of the fitted prior on timing is not correlated with the session's own reversal (rank "
        "correlation)",
        "timing_follows_reversal",
        -0.1,
        0.1,
        "a control of ours",
    ),
    _direction(
        "Blocks simulated with the flat timing prior are closer to the monkeys' reversals than those with one "
        "learning rate (rms, two parameters each)",
        "curve_flat_minus_single",
        -inf,
        0,
        "Costa et al. 2015; Bartolo et al. 2020",
    ),
    _ours(
        "The same model fits each monkey best (share of monkeys)",
        "monkeys_same_winner",
        1,
        1,
        "ours",
    ),
    _ours(
        "The evidence of the best model for monkeys exceeds that of the next by more than the 95 % interval (nats "
        "per session)",
        "monkeys_all_lead_surely",
        0,
        inf,
        "ours",
    ),
    _ours(
        "The protected exceedance probability of the best model for monkeys is above .95",
        "monkeys_all_protected",
        0.95,
        1,
        "ours",
    ),
    _ours(
        "The evidence of the best of six models for mice exceeds that of the next by more than the 95 % interval",
        "mice_all_lead_surely",
        0,
        inf,
        "ours",
        "paper",
    ),
)
