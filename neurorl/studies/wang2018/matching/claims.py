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
    _exact("greedy", "Choosing the arm with the higher probability of a reward, with known base probabilities,", 0.449),
    _animals("mice", -0.159),
    _animals("monkeys", -0.096),
    Expect(
        "The network earns more than alternation and at least 92 % of the reward of a greedy policy that knows "
        "the base probabilities",
        "reward_share_network",
        0.92,
        1.0,
        "a network trained by us before earned .435 of .449; the paper prints no reward",
        "ours",
        "quick",
    ),
    _direction(
        "The network undermatches: the slope of its matching line is between .5 and 1",
        "slope_network_all",
        0.5,
        1.0,
        "Fig. 2d",
    ),
    _direction(
        "The network's log ratios of choices and rewards are strongly correlated (r at least .9)",
        "r_network_all",
        0.9,
        1.0,
        "Fig. 2d",
    ),
    _direction(
        "The slope of the matching line is between .5 and 1 in every replica",
        "slope_network_worst_replica",
        0.5,
        1.0,
        "Fig. 2d",
    ),
    _direction(
        "The network undermatches at base probabilities that were not in its training",
        "slope_network_held_out",
        0.5,
        1.0,
        "Fig. 2d, red",
    ),
    _direction(
        "The slope of the matching line is the same at base probabilities in and outside the training",
        "slope_difference_held_out",
        -0.15,
        0.15,
        "Fig. 2d, red and blue",
    ),
    _direction(
        "The network tends to repeat a choice that was rewarded: all weights of the last five rewards are positive",
        "history_reward_smallest_of_first_five_network",
        0.0,
        inf,
        "Fig. 2f",
    ),
    _direction(
        "The last reward has the largest weight on the network's next choice",
        "history_reward_first_minus_largest_other_network",
        0.0,
        inf,
        "Fig. 2f",
    ),
    _direction(
        "Rewards ten or more trials back have little weight on the network's choice (mean weight less than a "
        "fifth of the last reward's)",
        "history_reward_late_over_first_network",
        -0.2,
        0.2,
        "Fig. 2f",
    ),
    _direction(
        "The network tends to switch away from its last choice (log-odds below -2)",
        "history_choice_lag1_network",
        -inf,
        -2.0,
        "Fig. 2f",
    ),
    _direction(
        "Units code the last action, the last reward, their interaction and the value (smallest share of units)",
        "coding_smallest_share",
        1 / 48,
        1.0,
        "Fig. 2e",
    ),
    _direction(
        "The network's units code the last action and the value most strongly",
        "coding_weaker_of_action_and_value_minus_others",
        0.0,
        inf,
        "Fig. 2e",
    ),
    _direction(
        "The network's units code the last reward most weakly",
        "coding_reward_minus_weakest_other",
        -inf,
        0.0,
        "Fig. 2e",
    ),
    _direction(
        "The network's units code the next choice at fixation, more strongly than action, reward, interaction and "
        "value",
        "coding_next_action_minus_strongest_other",
        0.0,
        inf,
        "results, beside Fig. 2e",
    ),
    Expect(
        "The values of the two arms are negatively correlated (r = -.95)",
        "value_left_right_correlation",
        -1.0,
        -0.9,
        f"{_WANG}, Methods",
        "reported",
        "quick",
    ),
    _direction(
        "The network makes more runs of length 1 than random switching predicts",
        "single_runs_excess_network",
        1.5,
        inf,
        "Supp. Fig. 4",
    ),
    Expect(
        "With base probabilities of .45 and .05, over 90 % of the network's visits to the poorer arm last one trial",
        "single_runs_poorer_arm",
        0.9,
        1.0,
        f"{_WANG}, Supp. Fig. 4; the threshold is ours",
        "direction",
        "quick",
    ),
    _direction(
        "With base probabilities of .45 and .05, the network's runs on the richer arm last at least four trials "
        "on average",
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
