"""What should come out of the matching study: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect, with_identities

_WANG = "Wang et al. 2018"
_EXACT = "a simulation of ours, made before this study; here an exact recursion"


def _direction(claim: str, measure: str, low: float, high: float, place: str) -> Expect:
    return Expect(claim, measure, low, high, f"{_WANG}, {place}", "direction", "quick")


def _exact(policy: str, words: str, value: float) -> Expect:
    return Expect(
        f"{words} earns {value:.3f} a trial", f"reward_{policy}", value - 0.004, value + 0.004, _EXACT, "ours", "smoke"
    )


def _animals(animal: str, value: float) -> Expect:
    return Expect(
        f"{animal.capitalize()} undermatch: their choices deviate from matching by {value:.3f}",
        f"deviation_{animal}",
        value - 0.001,
        value + 0.001,
        "Trepka et al. 2021, published block metrics",
        "reported",
        "smoke",
    )


CLAIMS = (
    _exact("random", "Random choice", 0.372),
    _exact("alternating", "Alternation", 0.414),
    _exact("richer_only", "Staying on the richer arm", 0.375),
    _exact("greedy", "Taking the surer arm with known base chances", 0.449),
    _animals("mice", -0.159),
    _animals("monkeys", -0.096),
    Expect(
        "The network earns more than alternation and comes within 8 % of the greedy chooser who knows the base chances",
        "reward_share_network",
        0.92,
        1.0,
        "a network trained by us before earned .435 of .449; the paper prints no reward",
        "ours",
        "quick",
    ),
    _direction(
        "The network matches with a slope between .5 and 1: it undermatches", "slope_network_all", 0.5, 1.0, "Fig. 2d"
    ),
    _direction("The relation is tight", "r_network_all", 0.9, 1.0, "Fig. 2d"),
    _direction("... in every replica", "slope_network_worst_replica", 0.5, 1.0, "Fig. 2d"),
    _direction("It holds at base chances that training never met", "slope_network_held_out", 0.5, 1.0, "Fig. 2d, red"),
    _direction("... with the same slope", "slope_difference_held_out", -0.15, 0.15, "Fig. 2d, red and blue"),
    _direction(
        "Recent rewards speak for their side: all weights of the last five trials are positive",
        "history_reward_smallest_of_first_five_network",
        0.0,
        inf,
        "Fig. 2f",
    ),
    _direction(
        "... the last trial's most of all", "history_reward_first_minus_largest_other_network", 0.0, inf, "Fig. 2f"
    ),
    _direction(
        "... and rewards ten and more trials ago hardly count (mean weight less than a fifth of the last trial's)",
        "history_reward_late_over_first_network",
        -0.2,
        0.2,
        "Fig. 2f",
    ),
    _direction(
        "The last choice speaks strongly for the other side", "history_choice_lag1_network", -inf, -2.0, "Fig. 2f"
    ),
    _direction(
        "Every one of last action, last reward, their interaction and value is coded by some units (smallest share)",
        "coding_smallest_share",
        1 / 48,
        1.0,
        "Fig. 2e",
    ),
    _direction(
        "Last action and value are coded most strongly",
        "coding_weaker_of_action_and_value_minus_others",
        0.0,
        inf,
        "Fig. 2e",
    ),
    _direction("... and last reward most weakly", "coding_reward_minus_weakest_other", -inf, 0.0, "Fig. 2e"),
    _direction(
        "The choice that follows is coded at fixation, more strongly than all of them",
        "coding_next_action_minus_strongest_other",
        0.0,
        inf,
        "results, beside Fig. 2e",
    ),
    Expect(
        "Both arms' values mirror each other (r = -.95)",
        "value_left_right_correlation",
        -1.0,
        -0.9,
        f"{_WANG}, Methods",
        "reported",
        "quick",
    ),
    _direction(
        "Single choices are more frequent than random leaving predicts",
        "single_runs_excess_network",
        1.5,
        inf,
        "Supp. Fig. 4",
    ),
    Expect(
        "Beside a rich arm (.45) the poor one (.05) is visited for exactly one trial in over 90 % of visits",
        "single_runs_poorer_arm",
        0.9,
        1.0,
        f"{_WANG}, Supp. Fig. 4; the threshold is ours",
        "direction",
        "quick",
    ),
    _direction(
        "... and the rich one is kept for many",
        "mean_run_richer_arm",
        4.0,
        inf,
        "Supp. Fig. 4; the best cycle keeps it for 15 trials",
    ),
)

# Identities: two ways to one number (policies computed exactly, sums of the published metrics).
IDENTITIES = (
    "reward_random",
    "reward_alternating",
    "reward_richer_only",
    "reward_greedy",
    "deviation_mice",
    "deviation_monkeys",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)
