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
    _direction("Task 1: the error at the reward falls with its time", "slope_task1_belief", -inf, -1e-3, _STARKWEATHER),
    _direction(
        "Task 2, rewards now and then omitted: it rises with it", "slope_task2_belief", 1e-3, inf, _STARKWEATHER
    ),
    _reference("Task 1: from .077 at the earliest reward", "first_task1_belief", 0.072, 0.082, ".077"),
    _reference("... to .000 at the latest", "last_task1_belief", -0.005, 0.005, ".000"),
    _reference("... by -.009 a bin of 0.2 s", "slope_task1_belief", -0.010, -0.008, "-.009"),
    _reference("Task 2: from .17", "first_task2_belief", 0.16, 0.18, ".17"),
    _reference("... to .70", "last_task2_belief", 0.66, 0.74, ".70"),
    _reference("... by .057 a bin", "slope_task2_belief", 0.052, 0.062, ".057"),
    _reference(
        "Values of time alone have errors that neither fall nor rise: Task 1", "slope_task1_time", -2e-3, 2e-3, "-.0005"
    ),
    _reference("... and Task 2", "slope_task2_time", -2e-3, 2e-3, "-.0005"),
    _reference(
        "Values of time that stop at the reward behave like the belief (largest difference of slopes)",
        "reset_beside_belief",
        0,
        0.005,
        "mimics belief",
    ),
    _reference("Decisions about dots: right in .45 at coherence 0", "right_0", 0.29, 0.62, f".45; {_RUNS}"),
    _reference("... in .93 at 6.4 %", "right_6", 0.79, 0.985, f".93; {_RUNS}"),
    _reference("... always at 25.6 %", "right_26", 0.91, 1, f"1; {_RUNS}"),
    _reference("... and at 51.2 %", "right_51", 0.91, 1, f"1; {_RUNS}"),
    _reference("The choice is still held after two seconds without input", "persisted", 0.91, 1, f"1; {_RUNS}"),
    _reference("... by one population at about 20.7 Hz", "rate_winner", 19.7, 21.7, "20.7"),
    _reference("... while the other is at about .5 Hz", "rate_loser", 0.3, 0.7, ".5"),
    _rate("With self-excitation at .2 the more active population fires at 1.8 Hz", "weak_self_winner", 1.8, 0.6),
    _rate("... and the less active one at 1.2", "weak_self_loser", 1.2, 0.4),
    _reference(
        "... so that nothing is held: who was ahead at the end of the dots is so later by chance",
        "weak_self_persisted",
        0.34,
        0.66,
        f"abolishes persistence; {_RUNS} at .5",
    ),
    _rate("Without cross-inhibition both go on firing: the more active one at 23.5 Hz", "no_cross_winner", 23.5, 3.0),
    _rate("... the less active one at 19.6", "no_cross_loser", 19.6, 2.8),
    _reference("Half of it is enough for right decisions", "half_cross_right", 0.91, 1, f"1; {_RUNS}"),
    _reference("... which are held", "half_cross_persisted", 0.91, 1, f"1; {_RUNS}"),
    _reference(
        "... and for a loser that is silent at any coherence (highest mean rate, Hz)",
        "half_cross_loser_highest",
        0,
        3,
        "halving does not abolish competition; the threshold is ours",
    ),
    _direction(
        "With frozen weights an attractor reverses within three trials, outcomes certain (mean)",
        "held_trials",
        0,
        3,
        f"{_REVIEW}, attractor dynamics; the number is a target that nobody had measured",
    ),
    _direction(
        "Stronger outcomes reverse it sooner",
        "held_falls_with_gain",
        0,
        inf,
        f"{_REVIEW}, attractor dynamics",
    ),
    Expect(
        "... and at 80/20 it earns more than the best delta rule",
        "held_above_delta",
        0,
        inf,
        "a comparison of ours",
        "ours",
        "quick",
    ),
    _direction(
        "The HGF learns faster in the volatile part, 75/25 then 80/20 every 40 trials, but by less than a factor of "
        "1.3 (ratio of mean learning rates)",
        "world1_rate_ratio",
        1.0,
        1.3,
        f"Behrens et al. 2007 for the direction in people; {_REFERENCE} (1.2)",
    ),
    _direction(
        "There it predicts the events better than the best delta rule, but by less than 5 nats in 200 trials",
        "world1_gain",
        0,
        5,
        f"{_REFERENCE} (2.8)",
    ),
    _reference("With a reversal every 20 trials it leads by about 5 nats", "world3_gain", 4.0, 7.0, "5.4"),
    Expect(
        "In a world with more contrast it does learn faster (90/10 throughout, reversals every 10 trials)",
        "world2_rate_ratio",
        1.3,
        inf,
        "a control of ours",
        "ours",
        "quick",
    ),
    Expect("... and predicts better (nats)", "world2_gain", 5, inf, "a control of ours", "ours", "quick"),
)
