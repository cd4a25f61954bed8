"""What should come out of the study of hidden states: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect

_REVIEW = "Neftci & Averbeck 2019"
_REFERENCE = f"a reference simulation of the models of {_REVIEW}"
_STARKWEATHER = "Starkweather et al. 2017, abstract"
_RUNS = "interval: 95 % of its 40 runs"


def _reference(claim: str, measure: str, low: float, high: float, printed: str) -> Expect:
    return Expect(claim, measure, low, high, f"{_REFERENCE} ({printed})", "ours", "quick")


def _direction(claim: str, measure: str, low: float, high: float, source: str) -> Expect:
    return Expect(claim, measure, low, high, source, "direction", "quick")


def _rate(claim: str, measure: str, printed: float, sd: float) -> Expect:
    """A mean rate, Hz: half of the last printed digit and two standard errors of the reference's 40 runs.

    `sd` is that of single decisions here.
    """
    within = round(0.05 + 2 * sd / 40**0.5, 2)
    return _reference(claim, measure, printed - within, printed + within, f"{printed:g}; 40 runs")


EXPECTS = (
    _direction(
        "Task 1 (reward certain): the error at the reward decreases with the time of the reward",
        "slope_task1_belief",
        -inf,
        -1e-3,
        _STARKWEATHER,
    ),
    _direction(
        "Task 2 (reward sometimes omitted): the error at the reward increases with the time of the reward",
        "slope_task2_belief",
        1e-3,
        inf,
        _STARKWEATHER,
    ),
    _reference("Task 1: the error at the earliest reward is .077", "first_task1_belief", 0.072, 0.082, ".077"),
    _reference("Task 1: the error at the latest reward is .000", "last_task1_belief", -0.005, 0.005, ".000"),
    _reference(
        "Task 1: the error at the reward changes by -.009 per bin of 0.2 s",
        "slope_task1_belief",
        -0.010,
        -0.008,
        "-.009",
    ),
    _reference("Task 2: the error at the earliest reward is .17", "first_task2_belief", 0.16, 0.18, ".17"),
    _reference("Task 2: the error at the latest reward is .70", "last_task2_belief", 0.66, 0.74, ".70"),
    _reference(
        "Task 2: the error at the reward changes by .057 per bin of 0.2 s", "slope_task2_belief", 0.052, 0.062, ".057"
    ),
    _reference(
        "Task 1: the error at the reward has no trend if values depend on the time since the cue only",
        "slope_task1_time",
        -2e-3,
        2e-3,
        "-.0005",
    ),
    _reference(
        "Task 2: the error at the reward has no trend if values depend on the time since the cue only",
        "slope_task2_time",
        -2e-3,
        2e-3,
        "-.0005",
    ),
    _reference(
        "Values of time that stop at the reward give the same trends as the belief (largest difference of slopes)",
        "reset_beside_belief",
        0,
        0.005,
        "mimics belief",
    ),
    _reference(
        "Decisions about dots are correct in .45 of trials at coherence 0", "right_0", 0.29, 0.62, f".45; {_RUNS}"
    ),
    _reference(
        "Decisions about dots are correct in .93 of trials at coherence 6.4 %", "right_6", 0.79, 0.985, f".93; {_RUNS}"
    ),
    _reference("Decisions about dots are always correct at coherence 25.6 %", "right_26", 0.91, 1, f"1; {_RUNS}"),
    _reference("Decisions about dots are always correct at coherence 51.2 %", "right_51", 0.91, 1, f"1; {_RUNS}"),
    _reference("The choice is still held after two seconds without input", "persisted", 0.91, 1, f"1; {_RUNS}"),
    _reference("After the delay, the more active population fires at about 20.7 Hz", "rate_winner", 19.7, 21.7, "20.7"),
    _reference("After the delay, the less active population fires at about .5 Hz", "rate_loser", 0.3, 0.7, ".5"),
    _rate(
        "With self-excitation at .2, the more active population fires at 1.8 Hz after the delay",
        "weak_self_winner",
        1.8,
        0.6,
    ),
    _rate(
        "With self-excitation at .2, the less active population fires at 1.2 Hz after the delay",
        "weak_self_loser",
        1.2,
        0.4,
    ),
    _reference(
        "With self-excitation at .2, the choice is not held: the population ahead after the delay is random",
        "weak_self_persisted",
        0.34,
        0.66,
        f"abolishes persistence; {_RUNS} at .5",
    ),
    _rate(
        "Without cross-inhibition, the more active population fires at 23.5 Hz after the delay",
        "no_cross_winner",
        23.5,
        3.0,
    ),
    _rate(
        "Without cross-inhibition, the less active population fires at 19.6 Hz after the delay",
        "no_cross_loser",
        19.6,
        2.8,
    ),
    _reference("With half of the cross-inhibition, decisions are correct", "half_cross_right", 0.91, 1, f"1; {_RUNS}"),
    _reference("With half of the cross-inhibition, the choice is held", "half_cross_persisted", 0.91, 1, f"1; {_RUNS}"),
    _reference(
        "With half of the cross-inhibition, the losing population is silent at every coherence (highest mean rate, Hz)",
        "half_cross_loser_highest",
        0,
        3,
        "halved inhibition does not abolish competition; the threshold is ours",
    ),
    _direction(
        "With frozen weights and certain outcomes, an attractor reverses within three trials (mean)",
        "held_trials",
        0,
        3,
        f"{_REVIEW}, attractor dynamics; the number is a target that nobody had measured",
    ),
    _direction(
        "An attractor reverses sooner if outcomes drive it more strongly",
        "held_falls_with_gain",
        0,
        inf,
        f"{_REVIEW}, attractor dynamics",
    ),
    Expect(
        "At 80/20 an attractor earns more than the best delta rule",
        "held_above_delta",
        0,
        inf,
        "a comparison of ours",
        "ours",
        "quick",
    ),
    _direction(
        "With 75/25, then 80/20 reversing every 40 trials, the HGF's learning rate is higher in the volatile "
        "part, by a factor below 1.3 (ratio of mean learning rates)",
        "world1_rate_ratio",
        1.0,
        1.3,
        f"Behrens et al. 2007 for the direction in people; {_REFERENCE} (1.2)",
    ),
    _direction(
        "With 75/25, then 80/20 reversing every 40 trials, the HGF predicts the events better than the best delta "
        "rule, by less than 5 nats in 200 trials",
        "world1_gain",
        0,
        5,
        f"{_REFERENCE} (2.8)",
    ),
    _reference(
        "With 75/25, then 80/20 reversing every 20 trials, the HGF predicts the events better than the best "
        "delta rule by about 5 nats",
        "world3_gain",
        4.0,
        7.0,
        "5.4",
    ),
    Expect(
        "With 90/10 and reversals every 10 trials, the HGF's learning rate is higher in the volatile part",
        "world2_rate_ratio",
        1.3,
        inf,
        "a control of ours",
        "ours",
        "quick",
    ),
    Expect(
        "With 90/10 and reversals every 10 trials, the HGF predicts the events better than the best delta rule (nats)",
        "world2_gain",
        5,
        inf,
        "a control of ours",
        "ours",
        "quick",
    ),
)
